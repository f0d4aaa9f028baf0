// What Tryton holds, for reconciliation: entries of the ledger, goods that were taken out, requisitions, stock.

#include "connectors/feed_kinds.h"
#include "connectors/listed_rows.h"
#include "connectors/tryton/shape.h"
#include "connectors/tryton/tryton.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace tieline::connectors::tryton {
namespace {

constexpr std::size_t page_rows = 200;
constexpr std::size_t looked_at_max = 500;  ///< rows of one look for places that were ever in use

/// Rows of a page begin behind the id in the cursor.
Json behind(const std::string& cursor) { return clause("id", ">", cursor.empty() ? Json(0) : Json::number(cursor)); }
void within(Json& domain, const char* field, const std::string& from, const std::string& to) {
    if (!from.empty()) domain.push_back(clause(field, ">=", jsonrpc::date_value(from)));
    if (!to.empty()) domain.push_back(clause(field, "<=", jsonrpc::date_value(to)));
}

/// "KEY [FROM <7>] WO-1 …"
std::string work_order_in(const std::string& text) { return word(text, word(text, 1) == "FROM" ? 3 : 1); }
void tell_key(Json& row, const std::string& text) {
    const std::string key = key_in(text);
    put_known(row, "key", key);
    if (!key.empty()) put_known(row, "subject", work_order_in(text));
}

std::string debits(const Json& move) {
    Decimal total;
    for (const Json& line : list_in(move, "lines")) {
        const Result<Decimal> amount = line.decimal("debit");
        if (amount) total = sum(total, *amount);
    }
    return total.str();
}

/// One row of an entry. `reversals`: of an origin ("account.move,7") the number that took it back.
Json posting(const Json& move, const std::map<std::string, std::string>& reversals) {
    const bool is_reversal = move.text_or("origin").starts_with("account.move,");
    Json row = Json::object({{"kind", is_reversal ? "journal reversal" : "journal"}, {"exact_date", true}});
    // One that was emptied and posted by a person books nothing for its key: another one may stand for it.
    if (!is_emptied(*routes().front().document, move)) tell_key(row, move.text_or("description"));
    put_known(row, "date", move.text_or("date"));
    put_known(row, "document", number_with_id(move.text_or("post_number"), move.int_or("id", 0)));
    put_known(row, "amount", debits(move));
    put_known(row, "currency", text_in(move, {"company", "currency", "code"}));
    put_known(row, "company", text_in(move, {"company", "party", "code"}));
    const auto reversed = reversals.find("account.move," + text_in(move, {"id"}));
    if (reversed != reversals.end()) put_known(row, "reversed_by", reversed->second);
    row.set("state", reversed != reversals.end() ? "reversed" : "live");
    return row;
}

bool is_outside(const Json& shipment, const char* side) { return text_in(shipment, {side, "type"}) == "lost_found"; }

/// One row per shipment: the hub moves one part by each. Out of stock is positive; null where it moves none.
Json movement(const Json& shipment, const std::string& scrap_location) {
    const bool is_return = is_outside(shipment, "from_location");
    const std::string there = text_in(shipment, {is_return ? "from_location" : "to_location", "code"});
    const std::string text = shipment.text_or("reference");
    bool is_reversal = false;
    Decimal total;
    Json row = Json::object({{"exact_date", true}});
    for (const Json& move : list_in(shipment, "moves")) {
        if (move.text_or("state") != "done") continue;
        const Json* uom = move.find("uom");
        total = sum(total, quantity_in(move, "quantity", uom == nullptr ? 6 : uom->int_or("digits", 6)));
        is_reversal = is_reversal || move.text_or("origin").starts_with("stock.move,");
        row.set("unit", text_in(move, {"uom", "symbol"}));
        row.set("part", text_in(move, {"product", "code"}));
    }
    if (row.find("part") == nullptr) return Json();
    const std::string kind = !scrap_location.empty() && there == scrap_location ? "scrap" : "goods_issue";
    row.set("kind", is_reversal ? kind + " reversal" : kind);
    tell_key(row, text);
    put_known(row, "date", shipment.text_or("effective_date"));
    put_known(row, "document", number_with_id(shipment.text_or("number"), shipment.int_or("id", 0)));
    row.set("quantity", (is_return ? total.negated() : total).str());
    put_known(row, "place", text_in(shipment, {is_return ? "to_location" : "from_location", "code"}));
    return row;
}

}  // namespace

