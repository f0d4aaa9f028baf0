// SAP's plant maintenance as the strict fake of its connector plays it, with its people and its pitfalls. Another ERP
// keeps the ledger.

#include "connectors/sap_maintenance/spec.h"
#include "connectors/sap_maintenance/test_plant.h"
#include "sim/connectors/peers.h"
#include "sim/connectors/strictly.h"

#include <algorithm>

namespace tieline::sim {
namespace {

using connectors::sap_maintenance::test::Plant;

constexpr const char* no_word = "XQZT";  ///< nobody has mapped it

const std::map<std::string, const char*> words = {{"requested", "CRTD MANC PRC"},   {"approved", "APPR CRTD"},
                                                  {"in_progress", "REL  PCNF PRC"}, {"completed", "TECO CNF  PRC"},
                                                  {"closed", "CLSD CNF  PRC"},      {"cancelled", "NCMP PRC"},
                                                  {"reopened", "REL  CNF  PRC"}};

class SapMaintenancePeer final : public CmmsPeer {
public:
    explicit SapMaintenancePeer(World& world) : world_(world) {
        plant_.step = Millis(0);  // what happens in one moment shares it
        if (world.chance(40)) plant_.switches.page_rows = static_cast<std::size_t>(world.between(1, 8));
    }
    std::string host() const override { return "pm.example"; }
    JobRules rules() const override {
        JobRules rules;
        rules.buys = false;
        return rules;
    }
    std::unique_ptr<connectors::Connector> make_connector(const Clock& clock) override;
    Result<net::HttpResponse> answer(const net::HttpRequest& request, WallTime /*now*/) override {
        return strictly(plant_, request, error_);
    }
    std::string error() const override { return error_; }
    std::vector<std::string> pitfalls() const override { return {"429", "capped pages", "errors in Atom or JSON"}; }
    std::optional<std::size_t> begin_trouble(World& world) override;
    void calm() override { plant_.switches.throttle = 0; }
    void play(const Job& job, std::size_t stage, WallTime now) override;
    void deliver(connectors::Connector& /*connector*/, WallTime /*now*/, const Tell& /*tell*/) override {}
    bool has_told(WallTime /*now*/) override { return true; }  // it has no webhooks
    std::string check_links(const std::vector<Job>& /*jobs*/, const Books& /*books*/, WallTime /*now*/) override {
        return "";  // it tells parts with the job
    }

private:
    /// What was confirmed or issued for a line, and how it is taken back.
    struct Written {
        JobLine line;
        std::string confirmation, component;
    };
    void write(const Job& job, const std::vector<JobLine>& lines);
    Written add(const std::string& order, const JobLine& line);

    World& world_;
    Plant plant_;
    std::string error_;                                    ///< a request that SAP would never get
    std::map<std::string, std::vector<Written>> written_;  ///< by order
    std::map<std::string, WallTime> stamps_;               ///< order → its last time of change
};

bool is_same(const JobLine& a, const JobLine& b) {
    return a.kind == b.kind && a.part == b.part && a.quantity == b.quantity && a.price == b.price;
}

std::unique_ptr<connectors::Connector> SapMaintenancePeer::make_connector(const Clock& clock) {
    connectors::Settings settings = connectors::sap_maintenance::test::settings();
    for (auto& [name, value] : settings.values) {
        if (name == "cost_booked_by") value = "hub";
        if (name == "site") value = "plant";
    }
    settings.values.emplace_back("reread_every", "10m");
    settings.values.emplace_back("overlap", "3s");
    // Activity types are named by their price here.
    std::string map(connectors::sap_maintenance::own_map());
    const std::string none = R"(rates: {none: "0"})";
    TIELINE_CHECK(map.find(none) != std::string::npos, "the own map has a lookup of rates");
    map.replace(map.find(none), none.size(), R"(rates: {"*": "*"})");
    auto made = connectors::sap_maintenance::make_by(settings, map, clock);
    TIELINE_CHECK(bool(made), "the settings of the simulated SAP are wrong");
    return std::move(*made);
}

std::optional<std::size_t> SapMaintenancePeer::begin_trouble(World& world) {
    const std::size_t pitfall = world.random.below(3);
    switch (pitfall) {
        case 0:
            plant_.switches.throttle = static_cast<int>(world.between(1, 3));
            plant_.switches.throttle_without_time = world.chance(50);
            break;
        case 1:
            plant_.switches.page_rows = static_cast<std::size_t>(world.between(1, 12));
            break;
        default:
            plant_.switches.xml_errors = !plant_.switches.xml_errors;
            break;
    }
    return pitfall;
}

SapMaintenancePeer::Written SapMaintenancePeer::add(const std::string& order, const JobLine& line) {
    if (line.kind == "labor") return {line, plant_.confirm(order, line.quantity.str(), line.price.str()), ""};
    const bool is_return = line.quantity.is_negative();
    const std::string pieces = line.quantity.abs().str();
    const std::string component = plant_.add_component(order, line.part, pieces);
    plant_.set_price(order, component, line.price.str());
    plant_.issue(order, component, line.part, pieces, is_return ? "262" : "261");
    return {line, "", component};
}

/// What is no longer wanted is taken back by its opposite, and what is new comes to it: nothing is ever edited.
void SapMaintenancePeer::write(const Job& job, const std::vector<JobLine>& lines) {
    std::vector<JobLine> wanted = lines;
    std::vector<Written> kept;
    for (const Written& each : written_[job.number]) {
        const auto same =
            std::find_if(wanted.begin(), wanted.end(), [&](const JobLine& line) { return is_same(line, each.line); });
        if (same != wanted.end()) {
            wanted.erase(same);
            kept.push_back(each);
        } else if (each.line.kind == "labor") {
            plant_.reverse_confirmation(each.confirmation);
        } else {
            plant_.issue(job.number, each.component, each.line.part, each.line.quantity.abs().str(),
                         each.line.quantity.is_negative() ? "261" : "262");
        }
    }
    for (const JobLine& line : wanted) kept.push_back(add(job.number, line));
    written_[job.number] = std::move(kept);
}

void SapMaintenancePeer::play(const Job& job, std::size_t index, WallTime now) {
    const JobStage& stage = job.stages[index];
    // Times of change are whole seconds; some are committed a while after they were stamped, behind later ones.
    const Millis behind(world_.chance(25) ? world_.between(0, 2'000) : 0);
    const WallTime stamp = std::chrono::floor<std::chrono::seconds>(now - behind);
    plant_.now = std::max(stamp, stamps_[job.number]);
    stamps_[job.number] = plant_.now;
    if (index == 0) {
        plant_.is_without_changes = world_.chance(30);
        plant_.make_order(Json::object({{"MaintenanceOrder", job.number},
                                        {"MaintenanceOrderDesc", "Simulated job"},
                                        {"ResponsibleCostCenter", job.cost_center},
                                        {"SystemStatusText", words.at("requested")}}));
        plant_.is_without_changes = false;
        if (job.poison == Poison::in_cmms) plant_.set_words(job.number, no_word);
        return;
    }
    if (stage.status != "requested" && stage.status != "approved") write(job, stage.lines);
    plant_.set_words(job.number, job.poison == Poison::in_cmms ? no_word : words.at(stage.status));
}

}  // namespace

std::unique_ptr<CmmsPeer> make_sap_maintenance_peer(World& world) {
    return std::make_unique<SapMaintenancePeer>(world);
}

}  // namespace tieline::sim
