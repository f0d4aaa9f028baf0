// What this peer has besides services of OData, and what it shows otherwise than their rows.

#include "connectors/sap_s4/test_sap_peer.h"

namespace tieline::connectors::sap_s4::test {

Settings settings() {
    Settings made;
    made.name = "erp";
    made.values = {{"url", std::string(base_url)},
                   {"user", "TIELINE"},
                   {"password", "Secret-1"},
                   {"plant", "1010"},
                   {"client", "100"},
                   {"reservation_cost_center", "CC-100"},
                   {"work_center", "MECH"},
                   {"usage_decision_set", "01"},
                   {"usage_decision_group", "UD01"}};
    return made;
}

Decimal number(std::string_view text) { return *Decimal::parse(text); }

std::string json_day(const std::string& date) {
    const auto start = parse_time(date + "T00:00:00Z");
    return start ? "/Date(" + std::to_string(start->time_since_epoch().count()) + ")/" : std::string();
}

SapPeer::SapPeer() : Service(TIELINE_SAP_METADATA, std::string(base_url)) {
    stock = {{"SEAL-9", "1000000"}, {"BEARING-6204", "1000000"}, {"FEW-1", "3"}};
    for (const auto& [material, quantity] : stock) add_product(material);
}

std::string SapPeer::now_text() { return "/Date(" + std::to_string(clock_ms_ += clock_step_ms_) + "+0000)/"; }

std::string SapPeer::state() const {
    std::string text = Service::state();
    for (const auto& [material, quantity] : stock) text += material + quantity;
    return text;
}

Result<net::HttpResponse> SapPeer::beside(const net::HttpRequest& request, const std::string& address) {
    if (address != "/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi") return Service::beside(request, address);
    if (auto stopped = gate(request, "journal")) return *stopped;
    net::HttpResponse posted = journal(request);
    if (switches.lose_answers > 0 && posted.status == 200) {
        --switches.lose_answers;
        return make_error(ErrorKind::unknown_outcome, "the connection broke off", "reset");
    }
    return posted;
}

std::string SapPeer::warning() const { return R"({"code":"M7/064","message":"Stock below safety","details":[]})"; }

/// Schedule lines name the order's keys otherwise.
std::string SapPeer::joined_by(const odata::EntityType& inner, const std::string& key) const {
    std::string its = key;
    if (inner.property(key) == nullptr && its.starts_with("PurchaseOrder")) its.replace(0, 13, "PurchasingDocument");
    return its;
}

/// The unrestricted stock of the storage location MAIN.
Json::Array SapPeer::reckoned(const std::string& set) const {
    if (set != "A_MatlStkInAcctMod") return {};
    Json::Array all;
    for (const auto& [material, quantity] : stock)
        all.push_back(Json::object({{"Material", material},
                                    {"Plant", "1010"},
                                    {"StorageLocation", "MAIN"},
                                    {"InventorySpecialStockType", ""},
                                    {"InventoryStockType", "01"},
                                    {"MaterialBaseUnit", "EA"},
                                    {"MatlWrhsStkQtyInMatlBaseUnit", quantity}}));
    return all;
}

}  // namespace tieline::connectors::sap_s4::test
