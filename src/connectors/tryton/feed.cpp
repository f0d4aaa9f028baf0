#include "connectors/tryton/feed.h"

#include "connectors/feed_kinds.h"
#include "connectors/jsonrpc/jsonrpc.h"
#include "connectors/tryton/wire.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace tieline::connectors::tryton {
namespace {

constexpr std::size_t seen_max = 60;                 ///< rows that a stream remembers
constexpr std::int64_t remembered_us = 120'000'000;  ///< and for how long, behind the youngest

constexpr std::string_view requisition_fields =
    R"(["number","state","description","supply_date","warehouse.storage_location.code","rejected_by.rec_name",)"
    R"("lines.product.code","lines.quantity","lines.unit.symbol","lines.unit.digits",)"
    R"("lines.purchase_requests.purchase_line"])";
constexpr std::string_view purchase_fields =
    R"(["number","state","currency.code","warehouse.storage_location.code","lines.product.code","lines.quantity",)"
    R"("lines.unit.symbol","lines.unit.digits","lines.unit_price","lines.delivery_date","lines.moves"])";
constexpr std::string_view move_fields =
    R"(["product.code","quantity","uom.symbol","uom.digits","from_location.code","to_location.code",)"
    R"("from_location.type","to_location.type","origin","shipment","effective_date","unit_price","currency.code",)"
    R"("state"])";
constexpr std::string_view reservation_fields =
    R"(["number","state","reference","planned_date","from_location.code","company.party.code",)"
    R"("moves.product.code","moves.quantity","moves.uom.symbol","moves.uom.digits"])";

constexpr FeedKind kinds[] = {
    {"part", "part.published", "product.product", R"([["code","!=",null]])",
     R"(["code","active","cost_price","template.name","template.type","template.default_uom.symbol",)"
     R"("template.default_uom.digits"])",
     "code"},
    {"cost_center", "cost_center.published", "analytic_account.account", R"([["type","=","normal"]])",
     R"(["code","name"])", "code"},
    {"account", "account.published", "account.account", R"([["code","!=",null],["type","!=",null]])",
     R"(["code","name","closed"])", "code"},
    {"vendor", "vendor.published", "party.party", "[]", R"(["code","name"])", "code"},
    {"planning", "planning.published", "stock.order_point", R"([["type","=","purchase"]])",
     R"(["product.code","warehouse_location.storage_location.code","min_quantity","target_quantity",)"
     R"("unit.digits","product.product_suppliers.lead_time"])",
     "id"},
    {"requisition", "requisition.", "purchase.requisition", "[]", requisition_fields, "number"},
    {"purchase_order", "purchase_order.changed", "purchase.purchase", R"([["number","!=",null]])", purchase_fields,
     "number"},
    {"reservation", "reservation.changed", "stock.shipment.internal", R"([["reference","like","% RESERVED%"]])",
     reservation_fields, "number"},
    {"delivery", "delivery.received", "stock.move",
     R"([["state","=","done"],["shipment","like","stock.shipment.in,%"],["origin","like","stock.move,%"]])",
     move_fields, "id"},
    {"stock", "stock.changed", "product.product", "[]", "[]", ""},
};

std::string in(const Json& row, std::initializer_list<const char*> path) {
    const Json* at = &row;
    for (const char* name : path) {
        at = at->find(name);
        if (at == nullptr) return {};
    }
    if (at->is_string()) return at->string();
    return at->is_number() ? at->number_token() : std::string();
}

const Json::Array& items_of(const Json& row, std::string_view name) {
    static const Json::Array none;
    const Json* list = row.find(name);
    return list != nullptr && list->is_array() ? list->items() : none;
}

std::vector<std::string> one(std::string name) {
    std::vector<std::string> names;
    if (!name.empty()) names.push_back(std::move(name));
    return names;
}
std::vector<std::string> by_code(const Json& row) { return one(in(row, {"code"})); }
std::vector<std::string> by_id(const Json& row) { return one(in(row, {"id"})); }
std::vector<std::string> by_number(const Json& row) { return one(in(row, {"number"})); }
std::vector<std::string> party_of(const Json& row) { return one(in(row, {"party", "code"})); }

std::vector<std::string> requisition_of(const Json& row) {
    return one("@lines.purchase_requests.id=" + in(row, {"id"}));
}
std::vector<std::string> purchase_of(const Json& row) {
    const std::string origin = in(row, {"origin"});
    const std::size_t comma = origin.find(',');
    if (comma == std::string::npos) return {};
    const std::string model = origin.substr(0, comma), id = origin.substr(comma + 1);
    if (model == "purchase.line") return one("@lines.id=" + id);
    return model == "stock.move" ? one("@lines.moves.id=" + id) : std::vector<std::string>();
}
/// The reservation that an issue names: "… FROM <7> …".
std::vector<std::string> reservation_of(const Json& row) {
    const std::string text = in(row, {"reference"});
    const std::size_t begin = text.find("FROM <"), end = text.find('>', begin);
    if (begin == std::string::npos || end == std::string::npos) return {};
    return one(text.substr(begin + 6, end - begin - 6));
}
std::vector<std::string> places_of_move(const Json& row) {
    std::vector<std::string> places;
    for (const char* side : {"from_location", "to_location"}) {
        const std::string code = in(row, {side, "code"});
        if (in(row, {side, "type"}) == "storage" && !code.empty() && !in(row, {"product", "code"}).empty())
            places.push_back(in(row, {"product", "code"}) + "/" + code);
    }
    return places;
}
std::vector<std::string> places_of_lines(const Json& row) {
    std::vector<std::string> places;
    const std::string code = in(row, {"warehouse", "storage_location", "code"});
    for (const Json& line : items_of(row, "lines"))
        if (!code.empty() && !in(line, {"product", "code"}).empty())
            places.push_back(in(line, {"product", "code"}) + "/" + code);
    return places;
}
std::vector<std::string> place_of_request(const Json& row) {
    const std::string code = in(row, {"warehouse", "storage_location", "code"}), part = in(row, {"product", "code"});
    return code.empty() || part.empty() ? std::vector<std::string>() : one(part + "/" + code);
}

constexpr std::string_view line_fields = R"(["number","lines.product.code","warehouse.storage_location.code"])";

constexpr Stream all_streams[] = {
    {"part", "part", "product.product", R"([["code","!=",null]])", R"(["code"])", by_code},
    {"cost_center", "cost_center", "analytic_account.account", R"([["type","=","normal"]])", R"(["code"])", by_code},
    {"account", "account", "account.account", R"([["code","!=",null],["type","!=",null]])", R"(["code"])", by_code},
    {"vendor", "vendor", "purchase.product_supplier", "[]", R"(["party.code"])", party_of},
    {"planning", "planning", "stock.order_point", R"([["type","=","purchase"]])", R"(["id"])", by_id},
    {"requisition", "requisition", "purchase.requisition", "[]", R"(["number"])", by_number},
    {"request", "requisition", "purchase.request", R"([["origin","like","purchase.requisition.line,%"]])", R"(["id"])",
     requisition_of},
    {"purchase", "purchase_order", "purchase.purchase", R"([["number","!=",null]])", R"(["number"])", by_number},
    {"purchase_move", "purchase_order", "stock.move",
     R"(["OR",["origin","like","purchase.line,%"],["shipment","like","stock.shipment.in,%"]])", R"(["origin"])",
     purchase_of},
    {"reservation", "reservation", "stock.shipment.internal", R"([["reference","like","% RESERVED%"]])",
     R"(["number"])", by_number},
    {"reserved_issue", "reservation", "stock.shipment.internal",
     R"([["reference","like","%FROM <%"],["state","=","done"]])", R"(["reference"])", reservation_of},
    {"delivery", "delivery", "stock.move",
     R"([["state","=","done"],["shipment","like","stock.shipment.in,%"],["origin","like","stock.move,%"]])",
     R"(["id"])", by_id},
    {"stock_move", "stock", "stock.move", "[]",
     R"(["product.code","from_location.code","from_location.type","to_location.code","to_location.type"])",
     places_of_move},
    {"stock_purchase", "stock", "purchase.purchase", "[]", line_fields, places_of_lines},
    {"stock_requisition", "stock", "purchase.requisition", "[]", line_fields, places_of_lines},
    {"stock_request", "stock", "purchase.request", "[]", R"(["product.code","warehouse.storage_location.code"])",
     place_of_request},
};

/// Rows of one sequence behind a place: later, or of the same moment with a higher id.
Json behind(const char* field, const StreamPlace& place) {
    if (place.after.stamp == 0) return clause(field, "!=", Json());
    const Json moment = jsonrpc::datetime_value(stamp_text(place.after.stamp));
    Json same(Json::Array{clause(field, "=", moment), clause("id", ">", place.after.id)});
    return Json(Json::Array{Json("OR"), clause(field, ">", moment), std::move(same)});
}

Json place_json(const StreamPlace& place) {
    Json rows = Json::array();
    for (const auto& row : place.seen) rows.push_back(Json(Json::Array{Json(row.stamp), Json(row.id)}));
    return Json(Json::Array{Json(place.after.stamp), Json(place.after.id), std::move(rows)});
}

bool read_number(const Json& from, std::int64_t& to) {
    if (!from.is_number() || from.number_token().size() > 18) return false;
    to = std::strtoll(from.number_token().c_str(), nullptr, 10);
    return to >= 0;
}

bool read_place(const Json* from, StreamPlace& place) {
    if (from == nullptr || !from->is_array() || from->items().size() != 3 || !from->items()[2].is_array()) return false;
    if (!read_number(from->items()[0], place.after.stamp) || !read_number(from->items()[1], place.after.id))
        return false;
    for (const Json& pair : from->items()[2].items()) {
        StreamPlace::Row row;
        const bool good = pair.is_array() && pair.items().size() == 2 && read_number(pair.items()[0], row.stamp) &&
                          read_number(pair.items()[1], row.id);
        if (!good || place.seen.size() > seen_max) return false;
        place.seen.push_back(row);
    }
    return true;
}

}  // namespace