Exchange<Page> Tryton::list(std::string what, std::string from, std::string to, std::string cursor) {
    const bool is_place = cursor.find_first_not_of("0123456789") == std::string::npos && cursor.size() <= 15;
    const std::string id = cursor.starts_with("moved ") ? cursor.substr(6) : cursor;
    const bool has_two = what == "postings" && cursor.starts_with("moved ");
    if (!is_place && !has_two) {
        co_return make_error(ErrorKind::invalid, "\"" + cursor + "\" is no place in what Tryton lists", "bad_cursor",
                             "cursor");
    }
    if (what == "stock" || what == "requisitions") {
        Exchange<Page> listing = what == "stock" ? list_stock(id) : list_requisitions(id);
        Result<Page> page = co_await std::move(listing);
        co_return page;
    }
    if (what != "postings" && what != "movements") {
        Exchange<Page> listing = Connector::list(std::move(what), std::move(from), std::move(to), std::move(cursor));
        Result<Page> page = co_await std::move(listing);
        co_return page;
    }
    const bool is_ledger = what == "postings" && !has_two;
    Exchange<Page> listing = is_ledger ? list_entries(from, to, id) : list_movements(what, from, to, id);
    Result<Page> page = co_await std::move(listing);
    if (!page || what != "postings") co_return page;
    // A goods issue stands in no ledger here; the hub counts it among its postings, so that it is told, without amount.
    if (is_ledger && !page->more) {
        page->more = true;
        page->cursor = "moved 0";
    } else if (!is_ledger) {
        page->cursor = "moved " + page->cursor;
    }
    co_return page;
}

/// Posted entries of the hub's journal; those of other journals are other people's.
Exchange<Page> Tryton::list_entries(std::string from, std::string to, std::string cursor) {
    Exchange<Json> knowing = context();
    const Result<Json> known = co_await std::move(knowing);
    if (!known) co_return known.error();
    Json domain(Json::Array{behind(cursor), clause("state", "=", "posted"),
                            clause("company", "=", *known->find("company")),
                            clause("journal.code", "=", settings_.text_or("journal"))});
    within(domain, "date", from, to);
    Json fields = texts({"post_number", "date", "description", "origin", "lines.debit", "lines.credit",
                         "company.currency.code", "company.party.code"});
    Exchange<Json> reading = rows("account.move", std::move(domain), std::move(fields), page_rows);
    const Result<Json> moves = co_await std::move(reading);
    if (!moves) co_return moves.error();
    Json origins = Json::array();
    for (const Json& move : moves->items()) origins.push_back(Json("account.move," + text_in(move, {"id"})));
    std::map<std::string, std::string> reversals;
    if (!origins.items().empty()) {
        Json of_them(Json::Array{clause("origin", "in", std::move(origins)), clause("state", "=", "posted")});
        Exchange<Json> looking = rows("account.move", std::move(of_them), texts({"origin", "post_number"}), page_rows);
        const Result<Json> found = co_await std::move(looking);
        if (!found) co_return found.error();
        for (const Json& one : found->items())
            reversals[one.text_or("origin")] = number_with_id(one.text_or("post_number"), one.int_or("id", 0));
    }
    Page page;
    page.more = moves->items().size() == page_rows;
    page.cursor = moves->items().empty() ? cursor : text_in(moves->items().back(), {"id"});
    for (const Json& move : moves->items()) page.objects.push_back(listed("postings", posting(move, reversals)));
    co_return page;
}

/// What was taken out of storerooms by internal shipments, and given back.
Exchange<Page> Tryton::list_movements(std::string what, std::string from, std::string to, std::string cursor) {
    Exchange<Json> knowing = context();
    const Result<Json> known = co_await std::move(knowing);
    if (!known) co_return known.error();
    Json outside(Json::Array{Json("OR"), clause("from_location.type", "=", "lost_found"),
                             clause("to_location.type", "=", "lost_found")});
    Json domain(Json::Array{behind(cursor), clause("state", "=", "done"),
                            clause("company", "=", *known->find("company")), std::move(outside)});
    within(domain, "effective_date", from, to);
    Json fields = texts({"number", "reference", "effective_date", "from_location.code", "from_location.type",
                         "to_location.code", "to_location.type", "moves.product.code", "moves.quantity",
                         "moves.uom.symbol", "moves.uom.digits", "moves.state", "moves.origin"});
    Exchange<Json> reading = rows("stock.shipment.internal", std::move(domain), std::move(fields), page_rows);
    const Result<Json> shipments = co_await std::move(reading);
    if (!shipments) co_return shipments.error();
    Page page;
    page.more = shipments->items().size() == page_rows;
    page.cursor = shipments->items().empty() ? cursor : text_in(shipments->items().back(), {"id"});
    for (const Json& shipment : shipments->items()) {
        Json row = movement(shipment, settings_.text_or("scrap_location"));
        if (row.is_null()) continue;
        if (what == "postings") {
            if (!row.text_or("kind").starts_with("goods_issue") || row.text_or("key").empty()) continue;
            for (const char* name : {"quantity", "unit", "part", "place"}) row.erase(name);
        }
        page.objects.push_back(listed(what, row));
    }
    co_return page;
}

