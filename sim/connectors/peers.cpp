#include "sim/connectors/peers.h"

namespace tieline::sim {

const std::vector<PeerEntry>& peer_entries() {
    static const std::vector<PeerEntry> entries{
        {"sandbox_cmms", make_sandbox_cmms_peer, nullptr, ""},
        {"maximo", make_maximo_peer, nullptr, ""},
        {"sap_maintenance", make_sap_maintenance_peer, nullptr, ""},
        {"sandbox_erp", nullptr, make_sandbox_erp_peer, ""},
        {"sap_s4", nullptr, make_sap_s4_peer, ""},
        {"tryton", nullptr, nullptr, "its peer is a real program: tests/tryton kills hub and peer"},
    };
    return entries;
}

std::string path_of(const std::string& url) { return url.substr(url.find('/', url.find("://") + 3)); }

}  // namespace tieline::sim
