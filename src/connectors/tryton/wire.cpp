#include "connectors/tryton/wire.h"

#include "connectors/jsonrpc/jsonrpc.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace tieline::connectors::tryton {
namespace {

constexpr Step move_steps[] = {{"draft", "post"}};
constexpr std::string_view posted[] = {"posted"};
// A draft of an entry has no button that takes it back, and deleting it is the administrators' right: drafts.cpp.
constexpr Document move{"account.move", "description", "post_number", move_steps, posted, {}, "", "journal entry"};

constexpr Step issue_steps[] = {{"draft", "wait"}, {"waiting", "assign_try"}, {"assigned", "done"}};
constexpr std::string_view done[] = {"done"};
constexpr std::string_view cancelled[] = {"cancelled"};
constexpr Document issue{"stock.shipment.internal", "reference", "number", issue_steps, done, cancelled, "cancel",
                         "internal shipment"};

constexpr Step wait_steps[] = {{"draft", "wait"}};
constexpr std::string_view reserved[] = {"waiting", "assigned", "shipped", "done"};
constexpr Document reservation{
    "stock.shipment.internal", "reference", "number", wait_steps, reserved, cancelled, "cancel", "reservation"};
constexpr Document kept_reservation{
    "stock.shipment.internal", "reference", "number", wait_steps, reserved, {}, "", "reservation"};
constexpr Step cancel_steps[] = {{"draft", "cancel"}, {"waiting", "cancel"}, {"assigned", "cancel"}};
constexpr Document gone_reservation{
    "stock.shipment.internal", "reference", "number", cancel_steps, cancelled, {}, "", "reservation"};

constexpr std::string_view asked_for[] = {"waiting", "rejected", "approved", "processing", "done"};
constexpr Document requisition{
    "purchase.requisition", "description", "number", wait_steps, asked_for, cancelled, "cancel", "requisition"};
constexpr Document kept_requisition{"purchase.requisition", "description", "number", wait_steps, asked_for, {}, "",
                                    "requisition"};
constexpr Step draft_cancel_steps[] = {{"waiting", "draft"}, {"approved", "draft"}, {"draft", "cancel"}};
constexpr Document gone_requisition{
    "purchase.requisition", "description", "number", draft_cancel_steps, cancelled, {}, "", "requisition"};

constexpr std::string_view any_order[] = {"draft", "quotation", "confirmed", "processing", "done", "cancelled"};
constexpr Document order{"purchase.purchase", "description", "number", {}, any_order, {}, "", "purchase"};
constexpr Step order_cancel_steps[] = {{"draft", "cancel"}, {"quotation", "cancel"}};
constexpr Document gone_order{"purchase.purchase", "description", "number", order_cancel_steps, cancelled, {}, "",
                              "purchase"};

constexpr Route all_routes[] = {
    {"journal.post", Deed::create, &move, ""},
    {"journal.reverse", Deed::reverse, &move, "document"},
    {"goods_issue.post", Deed::create, &issue, ""},
    {"goods_issue.reverse", Deed::reverse, &issue, "document"},
    {"scrap.post", Deed::create, &issue, ""},
    {"scrap.reverse", Deed::reverse, &issue, "document"},
    {"reservation.create", Deed::create, &reservation, ""},
    {"reservation.change", Deed::change, &kept_reservation, "reservation"},
    {"reservation.cancel", Deed::cancel, &gone_reservation, "reservation"},
    {"requisition.create", Deed::create, &requisition, ""},
    {"requisition.change", Deed::change, &kept_requisition, "requisition"},
    {"requisition.cancel", Deed::cancel, &gone_requisition, "requisition"},
    {"purchase_order.change", Deed::change, &order, "purchase_order"},
    {"purchase_order.cancel", Deed::cancel, &gone_order, "purchase_order"},
};

Error invalid(std::string message, std::string code, std::string field) {
    return make_error(ErrorKind::invalid, std::move(message), std::move(code), std::move(field));
}

/// What a map cannot say: a return goes the other way; marks by which a text of Tryton is read back.
Result<void> prepare(Json& payload, const Route& route, const Json& settings) {
    if (route.kind.starts_with("scrap.") && settings.text_or("scrap_location").empty()) {
        return invalid(
            "the connection does not say into which location of Tryton scrap goes; set scrap_location to the "
            "code of one of type Lost and Found, then replay",
            "scrap_not_set_up", "");
    }
    if (route.kind == "goods_issue.post" || route.kind == "scrap.post") {
        if (!payload.text_or("lot").empty() || payload.find("serials") != nullptr) {
            return invalid("Tryton without its module stock_lot keeps no lots and serial numbers; issue it there",
                           "lot_unsupported", "lot");
        }
        TIELINE_TRY(const Decimal quantity, payload.decimal("quantity"));
        if (quantity.is_zero())
            return invalid("what is taken out needs a quantity other than 0", "bad_amount", "quantity");
        payload.set("direction", quantity.is_negative() ? "in" : "out");
        payload.set("quantity", quantity.abs().str());
        const std::string reservation = payload.text_or("reservation");
        if (!reservation.empty()) payload.set("mark", "FROM <" + reservation + ">");
    }
    if (route.kind == "journal.post") {
        const Json* lines = payload.find("lines");
        const bool has_lines = lines != nullptr && lines->is_array() && !lines->items().empty();
        const auto is_nothing = [](const Json& line) {
            const Result<Decimal> amount = line.decimal("amount");
            return amount && amount->is_zero();
        };
        // An entry without amounts is what a refused attempt leaves behind: it would never be found again.
        if (has_lines && std::all_of(lines->items().begin(), lines->items().end(), is_nothing))
            return invalid("a journal entry whose amounts are all 0 books nothing", "bad_amount", "lines");
    }
    if (route.kind != "requisition.create") return {};
    std::string orders;
    if (const Json* list = payload.find("work_orders"); list != nullptr && list->is_array()) {
        for (const Json& one : list->items())
            if (one.is_string()) orders += (orders.empty() ? "" : ",") + one.string();
    }
    if (!orders.empty()) payload.set("mark", "{" + orders + "}");
    return {};
}

Json typed(Json value, std::string_view type);

/// Members "name|type" become "name" with a value of that type.
Json typed_members(const Json& object) {
    Json made = Json::object();
    for (const auto& [name, value] : object.members()) {
        const std::size_t bar = name.find('|');
        const std::string_view field = std::string_view(name).substr(0, bar);
        const std::string_view type = bar == std::string::npos ? "" : std::string_view(name).substr(bar + 1);
        if (type != "none") made.set(field, typed(value, type));
    }
    return made;
}

Json typed(Json value, std::string_view type) {
    if (type.empty()) return value.is_object() ? typed_members(value) : value;
    if (type == "many") {
        Json list = Json::array();
        for (const Json& item : value.items()) list.push_back(typed_members(item));
        return Json(Json::Array{Json(Json::Array{Json("create"), std::move(list)})});
    }
    const std::string text = value.is_string() ? value.string() : value.is_number() ? value.number_token() : "";
    if (type == "decimal") return jsonrpc::decimal_value(text);
    if (type == "date") return jsonrpc::date_value(text);
    if (type == "float") return Json::number(text);
    std::string model(type);  // in a map a point would nest
    std::replace(model.begin(), model.end(), '/', '.');
    return Json::object({{"model", model}, {"code", text}});
}

void collect(const Json& values, std::vector<Reference>& found) {
    if (values.is_array()) {
        for (const Json& item : values.items()) collect(item, found);
    } else if (values.is_object()) {
        if (values.find("model") != nullptr && values.find("code") != nullptr) {
            Reference one{values.text_or("model"), values.text_or("code")};
            if (std::find(found.begin(), found.end(), one) == found.end()) found.push_back(std::move(one));
            return;
        }
        for (const auto& [name, value] : values.members()) collect(value, found);
    }
}

}  // namespace