Exchange<Page> Tryton::list_requisitions(std::string cursor) {
    Exchange<Json> knowing = context();
    const Result<Json> known = co_await std::move(knowing);
    if (!known) co_return known.error();
    const FeedKind kind = *feed_kind("requisition");
    Json domain(
        Json::Array{behind(cursor), clause("company", "=", *known->find("company")), clause("number", "!=", Json())});
    Exchange<Json> reading = rows("purchase.requisition", std::move(domain), *Json::parse(kind.fields), page_rows);
    Result<Json> found = co_await std::move(reading);
    if (!found) co_return found.error();
    Page page;
    page.more = found->items().size() == page_rows;
    page.cursor = found->items().empty() ? cursor : text_in(found->items().back(), {"id"});
    Exchange<Json> shaping = shaped(kind, std::move(*found));
    const Result<Json> shaped_rows = co_await std::move(shaping);
    if (!shaped_rows) co_return shaped_rows.error();
    for (const Json& row : shaped_rows->items()) {
        const SourceObject object = object_of(map_, kind, row, 0);
        // One that cannot be taken over is there all the same.
        const Json named = object.refused
                               ? Json::object({{"reference", row.text_or("key")},
                                               {"requisition", object.subject},
                                               {"part", row.text_or("part")},
                                               {"storeroom", text_in(row, {"warehouse", "storage_location", "code"})}})
                               : *Json::parse(object.data);
        page.objects.push_back(listed("requisitions", requisition_row(named)));
    }
    co_return page;
}

/// Every place where something lies, or that was ever in use: those the hub was told of.
Exchange<Page> Tryton::list_stock(std::string cursor) {
    Json domain(Json::Array{behind(cursor), clause("code", "!=", Json())});
    Exchange<Json> reading = rows("product.product", std::move(domain), texts({"code"}), page_rows);
    const Result<Json> products = co_await std::move(reading);
    if (!products) co_return products.error();
    Json zones(Json::Array{clause("type", "=", "warehouse")});
    Exchange<Json> locating = rows("stock.location", std::move(zones), texts({"storage_location.code"}), 500);
    const Result<Json> warehouses = co_await std::move(locating);
    if (!warehouses) co_return warehouses.error();
    std::vector<std::string> places;
    for (const Json& warehouse : warehouses->items()) {
        const std::string code = text_in(warehouse, {"storage_location", "code"});
        for (const Json& product : products->items())
            if (!code.empty()) places.push_back(product.text_or("code") + "/" + code);
    }
    Exchange<Json> counting = stock_rows(std::move(places));
    const Result<Json> counted = co_await std::move(counting);
    if (!counted) co_return counted.error();
    std::set<std::string> empty;  // places where nothing lies
    for (const Json& row : counted->items())
        if (is_nothing_at(row)) empty.insert(row.text_or("part") + "/" + row.text_or("storeroom"));
    Exchange<Json> looking = places_in_use(std::move(empty));
    const Result<Json> used = co_await std::move(looking);
    if (!used) co_return used.error();
    Page page;
    page.more = products->items().size() == page_rows;
    page.cursor = products->items().empty() ? cursor : text_in(products->items().back(), {"id"});
    for (const Json& row : counted->items()) {
        const std::string place = row.text_or("part") + "/" + row.text_or("storeroom");
        if (is_nothing_at(row) && used->find(place) == nullptr) continue;
        Json made = Json::object({{"kind", "stock"}, {"key", place}, {"quantity", row.text_or("on_hand")}});
        put_known(made, "unit", row.text_or("unit"));
        page.objects.push_back(listed("stock", made));
    }
    co_return page;
}

bool Tryton::is_nothing_at(const Json& row) {
    for (const char* name : {"on_hand", "reserved", "on_order", "on_requisition"}) {
        const Result<Decimal> amount = row.decimal(name);
        if (amount && !amount->is_zero()) return false;
    }
    return true;
}

/// An object with a member for each of these places ("SEAL-9/MAIN") that a move, a purchase or a requisition ever
/// named. Rows are read in the order of their ids to the last one, of those parts of which a place is still in
/// question.
Exchange<Json> Tryton::places_in_use(std::set<std::string> places) {
    Json used = Json::object();
    for (const Stream& stream : streams()) {
        if (stream.kind != "stock") continue;
        const bool by_line = stream.name == "stock_purchase" || stream.name == "stock_requisition";
        std::string last;
        while (!places.empty()) {
            std::set<std::string> parts;
            for (const std::string& place : places) parts.insert(place.substr(0, place.rfind('/')));
            Json codes = Json::array();
            for (const std::string& part : parts) codes.push_back(Json(part));
            Json domain(Json::Array{*Json::parse(stream.domain), behind(last),
                                    clause(by_line ? "lines.product.code" : "product.code", "in", std::move(codes))});
            Exchange<Json> looking =
                rows(std::string(stream.model), std::move(domain), *Json::parse(stream.fields), looked_at_max);
            const Result<Json> found = co_await std::move(looking);
            if (!found) co_return found.error();
            for (const Json& row : found->items()) {
                for (const std::string& place : stream.targets(row))
                    if (places.erase(place) > 0) used.set(place, true);
            }
            if (found->items().size() < looked_at_max) break;
            last = text_in(found->items().back(), {"id"});
        }
    }
    co_return used;
}

}  // namespace tieline::connectors::tryton