std::span<const FeedKind> feed_kinds() { return kinds; }
std::span<const Stream> streams() { return all_streams; }

const FeedKind* feed_kind(std::string_view kind) { return kind_in(feed_kinds(), kind); }

const std::string& all_kinds() {
    static const std::string list = joined_kinds(feed_kinds());
    return list;
}

bool StreamPlace::knows(Row row) const {
    return row <= after || std::find(seen.begin(), seen.end(), row) != seen.end();
}

void StreamPlace::add(Row row) {
    seen.insert(std::upper_bound(seen.begin(), seen.end(), row), row);
    while (seen.size() > seen_max || seen.front().stamp + remembered_us < seen.back().stamp) {
        after = seen.front();
        seen.erase(seen.begin());
    }
}

StreamCursor& FeedCursor::of(std::string_view name) {
    for (auto& [known, cursor] : streams)
        if (known == name) return cursor;
    streams.emplace_back(std::string(name), StreamCursor{});
    return streams.back().second;
}

std::int64_t FeedCursor::head() const {
    std::int64_t head = 0;
    for (const auto& [name, cursor] : streams) {
        for (const StreamPlace* place : {&cursor.created, &cursor.written}) {
            head = std::max(head, place->after.stamp);
            if (!place->seen.empty()) head = std::max(head, place->seen.back().stamp);
        }
    }
    return head;
}

