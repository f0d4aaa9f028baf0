// The sandbox CMMS and its people.

#include "connectors/map.h"
#include "connectors/sandbox_cmms/sandbox_cmms.h"
#include "connectors/sandbox_cmms/spec.h"
#include "sandbox/cmms/cmms.h"
#include "sim/connectors/peers.h"

#include <algorithm>

namespace tieline::sim {
namespace {

constexpr const char* token = "sandbox";
constexpr const char* secret = "simulated-webhook-secret";
constexpr const char* strange_unit = "OOMPH";  ///< nobody has mapped it

const std::map<std::string, const char*> words = {{"approved", "APPR"},  {"in_progress", "INPRG"},
                                                  {"completed", "COMP"}, {"closed", "CLOSED"},
                                                  {"cancelled", "CANC"}, {"reopened", "REOPEN"}};

Json list_of(const Job& job, const std::vector<JobLine>& lines, const std::string& kind) {
    Json list = Json::array();
    for (const JobLine& line : lines) {
        if (line.kind != kind) continue;
        Json item = Json::object({{"currency", "EUR"}});
        if (kind == "labor") {
            item.set("craft", "MECH");
            item.set("hours", line.quantity.str());
            item.set("rate", line.price.str());
        } else if (kind == "part") {
            item.set("item", line.part);
            item.set("quantity", line.quantity.str());
            item.set("uom", job.poison == Poison::in_cmms ? strange_unit : "EA");
            item.set("storeroom", "MAIN");
            item.set("unit_cost", line.price.str());
        } else {
            if (kind == "contractor") item.set("vendor", "V-100");
            item.set("cost", line.amount.str());
        }
        list.push_back(std::move(item));
    }
    return list;
}

class SandboxCmmsPeer final : public CmmsPeer {
public:
    explicit SandboxCmmsPeer(World& world)
        : world_(world), cmms_(":memory:"), has_webhooks_(world.chance(70)), by_transaction_(world.chance(50)) {
        cmms_.seed_demo(world.clock.now());
        for (const char* part : {"SEAL-9", "BEARING-6204"})
            call("PUT", std::string("/api/items/") + part,
                 Json::object({{"description", part},
                               {"uom", "EA"},
                               {"decimals", 0},
                               {"unit_cost", "12.80"},
                               {"currency", "EUR"},
                               {"active", true}}));
        call(
            "PUT", "/api/storerooms/MAIN",
            Json::object({{"description", "Main"}, {"plant", "PLANT1"}, {"active", true}, {"negative_balance", true}}));
        if (!has_webhooks_) return;
        call("POST", "/api/webhooks",
             Json::object({{"url", "http://hub.sim/webhooks/cmms"},
                           {"secret", secret},
                           {"events", Json(Json::Array{Json("workorder.changed")})}}));
    }
    std::string host() const override { return "cmms.sim"; }
    JobRules rules() const override {
        JobRules rules;
        rules.by_transaction = by_transaction_;
        if (by_transaction_) rules.replaces = rules.takes_late = rules.gives_back = false;
        return rules;
    }
    std::unique_ptr<connectors::Connector> make_connector(const Clock& clock) override {
        connectors::Settings settings;
        settings.name = "cmms";
        settings.values = {{"url", "http://cmms.sim"}, {"token", token}, {"site", "plant"}, {"webhook_secret", secret}};
        auto map = connectors::FieldMap::compile(connectors::sandbox_cmms::own_map(), "sandbox_cmms/map.yaml");
        const auto& fields = connectors::sandbox_cmms::spec().fields;
        return std::make_unique<connectors::sandbox_cmms::SandboxCmms>(*connectors::check_settings(fields, settings),
                                                                       std::move(*map), clock);
    }
    Result<net::HttpResponse> answer(const net::HttpRequest& request, WallTime now) override {
        net::HttpRequest inner = request;
        inner.url = path_of(request.url);
        return cmms_.handle(inner, now);
    }
    std::vector<std::string> pitfalls() const override { return {"429", "lists that fail"}; }
    std::optional<std::size_t> begin_trouble(World& world) override;
    void calm() override { call("POST", "/admin/faults", Json::object({{"seed", 1}, {"rules", Json::array()}})); }
    void play(const Job& job, std::size_t stage, WallTime now) override;
    void deliver(connectors::Connector& connector, WallTime now, const Tell& tell) override;
    bool has_told(WallTime /*now*/) override {
        return !has_webhooks_ || call("GET", "/api/webhooks", Json()).find("\"waiting\":0") != std::string::npos;
    }
    std::string check_links(const std::vector<Job>& jobs, const Books& books, WallTime now) override;
    std::string error() const override { return error_; }

private:
    void take_parts(const Job& job, const std::vector<JobLine>& lines);
    std::string call(const std::string& method, const std::string& path, const Json& body);

