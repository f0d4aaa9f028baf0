#include "connectors/tryton/shape.h"

#include "connectors/jsonrpc/jsonrpc.h"
#include "connectors/listed_rows.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::tryton {
namespace {

/// "… {WO-1,WO-2} …"
Json work_orders_in(const std::string& text) {
    Json list = Json::array();
    const std::size_t begin = text.find('{'), end = text.find('}', begin);
    if (begin == std::string::npos || end == std::string::npos) return list;
    std::string one;
    for (std::size_t at = begin + 1; at <= end; ++at) {
        if (text[at] != ',' && at != end) {
            one += text[at];
            continue;
        }
        if (!one.empty()) list.push_back(Json(std::exchange(one, {})));
    }
    return list;
}

/// SQLite answers 1 and 0 where PostgreSQL answers true and false.
bool is_set(const Json& row, std::string_view name) {
    const Json* found = row.find(name);
    return found != nullptr && (found->is_bool() ? found->boolean() : row.int_or(name, 0) != 0);
}

void shape_part(Json& row, const std::string& currency) {
    row.set("is_active", row.find("active") == nullptr || is_set(row, "active"));
    row.set("stocked", text_in(row, {"template", "type"}) == "goods");
    row.set("currency", currency);
}

void shape_planning(Json& row) {
    const Json* unit = row.find("unit");
    const std::int64_t digits = unit == nullptr ? 6 : unit->int_or("digits", 6);
    row.set("min", quantity_in(row, "min_quantity", digits).str());
    row.set("target", quantity_in(row, "target_quantity", digits).str());
    row.set("storeroom", text_in(row, {"warehouse_location", "storage_location", "code"}));
    const Json* product = row.find("product");
    if (product == nullptr) return;
    for (const Json& supplier : list_in(*product, "product_suppliers")) {
        const std::string seconds = supplier.text_or("lead_time");
        if (seconds.empty()) continue;
        row.set("lead_days", std::to_string((std::strtoll(seconds.c_str(), nullptr, 10) + 86'399) / 86'400));
        break;
    }
}

void shape_requisition(Json& row) {
    const std::string text = row.text_or("description");
    row.set("key", key_in(text));
    row.set("work_orders", work_orders_in(text));
    bool is_ordered = !list_in(row, "lines").empty();
    Decimal total;
    for (const Json& line : list_in(row, "lines")) {
        const Json* unit = line.find("unit");
        total = sum(total, quantity_in(line, "quantity", unit == nullptr ? 6 : unit->int_or("digits", 6)));
        row.set("part", text_in(line, {"product", "code"}));
        row.set("unit", text_in(line, {"unit", "symbol"}));
        const Json::Array& requests = list_in(line, "purchase_requests");
        const bool all = std::all_of(requests.begin(), requests.end(), [](const Json& request) {
            const Json* order = request.find("purchase_line");
            return order != nullptr && !order->is_null();
        });
        is_ordered = is_ordered && all && !requests.empty();
    }
    // One part per requisition is what the hub asks for; of a person's with several, the last one is told.
    row.set("quantity", total.str());
    const std::string state = row.text_or("state");
    const bool goes_on = state == "approved" || state == "processing" || state == "done";
    row.set("status", goes_on && is_ordered ? "ordered" : state);
}

}  // namespace

std::string word(const std::string& text, std::size_t number) {
    std::size_t begin = 0;
    for (; number > 0 && begin != std::string::npos; --number) {
        begin = text.find(' ', begin);
        if (begin != std::string::npos) ++begin;
    }
    return begin == std::string::npos ? std::string() : text.substr(begin, text.find(' ', begin) - begin);
}

std::string key_in(const std::string& text) {
    const std::string first = word(text, 0);
    return is_command_key(first) ? first : std::string();
}

std::string text_in(const Json& row, std::initializer_list<std::string_view> path) {
    const Json* at = &row;
    for (const std::string_view name : path) {
        at = at->find(name);
        if (at == nullptr) return {};
    }
    if (at->is_string()) return at->string();
    return at->is_number() ? at->number_token() : std::string();
}

const Json::Array& list_in(const Json& row, std::string_view name) {
    static const Json::Array none;
    const Json* list = row.find(name);
    return list != nullptr && list->is_array() ? list->items() : none;
}

Decimal quantity_in(const Json& row, std::string_view field, std::int64_t digits) {
    const Json* value = row.find(field);
    if (value == nullptr || !value->is_number()) return {};
    const Result<Decimal> read =
        jsonrpc::decimal_of_float(*value, static_cast<int>(std::clamp<std::int64_t>(digits, 0, Decimal::scale_max)));
    return read ? *read : Decimal();
}

std::vector<std::string> origins_of(const Json& line, std::string_view name, const std::string& model) {
    std::vector<std::string> origins;
    for (const Json& id : list_in(line, name))
        if (id.is_number()) origins.push_back(model + "," + id.number_token());
    return origins;
}

Decimal sum(const Decimal& a, const Decimal& b) {
    const Result<Decimal> both = a.plus(b);
    return both ? *both : a;
}
Decimal difference(const Decimal& a, const Decimal& b) { return sum(a, b.negated()); }

Json shaped_row(const FeedKind& kind, const Json& row, const std::string& currency) {
    Json made = row;
    if (kind.kind == "part") shape_part(made, currency);
    if (kind.kind == "account") made.set("is_active", !is_set(row, "closed"));
    if (kind.kind == "planning") shape_planning(made);
    if (kind.kind == "requisition") shape_requisition(made);
    if (kind.kind == "reservation") {
        const std::string text = row.text_or("reference");
        made.set("key", key_in(text));
        made.set("work_order", word(text, 2));
        made.set("status", row.text_or("state"));
    }
    return made;
}

SourceObject object_of(const FieldMap& map, const FeedKind& kind, const Json& row, std::int64_t stamp) {
    SourceObject object;
    if (kind.kind == "stock")
        object.subject = row.text_or("part") + "/" + row.text_or("storeroom");
    else if (kind.kind == "planning")
        object.subject = text_in(row, {"product", "code"}) + "/" + row.text_or("storeroom");
    else if (kind.kind == "delivery")
        object.subject = row.text_or("document");
    else
        object.subject = text_in(row, {kind.name});
    // An order point and a move have no number of their own in Tryton: their ids name them.
    const bool by_id = kind.kind == "planning" || kind.kind == "delivery";
    object.object = std::string(kind.kind) + ":" + (by_id ? text_in(row, {"id"}) : object.subject);
    object.type = std::string(kind.type);
    object.correlation = object.subject;
    object.occurred = WallTime(Millis(stamp / 1000));
    if (kind.kind == "reservation" && !row.text_or("work_order").empty())
        object.correlation = row.text_or("work_order");
    if (kind.kind == "delivery") object.correlation = row.text_or("purchase_order", object.subject);
    if (kind.kind == "requisition") {
        const Json::Array& orders = list_in(row, "work_orders");
        if (orders.size() == 1) object.correlation = orders[0].string();
    }
    const Result<Json> mapped = map.apply(kind.kind, row);
    if (!mapped) {
        object.refused = mapped.error();
        object.refused->message = std::string(kind.kind) + " " + object.subject +
                                  " of Tryton cannot be taken over: " + mapped.error().message;
        object.data = row.dump();
        if (object.type.back() == '.') object.type += "requested";
        return object;
    }
    if (object.type.back() == '.') {
        const std::string status = mapped->text_or("status");
        object.type += status == "in_approval" ? "requested" : status;
    }
    object.data = mapped->dump();
    return object;
}

}  // namespace tieline::connectors::tryton