std::string FeedCursor::str() const {
    Json all = Json::object();
    for (const auto& [name, cursor] : streams)
        all.set(name, Json(Json::Array{place_json(cursor.created), place_json(cursor.written)}));
    return all.members().empty() ? std::string() : all.dump();
}

Result<FeedCursor> FeedCursor::parse(const std::string& text) {
    FeedCursor cursor;
    if (text.empty()) return cursor;
    const Error bad =
        make_error(ErrorKind::invalid, "\"" + text.substr(0, 60) + "\" is no place in the changes of Tryton",
                   "bad_cursor", "cursor");
    const Result<Json> all = Json::parse(text);
    if (!all || !all->is_object()) return bad;
    for (const auto& [name, pair] : all->members()) {
        StreamCursor& one = cursor.of(name);
        const bool good = pair.is_array() && pair.items().size() == 2 && read_place(&pair.items()[0], one.created) &&
                          read_place(&pair.items()[1], one.written);
        if (!good) return bad;
    }
    return cursor;
}

Json domain_after(const Stream& stream, const StreamCursor& cursor) {
    Json created(Json::Array{clause("write_date", "=", Json()), behind("create_date", cursor.created)});
    Json changed = Json(Json::Array{Json("OR"), std::move(created), behind("write_date", cursor.written)});
    return Json(Json::Array{*Json::parse(stream.domain), std::move(changed)});
}

Json stream_order() {
    Json order = Json::array();
    for (const auto& [field, direction] :
         {std::pair{"write_date", "ASC NULLS FIRST"}, std::pair{"create_date", "ASC"}, std::pair{"id", "ASC"}})
        order.push_back(Json(Json::Array{Json(field), Json(direction)}));
    return order;
}

RowPlace place_of(const Json& row) {
    RowPlace place;
    const std::string written = row.text_or("write_date");
    place.written = !written.empty();
    place.row.stamp = stamp_of(place.written ? written : row.text_or("create_date"));
    place.row.id = row.int_or("id", 0);
    return place;
}

std::int64_t stamp_of(const std::string& text) {
    if (text.size() < 26) return 0;
    const Result<WallTime> second = parse_time(text.substr(0, 19) + "Z");
    if (!second) return 0;
    return second->time_since_epoch().count() * 1000 + std::strtoll(text.substr(20, 6).c_str(), nullptr, 10);
}

std::string stamp_text(std::int64_t stamp) {
    std::array<char, 8> micro{};
    std::snprintf(micro.data(), micro.size(), "%06d", static_cast<int>(stamp % 1'000'000));
    const std::string second = format_time(WallTime(Millis(stamp / 1'000'000 * 1000)));
    return second.substr(0, 19) + "." + micro.data();
}

}  // namespace tieline::connectors::tryton