    World& world_;
    sandbox::cmms::Cmms cmms_;
    bool has_webhooks_, by_transaction_;
    std::map<std::string, std::size_t> taken_;                      ///< order → part lines so far
    std::map<std::string, std::vector<std::string>> transactions_;  ///< order → their numbers
    std::string error_;
};

std::string SandboxCmmsPeer::call(const std::string& method, const std::string& path, const Json& body) {
    net::HttpRequest request;
    request.method = method;
    request.url = path;
    request.headers = {{"Authorization", std::string("Bearer ") + token}, {"Content-Type", "application/json"}};
    if (!body.is_null()) request.body = body.dump();
    const net::HttpResponse response = cmms_.handle(request, world_.clock.now());
    if (response.status / 100 != 2 && error_.empty()) error_ = "CMMS " + method + " " + path + ": " + response.body;
    return response.body;
}

/// Faults are for the hub's messages: people's own work must get through, so only what leaves them alone.
std::optional<std::size_t> SandboxCmmsPeer::begin_trouble(World& world) {
    const bool throttles = world.chance(50);
    Json rule = Json::object({{"fault", throttles ? "rate_limit" : "error_before"},
                              {"count", world.between(1, 3)},
                              {"method", "GET"},
                              {"path", "/api/workorders?"},
                              {"ms", 900}});
    call("POST", "/admin/faults",
         Json::object({{"seed", world.between(1, 1'000'000)}, {"rules", Json(Json::Array{std::move(rule)})}}));
    return throttles ? 0 : 1;
}

void SandboxCmmsPeer::play(const Job& job, std::size_t index, WallTime /*now*/) {
    const JobStage& stage = job.stages[index];
    if (index == 0) {
        call("POST", "/api/workorders",
             Json::object({{"wonum", job.number},
                           {"asset", "FILLER-01"},
                           {"summary", "Simulated job"},
                           {"charge_to", Json::object({{"kind", "COST_CENTER"}, {"code", job.cost_center}})}}));
        return;
    }
    const std::string path = "/api/workorders/" + job.number;
    const std::string& before = job.stages[index - 1].status;
    const bool corrects = stage.status == before;
    if (stage.status == "in_progress") call("POST", path + "/status", Json::object({{"status", "RELEASED"}}));
    if (stage.status == "in_progress" || stage.status == "completed") {
        const bool lists_parts = !by_transaction_ || job.poison == Poison::in_cmms;
        if (!lists_parts && !corrects) take_parts(job, stage.lines);
        Json body = Json::object({{"labor", list_of(job, stage.lines, "labor")},
                                  {"services", list_of(job, stage.lines, "contractor")},
                                  {"other_costs", list_of(job, stage.lines, "other")}});
        if (lists_parts) body.set("materials", list_of(job, stage.lines, "part"));
        if (corrects) body.set("correction", true);
        call("PATCH", path, body);
    }
    if (!corrects) call("POST", path + "/status", Json::object({{"status", words.at(stage.status)}}));
}

void SandboxCmmsPeer::take_parts(const Job& job, const std::vector<JobLine>& lines) {
    std::size_t seen = 0;
    for (const JobLine& line : lines) {
        if (line.kind != "part" || ++seen <= taken_[job.number]) continue;
        ++taken_[job.number];
        const std::string made = call("POST", "/api/part-transactions",
                                      Json::object({{"type", "ISSUE"},
                                                    {"wonum", job.number},
                                                    {"item", line.part},
                                                    {"quantity", line.quantity.str()},
                                                    {"storeroom", "MAIN"},
                                                    {"unit_cost", line.price.str()}}));
        const auto body = Json::parse(made);
        transactions_[job.number].push_back(body ? body->text_or("transaction") : "");
    }
}

std::string SandboxCmmsPeer::check_links(const std::vector<Job>& jobs, const Books& books, WallTime /*now*/) {
    for (const Job& job : jobs) {
        if (job.poison != Poison::none) continue;
        for (const std::string& transaction : transactions_[job.number]) {
            const auto row = Json::parse(call("GET", "/api/part-transactions/" + transaction, Json()));
            const std::string linked = row ? row->text_or("erp_document") : "";
            const bool is_known = std::any_of(books.documents.begin(), books.documents.end(),
                                              [&](const auto& document) { return document.number == linked; });
            if (!is_known || row->text_or("erp_status") != "booked")
                return "part transaction " + transaction + " is linked to \"" + linked + "\"";
        }
    }
    return "";
}

void SandboxCmmsPeer::deliver(connectors::Connector& connector, WallTime now, const Tell& tell) {
    for (const auto& delivery : cmms_.take_webhooks(now)) {
        if (world_.chance(15)) continue;  // lost on the way; the CMMS tries again later
        const auto hints = connector.webhook(delivery.request, now);
        if (!hints) {
            error_ = "webhook: " + hints.error().message;
            continue;
        }
        for (const connectors::Hint& hint : *hints) {
            tell(hint.object, [this, id = delivery.id] { cmms_.webhook_result(id, 202, "", world_.clock.now()); });
        }
    }
}

}  // namespace

std::unique_ptr<CmmsPeer> make_sandbox_cmms_peer(World& world) { return std::make_unique<SandboxCmmsPeer>(world); }

}  // namespace tieline::sim
