#include "bench/tryton_stand_in.h"

#include "base/hash.h"
#include "connectors/tryton/spec.h"

#include <cstdlib>
#include <map>
#include <utility>

namespace tieline::bench {
namespace {

/// An object of Tryton as far as the connector asks for it.
struct Object {
    Json values;
    std::string state = "draft", key;
};

Json ids(const Json& params) { return params.items().empty() ? Json::array() : params.items()[0]; }

/// The list behind [["create", [...]]].
Json::Array created(const Json& values, std::string_view name) {
    const Json* commands = values.find(name);
    if (commands == nullptr || !commands->is_array() || commands->items().empty()) return {};
    const Json& first = commands->items()[0];
    return first.is_array() && first.items().size() == 2 ? first.items()[1].items() : Json::Array{};
}

/// Keys stand in front of a text.
std::string first_word(const std::string& text) { return text.substr(0, text.find_first_of(" %")); }

class StandIn final : public contract::World {
public:
    Result<net::HttpResponse> answer(const net::HttpRequest& request) override;
    model::Command sample(const std::string& kind) override;
    std::size_t effects(const model::Command& command) override;
    std::string state() override { return std::to_string(objects_.size()); }
    std::vector<std::string> make_objects(std::size_t) override { return {}; }
    WallTime now() const override { return system_clock().now(); }

private:
    Json result_of(const std::string& method, const Json& params);
    Json rows(const std::string& model, const Json& domain);
    Json row_of(const std::string& model, std::int64_t id, const Object& object) const;
    Json create(const Json& values);
    Json press(const std::string& button, const Json& numbers);