std::span<const Route> routes() { return all_routes; }

std::string_view lines_of(const Document& document) {
    return document.model == "stock.shipment.internal" ? "moves" : "lines";
}

bool has_id_in_number(const Document& document) { return &document == &move || &document == &issue; }

std::string number_with_id(const std::string& number, std::int64_t id) { return number + "/" + std::to_string(id); }

Json clauses_of_number(const Document& document, const std::string& text) {
    const std::size_t slash = text.rfind('/');
    const std::string id = slash == std::string::npos ? "" : text.substr(slash + 1);
    const bool has_id = has_id_in_number(document) && !id.empty() && id.size() <= 15 &&
                        id.find_first_not_of("0123456789") == std::string::npos;
    Json clauses(Json::Array{clause(document.number_field, "=", has_id ? text.substr(0, slash) : text)});
    if (has_id) clauses.push_back(clause("id", "=", whole_number(id)));
    return clauses;
}

Result<const Route*> route_of(const model::Command& command) {
    for (const Route& route : all_routes) {
        if (route.kind == command.kind) return &route;
    }
    return make_error(ErrorKind::unsupported, "Tryton cannot do \"" + command.kind + "\"; see the connector's README",
                      "unsupported_kind");
}

Result<Json> values_of(const FieldMap& map, const Json& settings, const Route& route, const model::Command& command) {
    TIELINE_TRY(Json payload, Json::parse(command.payload));
    if (!payload.is_object())
        return invalid("the command " + command.kind + " has no object as its content", "wrong_type", "");
    // The key is what find() looks for: a payload with another reference would be lost from sight.
    payload.set("reference", command.key);
    if (!route.number.empty()) {
        TIELINE_TRY(const std::string number, payload.text(route.number));
        if (number.empty()) {
            return invalid("the command " + command.kind + " does not say which " + std::string(route.document->words) +
                               " it is about",
                           "missing_field", std::string(route.number));
        }
    }
    TIELINE_TRY_VOID(prepare(payload, route, settings));
    if (route.deed == Deed::cancel) return Json::object();
    TIELINE_TRY(const Json mapped, map.apply(command.kind, payload, settings));
    return typed_members(mapped);
}

std::vector<Reference> references_in(const Json& values) {
    std::vector<Reference> found;
    collect(values, found);
    return found;
}

Json clause(std::string_view field, std::string_view op, Json value) {
    return Json(Json::Array{Json(field), Json(op), std::move(value)});
}

Json whole_number(const std::string& digits) {
    return Json(static_cast<std::int64_t>(std::strtoll(digits.c_str(), nullptr, 10)));
}

Json texts(std::initializer_list<std::string_view> names) {
    Json list = Json::array();
    for (const std::string_view name : names) list.push_back(Json(name));
    return list;
}

bool holds(std::span<const std::string_view> list, std::string_view state) {
    return std::find(list.begin(), list.end(), state) != list.end();
}

std::string_view next_step(const Document& document, std::string_view state) {
    for (const Step& step : document.steps) {
        if (step.from == state) return step.method;
    }
    return {};
}

}  // namespace tieline::connectors::tryton
