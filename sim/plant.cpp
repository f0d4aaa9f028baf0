#include "sim/plant.h"

#include "model/work_order.h"

namespace tieline::sim {
namespace {

constexpr const char* erp_token = "sandbox";
constexpr const char* cmms_token = "sandbox";
constexpr const char* webhook_secret = "simulated-webhook-secret";

const std::map<std::string, const char*> cmms_status = {
    {"approved", "APPR"}, {"released", "RELEASED"}, {"in_progress", "INPRG"}, {"completed", "COMP"},
    {"closed", "CLOSED"}, {"cancelled", "CANC"},    {"reopened", "REOPEN"}};

net::HttpRequest request_to(const std::string& method, const std::string& path, const std::string& token,
                            std::string body) {
    net::HttpRequest request;
    request.method = method;
    request.url = path;
    request.headers = {{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}};
    request.body = std::move(body);
    return request;
}

}  // namespace

Plant::Plant(World& world, Matrix& matrix, SimHub& hub, connectors::Connector& cmms_connector, PlantOptions options)
    : world_(world),
      matrix_(matrix),
      hub_(hub),
      cmms_connector_(cmms_connector),
      options_(options),
      cmms_(":memory:"),
      erp_(":memory:",
           [] {
               sandbox::erp::ErpOptions erp;
               erp.demo = true;
               return erp;
           }()),
      start_(world.clock.now()) {}

net::HttpResponse Plant::ask_erp(const net::HttpRequest& request, WallTime now) {
    if (!options_.erp_ignores_key || request.method != "POST") return erp_.handle(request, now);
    net::HttpRequest changed = request;
    Result<Json> body = Json::parse(request.body);
    if (body && body->is_object()) {
        body->erase("reference");
        changed.body = body->dump();
    }
    return erp_.handle(changed, now);
}

void Plant::erp_post(const std::string& path, const Json& body) {
    const net::HttpResponse response =
        erp_.handle(request_to("POST", path, erp_token, body.dump()), world_.clock.now());
    if (response.status / 100 != 2 && error_.empty()) error_ = "ERP " + path + ": " + response.body;
}

Json Plant::erp_get(const std::string& path) {
    const net::HttpResponse response = erp_.handle(request_to("GET", path, erp_token, ""), world_.clock.now());
    JsonLimits limits;
    limits.bytes_max = 64 << 20;
    limits.nodes_max = 10'000'000;
    const Result<Json> body = Json::parse(response.body, limits);
    if (response.status != 200 || !body) error_ = "ERP " + path + ": " + response.body.substr(0, 200);
    return body ? *body : Json();
}

Json Plant::cmms_call(const std::string& method, const std::string& path, const Json& body) {
    const net::HttpResponse response =
        cmms_.handle(request_to(method, path, cmms_token, body.dump()), world_.clock.now());
    if (response.status / 100 != 2 && error_.empty()) error_ = "CMMS " + method + " " + path + ": " + response.body;
    const Result<Json> answer = Json::parse(response.body);
    return answer ? *answer : Json();
}

bool Plant::done() {
    if (stages_left_ > 0 || pushes_waiting() > 0) return false;
    if (!options_.webhooks) return true;
    const net::HttpResponse response =
        cmms_.handle(request_to("GET", "/api/webhooks", cmms_token, ""), world_.clock.now());
    return response.body.find("\"waiting\":0") != std::string::npos;
}

void Plant::seed_erp() {
    const Json company =
        Json::object({{"code", "2000"}, {"name", "Second company"}, {"currency", "EUR"}, {"zone", "Europe/Berlin"}});
    const Json center = Json::object({{"code", "CC-2000"}, {"companyCode", "2000"}, {"name", "Its plant"}});
    const Json periods = Json::object({{"companyCode", "2000"}, {"from", "2024-01"}, {"to", "2035-12"}});
    erp_post("/admin/seed", Json::object({{"companies", Json(Json::Array{company})},
                                          {"costCenters", Json(Json::Array{center})},
                                          {"periods", Json(Json::Array{periods})}}));
    // Later decisions of the ERP: some postings are accepted first and booked after a while.
    sandbox::erp::FaultRule later;
    later.fault = "accept_later";
    later.per_million = 60'000;
    later.method = "POST";
    later.path = "/api/";
    later.ms = Millis(700);
    later.outcome = "post";
    sandbox::erp::FaultRule refused = later;
    refused.per_million = 10'000;
    refused.outcome = "reject";
    erp_.set_faults(world_.random.next(), {later, refused});
}

void Plant::subscribe() {
    cmms_.seed_demo(world_.clock.now());
    if (!options_.webhooks) return;
    Json events = Json::array();
    events.push_back("workorder.changed");
    cmms_call("POST", "/api/webhooks",
              Json::object({{"url", "http://hub.sim/webhooks/cmms"}, {"secret", webhook_secret}, {"events", events}}));
}

void Plant::begin() {
    seed_erp();
    subscribe();
    orders_ = plan_orders(world_, options_.orders, options_.span);
    for (const SimOrder& order : orders_) {
        for (std::size_t i = 0; i < order.stages.size(); ++i) {
            ++stages_left_;
            world_.at(start_ + order.stages[i].at, [this, &order, i] { play(order, i); });
        }
    }
    world_.in(Millis(100), [this] { deliver_webhooks(); });
    world_.in(Millis(500), [this] { look_at_exceptions(); });
    world_.in(Millis(world_.between(3'000, options_.span.count())), [this] { close_a_period(); });
}

void Plant::play(const SimOrder& order, std::size_t index) {
    --stages_left_;
    const SimStage& stage = order.stages[index];
    world_.trace.note(world_.clock.now(), order.number + " " + stage.status);
    if (!order.pushed) return play_cmms(order, stage, index == 0);
    Push& push = pushes_[order.number];
    push.waiting.push_back(canonical_order(order, stage, world_.clock.now()));
    push.facts.emplace_back(stage.status, world_.clock.now());
    if (!push.busy) push_next(order.number);
}

void Plant::play_cmms(const SimOrder& order, const SimStage& stage, bool first) {
    if (first) {
        Json body = Json::object({{"wonum", order.number},
                                  {"asset", order.asset},
                                  {"summary", "Simulated job"},
                                  {"charge_to", Json::object({{"kind", "COST_CENTER"}, {"code", order.cost_center}})}});
        cmms_call("POST", "/api/workorders", body);
        return;
    }
    const std::string path = "/api/workorders/" + order.number;
    if (stage.correction || stage.status == "in_progress") {
        Json body = cmms_lines(stage.lines);
        if (stage.correction && stage.status == "completed") body.set("correction", true);
        cmms_call("PATCH", path, body);
    }
    if (stage.correction) return;
    cmms_call("POST", path + "/status", Json::object({{"status", cmms_status.at(stage.status)}}));
}

std::size_t Plant::pushes_waiting() const {
    std::size_t waiting = 0;
    for (const auto& [number, push] : pushes_) waiting += push.waiting.size();
    return waiting;
}

void Plant::push_next(const std::string& number) {
    Push& push = pushes_[number];
    if (push.waiting.empty()) return;
    push.busy = true;
    push_try(number, 0);
}

/// Sends the oldest waiting snapshot until it is acknowledged; now and then once more after that.
void Plant::push_try(const std::string& number, std::uint64_t attempt) {
    Push& push = pushes_[number];
    if (attempt > 0) matrix_.count(Step::ingest, Fault::repeated);
    const auto& [status, at] = push.facts.front();
    engine::Ingest item;
    item.site = "plant";
    item.source = "mes";
    item.object = number;
    item.peer_version = std::to_string(push.sent + 1);
    item.type = model::event_type_of(*model::work_order_status_from(status));
    item.correlation = number;
    item.occurred = at;
    item.data = push.waiting.front().dump();
    auto answered = std::make_shared<bool>(false);
    const engine::Ingest repeat = item;
    hub_.ingest(std::move(item), [this, number, answered, repeat](Result<engine::Ingested> taken) {
        if (*answered) return;
        if (!taken) return;  // refused for now: the timer below tries again
        *answered = true;
        acknowledged_.insert(taken->event_id);
        Push& done = pushes_[number];
        done.waiting.erase(done.waiting.begin());
        done.facts.erase(done.facts.begin());
        done.busy = false;
        ++done.sent;
        if (!calm_ && world_.chance(10)) {
            matrix_.count(Step::ingest, Fault::repeated);
            world_.in(Millis(world_.between(1, 6'000)),
                      [this, repeat] { hub_.ingest(repeat, [](Result<engine::Ingested>) {}); });
        }
        world_.in(Millis(3), [this, number] {
            if (!pushes_[number].busy) push_next(number);
        });
    });
    world_.in(Millis(400), [this, number, answered, attempt] {
        if (*answered) return;
        *answered = true;  // an answer that comes after the sender gave up is not heard
        push_try(number, attempt + 1);
    });
}

void Plant::deliver_webhooks() {
    for (const auto& delivery : cmms_.take_webhooks(world_.clock.now())) {
        if (!calm_ && world_.chance(15)) continue;  // lost on the way; the CMMS tries again later
        const Result<std::vector<connectors::Hint>> hints =
            cmms_connector_.webhook(delivery.request, world_.clock.now());
        if (!hints) {
            error_ = "webhook: " + hints.error().message;
            continue;
        }
        for (const connectors::Hint& hint : *hints) {
            const int times = !calm_ && world_.chance(15) ? 2 : 1;
            if (times == 2) matrix_.count(Step::hint, Fault::repeated);
            for (int i = 0; i < times; ++i) {
                hub_.hint("cmms", hint.object,
                          [this, id = delivery.id] { cmms_.webhook_result(id, 202, "", world_.clock.now()); });
            }
        }
    }
    world_.in(Millis(150), [this] { deliver_webhooks(); });
}

/// The controller closes the month too early. The person who sees the exceptions opens it again.
void Plant::close_a_period() {
    const std::string month = local_date(world_.clock.now(), "Europe/Berlin")->month_str();
    erp_post("/admin/periods", Json::object({{"companyCode", "1000"}, {"period", month}, {"open", false}}));
}

void Plant::look_at_exceptions() {
    world_.in(Millis(world_.between(300, 900)), [this] { look_at_exceptions(); });
    hub_.query([this](store::Store& store) {
        store::Limit limit;
        limit.count = 5;
        const auto open = store.exceptions("plant", true, "", limit);
        if (!open) return;
        for (const store::Exception& exception : *open) act_on(exception);
    });
}

void Plant::act_on(const store::Exception& exception) {
    if (exception.kind == "connector_paused") return;
    if (exception.code == "period_closed") {
        const std::string month = local_date(world_.clock.now(), "Europe/Berlin")->month_str();
        erp_post("/admin/periods", Json::object({{"companyCode", "1000"}, {"period", month}, {"open", true}}));
    }
    if (exception.code == "unknown_cost_center") {
        Json centers = Json::array();
        for (const char* code : {"CC-770", "CC-771", "CC-772"}) {
            centers.push_back(Json::object({{"code", code}, {"companyCode", "1000"}, {"name", "New"}}));
        }
        erp_post("/admin/seed", Json::object({{"costCenters", centers}}));
    }
    // Setting up a company takes a while: more of its events join the wait lists.
    if (exception.kind == "cannot_decide" && world_.clock.now() - exception.opened < Millis(6'000)) return;
    if (exception.kind == "cannot_decide" && apply_configuration_) {
        apply_configuration_();
        apply_configuration_ = nullptr;
        return;  // the hub starts anew with it; the exception is looked at again
    }
    engine::PersonRequest request;
    request.site = "plant";
    request.exception = exception.id;
    request.actor = "simulated person";
    request.reason = "mended";
    request.kind = engine::PersonRequest::Kind::replay;
    if (exception.kind == "undecidable") {
        request.kind = engine::PersonRequest::Kind::resolve_absent;
        error_ = "an exception asks a person whether a document is there, though the ERP can be searched: " +
                 exception.reason;
    }
    world_.in(Millis(1), [this, request] { hub_.request(request, [](Result<void>) {}); });
}

}  // namespace tieline::sim