    std::map<std::int64_t, Object> objects_;
    std::map<std::string, std::vector<std::int64_t>> by_key_;
    std::map<std::string, std::int64_t> codes_;
    int samples_ = 0;
};

Result<net::HttpResponse> StandIn::answer(const net::HttpRequest& request) {
    TIELINE_TRY(const Json call, Json::parse(request.body));
    const std::string method = call.text_or("method");
    const bool signs_in = method == "common.db.login";
    if (!signs_in && net::header(request.headers, "Authorization").empty()) return net::HttpResponse{401, {}, ""};
    const Json* params = call.find("params");
    Json result = signs_in ? Json(Json::Array{Json(1), Json("session")})
                           : result_of(method, params == nullptr ? Json::array() : *params);
    const Json body = Json::object({{"id", 1}, {"result", std::move(result)}});
    return net::HttpResponse{200, {{"Content-Type", "application/json"}}, body.dump()};
}

/// `method`: "model.account.move.search_read".
Json StandIn::result_of(const std::string& method, const Json& params) {
    const std::size_t point = method.rfind('.');
    const std::string model = method.substr(6, point - 6), deed = method.substr(point + 1);
    if (deed == "get_preferences") return Json::object({{"company", 1}, {"employee", 1}});
    if (deed == "search_read") return rows(model, params.items()[0]);
    if (deed == "create") return create(params.items()[0].items()[0]);
    return press(deed, ids(params));
}

Json StandIn::rows(const std::string& model, const Json& domain) {
    const bool is_document = model == "account.move" || model == "stock.shipment.internal";
    Json found = Json::array();
    if (is_document) {
        const Json& clause = domain.items()[0];
        std::vector<std::int64_t> numbers;
        if (clause.items()[0].string() == "id") {
            numbers.push_back(std::strtoll(clause.items()[2].number_token().c_str(), nullptr, 10));
        } else if (const auto at = by_key_.find(first_word(clause.items()[2].string())); at != by_key_.end()) {
            numbers = at->second;
        }
        for (const std::int64_t number : numbers)
            if (const auto at = objects_.find(number); at != objects_.end())
                found.push_back(row_of(model, number, at->second));
        return found;
    }
    const std::int64_t id = codes_.try_emplace(model + domain.dump(), 10 + std::ssize(codes_)).first->second;
    Json row = Json::object({{"id", id}, {"rec_name", model}, {"state", "open"}, {"name", "2026"}});
    if (model == "company.company") {
        row.set("party.", Json::object({{"id", 1}, {"code", "1000"}}));
        row.set("currency.", Json::object({{"id", 1}, {"code", "EUR"}}));
    }
    found.push_back(std::move(row));
    return found;
}

Json StandIn::row_of(const std::string& model, std::int64_t id, const Object& object) const {
    const std::string number = std::to_string(id);
    Json row = Json::object({{"id", id}, {"state", object.state}, {"number", number}, {"_timestamp", "1.0"}});
    for (const char* name : {"date", "description", "reference", "effective_date"})
        if (const Json* value = object.values.find(name)) row.set(name, *value);
    if (model == "account.move") {
        row.set("post_number", object.state == "posted" ? Json(number) : Json());
        row.set("lines.", Json(created(object.values, "lines")));
        row.set("company.", Json::object({{"currency.", Json::object({{"code", "EUR"}})}}));
        return row;
    }
    Json moves = Json::array();
    for (Json& move : created(object.values, "moves")) {
        move.set("uom.", Json::object({{"symbol", "u"}, {"digits", 0}}));
        move.set("state", object.state);
        moves.push_back(std::move(move));
    }
    row.set("moves.", std::move(moves));
    row.set("from_location.", Json::object({{"type", "storage"}}));
    return row;
}

Json StandIn::create(const Json& values) {
    const std::int64_t id = 1000 + std::ssize(objects_);
    Object object;
    object.values = values;
    object.key = first_word(values.text_or("description", values.text_or("reference")));
    by_key_[object.key].push_back(id);
    objects_.emplace(id, std::move(object));
    return Json(Json::Array{Json(id)});
}

Json StandIn::press(const std::string& button, const Json& numbers) {
    static const std::map<std::string, std::string> leads_to{
        {"post", "posted"}, {"wait", "waiting"}, {"assign_try", "assigned"}, {"done", "done"}};
    const auto to = leads_to.find(button);
    if (to == leads_to.end()) return Json();
    for (const Json& number : numbers.items()) {
        const auto at = objects_.find(std::strtoll(number.number_token().c_str(), nullptr, 10));
        if (at != objects_.end()) at->second.state = to->second;
    }
    return button == "assign_try" ? Json(true) : Json();
}

model::Command StandIn::sample(const std::string& kind) {
    const std::string order = "WO-" + std::to_string(++samples_);
    model::Command command;
    command.kind = kind;
    command.key = short_key("tryton|" + kind + "|" + order);
    Json payload = Json::object({{"company_code", "1000"}, {"posting_date", "2026-11-24"}, {"work_order", order}});
    const Json receiver = Json::object({{"kind", "cost_center"}, {"code", "CC-100"}});
    if (kind == "journal.post") {
        payload.set("currency", "EUR");
        payload.set("text", "Seal and spring replaced");
        Json lines = Json::array();
        for (const char* amount : {"149.90", "310.00", "24.69"})
            lines.push_back(
                Json::object({{"side", "debit"}, {"account", "610000"}, {"amount", amount}, {"receiver", receiver}}));
        lines.push_back(Json::object({{"side", "credit"}, {"account", "910000"}, {"amount", "484.59"}}));
        payload.set("lines", std::move(lines));
    } else {
        payload.set("storeroom", "MAIN");
        payload.set("part", "SEAL-9");
        payload.set("quantity", "2");
        payload.set("unit", "PC");
        payload.set("receiver", receiver);
    }
    command.payload = payload.dump();
    return command;
}

std::size_t StandIn::effects(const model::Command& command) {
    std::size_t count = 0;
    for (const auto& [id, object] : objects_)
        count += object.key == command.key && (object.state == "posted" || object.state == "done") ? 1 : 0;
    return count;
}

}  // namespace

contract::ConnectorUnderTest tryton_stand_in() {
    contract::ConnectorUnderTest subject;
    subject.name = "tryton";
    subject.spec = connectors::tryton::spec();
    subject.settings.name = "erp";
    subject.settings.values = {
        {"url", "http://tryton.example"}, {"database", "erp"}, {"user", "hub"},
        {"password", "secret"},           {"journal", "EXP"},  {"consumption_location", "MAINTENANCE"}};
    subject.world = [] { return std::make_unique<StandIn>(); };
    return subject;
}

}  // namespace tieline::bench
