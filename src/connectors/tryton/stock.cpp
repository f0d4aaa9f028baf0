// Sums that Tryton does not keep: what is open of an order, what is left of a reservation, what stands at a place.

#include "connectors/tryton/shape.h"
#include "connectors/tryton/tryton.h"

#include <algorithm>
#include <map>
#include <utility>

namespace tieline::connectors::tryton {
namespace {

constexpr std::size_t lines_max = 2000;  ///< open lines of one page's parts that are looked at

std::int64_t digits_of(const Json& row, std::string_view unit) {
    const Json* found = row.find(unit);
    return found == nullptr ? 6 : found->int_or("digits", 6);
}

constexpr std::size_t page_parts_max = 1000;

/// What of a requisition's line has no order yet.
Decimal not_ordered(const Json& line) {
    for (const Json& request : list_in(line, "purchase_requests")) {
        const Json* order = request.find("purchase_line");
        if (order != nullptr && !order->is_null()) return {};
    }
    return quantity_in(line, "quantity", digits_of(line, "unit"));
}

/// What of an order's line has not been put away.
Decimal not_received(const Json& line, const Json& received) {
    Decimal open = quantity_in(line, "quantity", digits_of(line, "unit"));
    for (const std::string& origin : origins_of(line, "moves", "stock.move")) {
        const Result<Decimal> part = Decimal::parse(received.text_or(origin, "0"));
        if (part) open = difference(open, *part);
    }
    return open.is_negative() ? Decimal() : open;
}

using Sums = std::map<std::string, Decimal>;  // by part

Json stock_sums(const std::string& code, const Json& products, const Sums& ordered, const Sums& asked,
                const Sums& reserved) {
    const auto of = [](const Sums& sums, const std::string& part) {
        const auto found = sums.find(part);
        return found == sums.end() ? std::string("0") : found->second.str();
    };
    Json counted = Json::array();
    for (const Json& product : products.items()) {
        const std::string part = product.text_or("code");
        const Json* general = product.find("template");
        const std::int64_t digits = general == nullptr ? 6 : digits_of(*general, "default_uom");
        counted.push_back(Json::object({{"part", part},
                                        {"storeroom", code},
                                        {"on_hand", quantity_in(product, "quantity", digits).str()},
                                        {"reserved", of(reserved, part)},
                                        {"on_order", of(ordered, part)},
                                        {"on_requisition", of(asked, part)},
                                        {"unit", text_in(product, {"template", "default_uom", "symbol"})}}));
    }
    return counted;
}

}  // namespace

Exchange<Json> Tryton::company_currency() {
    {
        const std::lock_guard lock(mutex_);
        if (!currency_.empty()) co_return Json(currency_);
    }
    Exchange<Json> knowing = context();
    const Result<Json> known = co_await std::move(knowing);
    if (!known) co_return known.error();
    Json own(Json::Array{clause("id", "=", *known->find("company"))});
    Exchange<Json> looking = rows("company.company", std::move(own), texts({"currency.code"}), 1);
    const Result<Json> found = co_await std::move(looking);
    if (!found) co_return found.error();
    if (found->items().empty()) co_return Json("");
    const std::lock_guard lock(mutex_);
    currency_ = text_in(found->items()[0], {"currency", "code"});
    co_return Json(currency_);
}

/// Of each incoming move ("stock.move,9"): how much of it has been put away. Until then goods are neither on order nor
/// on hand at their place, so that an order's line stays open for them.
Exchange<Json> Tryton::put_away(Json incoming) {
    Json sums = Json::object();
    if (incoming.items().empty()) co_return sums;
    Json domain(Json::Array{clause("origin", "in", std::move(incoming)), clause("state", "=", "done")});
    Exchange<Json> looking =
        rows("stock.move", std::move(domain), texts({"origin", "quantity", "uom.digits"}), lines_max);
    const Result<Json> found = co_await std::move(looking);
    if (!found) co_return found.error();
    for (const Json& move : found->items()) {
        const std::string origin = move.text_or("origin");
        const Result<Decimal> before = Decimal::parse(sums.text_or(origin, "0"));
        sums.set(origin,
                 sum(before ? *before : Decimal(), quantity_in(move, "quantity", digits_of(move, "uom"))).str());
    }
    co_return sums;
}

/// Of each reservation's number: how much was issued from it.
Exchange<Json> Tryton::issued_from(std::vector<std::string> numbers) {
    Json sums = Json::object();
    if (numbers.empty()) co_return sums;
    Json any(Json::Array{Json("OR")});
    for (const std::string& number : numbers) any.push_back(clause("reference", "like", "%FROM <" + number + ">%"));
    Json domain(Json::Array{clause("state", "=", "done"), std::move(any)});
    Exchange<Json> looking = rows("stock.shipment.internal", std::move(domain),
                                  texts({"reference", "moves.quantity", "moves.uom.digits"}), lines_max);
    const Result<Json> found = co_await std::move(looking);
    if (!found) co_return found.error();
    for (const Json& shipment : found->items()) {
        for (const std::string& number : numbers) {
            if (shipment.text_or("reference").find("FROM <" + number + ">") == std::string::npos) continue;
            const Result<Decimal> before = Decimal::parse(sums.text_or(number, "0"));
            Decimal total = before ? *before : Decimal();
            for (const Json& move : list_in(shipment, "moves"))
                total = sum(total, quantity_in(move, "quantity", digits_of(move, "uom")));
            sums.set(number, total.str());
        }
    }
    co_return sums;
}

Exchange<Json> Tryton::shaped(FeedKind kind, Json rows) {
    std::string currency;
    if (kind.kind == "part") {
        Exchange<Json> asking = company_currency();
        const Result<Json> asked = co_await std::move(asking);
        if (!asked) co_return asked.error();
        currency = asked->string();
    }
    for (Json& row : rows.items()) row = shaped_row(kind, row, currency);
    Exchange<Json> summing = kind.kind == "reservation"      ? shaped_reservations(std::move(rows))
                             : kind.kind == "purchase_order" ? shaped_orders(std::move(rows))
                             : kind.kind == "delivery"       ? shaped_deliveries(std::move(rows))
                                                             : unchanged(std::move(rows));
    Result<Json> summed = co_await std::move(summing);
    co_return summed;
}

Exchange<Json> Tryton::unchanged(Json rows) { co_return rows; }

Exchange<Json> Tryton::shaped_reservations(Json rows) {
    std::vector<std::string> numbers;
    for (const Json& row : rows.items()) numbers.push_back(row.text_or("number"));
    Exchange<Json> asking = issued_from(std::move(numbers));
    const Result<Json> issued = co_await std::move(asking);
    if (!issued) co_return issued.error();
    for (Json& row : rows.items()) reservation_sums(row, issued->text_or(row.text_or("number"), "0"));
    co_return rows;
}

Exchange<Json> Tryton::shaped_orders(Json rows) {
    Json incoming = Json::array(), lines = Json::array();
    for (const Json& row : rows.items()) {
        for (const Json& line : list_in(row, "lines")) {
            for (const std::string& origin : origins_of(line, "moves", "stock.move")) incoming.push_back(Json(origin));
            lines.push_back(*line.find("id"));
        }
    }
    Exchange<Json> asking = put_away(std::move(incoming));
    const Result<Json> received = co_await std::move(asking);
    if (!received) co_return received.error();
    Exchange<Json> naming = requisitions_of(std::move(lines));
    const Result<Json> requisitions = co_await std::move(naming);
    if (!requisitions) co_return requisitions.error();
    for (Json& row : rows.items()) order_items(row, *received, *requisitions);
    co_return rows;
}

Exchange<Json> Tryton::shaped_deliveries(Json rows) {
    Json made = Json::array();
    for (Json& row : rows.items()) {
        Exchange<Json> asking = delivery_of(std::move(row));
        Result<Json> delivery = co_await std::move(asking);
        if (!delivery) co_return delivery;
        if (!delivery->text_or("purchase_order").empty()) made.push_back(std::move(*delivery));
    }
    co_return made;
}

void Tryton::reservation_sums(Json& row, const std::string& issued_text) {
    Decimal total;
    for (const Json& move : list_in(row, "moves")) {
        total = sum(total, quantity_in(move, "quantity", digits_of(move, "uom")));
        row.set("part", text_in(move, {"product", "code"}));
        row.set("unit", text_in(move, {"uom", "symbol"}));
    }
    const Result<Decimal> issued = Decimal::parse(issued_text);
    const Decimal left = difference(total, issued ? *issued : Decimal());
    const bool is_open = row.text_or("state") != "cancelled" && !left.is_negative() && !left.is_zero();
    row.set("quantity", total.str());
    row.set("issued", issued_text);
    row.set("open", is_open ? left.str() : "0");
    if (row.text_or("state") != "cancelled" && !is_open) row.set("status", "done");
}

void Tryton::order_items(Json& row, const Json& received, const Json& requisitions) {
    const std::string state = row.text_or("state");
    const bool is_live = state != "cancelled" && state != "done";
    Json items = Json::array();
    for (const Json& line : list_in(row, "lines")) {
        if (text_in(line, {"product", "code"}).empty()) continue;  // a service or a text
        const Decimal quantity = quantity_in(line, "quantity", digits_of(line, "unit"));
        Decimal open = quantity;
        for (const std::string& origin : origins_of(line, "moves", "stock.move")) {
            const Result<Decimal> part = Decimal::parse(received.text_or(origin, "0"));
            if (part) open = difference(open, *part);
        }
        if (open.is_negative() || !is_live) open = Decimal();
        const std::string id = text_in(line, {"id"});
        items.push_back(Json::object({{"item", id},
                                      {"part", text_in(line, {"product", "code"})},
                                      {"storeroom", text_in(row, {"warehouse", "storage_location", "code"})},
                                      {"quantity", quantity.str()},
                                      {"open", open.str()},
                                      {"unit", text_in(line, {"unit", "symbol"})},
                                      {"price", line.text_or("unit_price", "0")},
                                      {"delivery_date", line.text_or("delivery_date")},
                                      {"final", !is_live || open.is_zero()},
                                      {"requisition", requisitions.text_or(id)}}));
    }
    row.set("items", std::move(items));
}

/// Of each line of a purchase: the number of the requisition that it was made for.
Exchange<Json> Tryton::requisitions_of(Json lines) {
    Json numbers = Json::object();
    Json domain(Json::Array{clause("purchase_line", "in", std::move(lines))});
    Exchange<Json> looking = rows("purchase.request", std::move(domain), texts({"purchase_line", "origin"}), lines_max);
    const Result<Json> requests = co_await std::move(looking);
    if (!requests) co_return requests.error();
    Json ids = Json::array();
    std::map<std::string, std::string> line_of;  // requisition's line → purchase's line
    for (const Json& request : requests->items()) {
        const std::string origin = request.text_or("origin");
        const std::size_t comma = origin.find(',');
        if (comma == std::string::npos || origin.substr(0, comma) != "purchase.requisition.line") continue;
        line_of[origin.substr(comma + 1)] = text_in(request, {"purchase_line"});
        ids.push_back(Json::number(origin.substr(comma + 1)));
    }
    if (ids.items().empty()) co_return numbers;
    Json of_them(Json::Array{clause("id", "in", std::move(ids))});
    Exchange<Json> naming =
        rows("purchase.requisition.line", std::move(of_them), texts({"requisition.number"}), lines_max);
    const Result<Json> named = co_await std::move(naming);
    if (!named) co_return named.error();
    for (const Json& line : named->items())
        numbers.set(line_of[text_in(line, {"id"})], text_in(line, {"requisition", "number"}));
    co_return numbers;
}

/// A move into a place as the delivery of an order's line.
Exchange<Json> Tryton::delivery_of(Json row) {
    const std::string origin = row.text_or("origin");
    Json by_move(
        Json::Array{clause("lines.moves.id", "=",
                           Json::number(origin.substr(std::min(origin.size(), std::string("stock.move,").size()))))});
    Exchange<Json> looking =
        rows("purchase.purchase", std::move(by_move), texts({"number", "lines.moves", "lines.unit_price"}), 2);
    const Result<Json> found = co_await std::move(looking);
    if (!found) co_return found.error();
    const Decimal quantity = quantity_in(row, "quantity", digits_of(row, "uom"));
    row.set("document", text_in(row, {"id"}));
    row.set("part", text_in(row, {"product", "code"}));
    row.set("storeroom", text_in(row, {"to_location", "code"}));
    row.set("unit", text_in(row, {"uom", "symbol"}));
    row.set("quantity", quantity.str());
    if (found->items().size() != 1) co_return row;
    row.set("purchase_order", found->items()[0].text_or("number"));
    for (const Json& line : list_in(found->items()[0], "lines")) {
        const std::vector<std::string> moves = origins_of(line, "moves", "stock.move");
        if (std::find(moves.begin(), moves.end(), origin) == moves.end()) continue;
        const Result<Decimal> price = Decimal::parse(line.text_or("unit_price", "0"));
        const Result<Decimal> amount = price ? price->times(quantity) : price;
        const Result<Decimal> cents = amount ? amount->rounded(2) : amount;
        if (cents) row.set("amount", cents->str());
        Json lines(Json::Array{*line.find("id")});
        Exchange<Json> naming = requisitions_of(std::move(lines));
        const Result<Json> numbers = co_await std::move(naming);
        if (!numbers) co_return numbers.error();
        row.set("requisition", numbers->text_or(text_in(line, {"id"})));
        break;
    }
    co_return row;
}

Exchange<Json> Tryton::stock_rows(std::vector<std::string> places) {
    Json zones(Json::Array{clause("type", "=", "warehouse")});
    Exchange<Json> locating = rows("stock.location", std::move(zones), texts({"storage_location.code"}), 500);
    const Result<Json> warehouses = co_await std::move(locating);
    if (!warehouses) co_return warehouses.error();
    Exchange<Json> dating = ask("ir.date", "today", {}, Effect::read);
    const Result<Json> today = co_await std::move(dating);
    if (!today) co_return today.error();
    Json counted = Json::array();
    for (const Json& warehouse : warehouses->items()) {
        const std::string code = text_in(warehouse, {"storage_location", "code"});
        Json parts = Json::array();
        for (const std::string& place : places)
            if (!code.empty() && place.ends_with("/" + code))
                parts.push_back(Json(place.substr(0, place.size() - code.size() - 1)));
        if (parts.items().empty()) continue;
        Exchange<Json> counting = stock_at(code, text_in(warehouse, {"storage_location", "id"}), std::move(parts),
                                           today->is_string() ? today->string() : "");
        const Result<Json> some = co_await std::move(counting);
        if (!some) co_return some.error();
        for (const Json& row : some->items()) counted.push_back(row);
    }
    co_return counted;
}

Exchange<Json> Tryton::stock_at(std::string code, std::string location, Json parts, std::string today) {
    Json of_them(Json::Array{clause("code", "in", parts)});
    Json at = Json::object(
        {{"locations", Json(Json::Array{Json::number(location)})}, {"stock_date_end", jsonrpc::date_value(today)}});
    Exchange<Json> counting =
        rows("product.product", std::move(of_them),
             texts({"code", "quantity", "template.default_uom.symbol", "template.default_uom.digits"}), page_parts_max,
             Json(), std::move(at));
    const Result<Json> products = co_await std::move(counting);
    if (!products) co_return products.error();

    Json open_lines(
        Json::Array{clause("product.code", "in", parts), clause("purchase.warehouse.storage_location.code", "=", code),
                    clause("purchase.state", "in", texts({"draft", "quotation", "confirmed", "processing"}))});
    Exchange<Json> ordering = rows("purchase.line", std::move(open_lines),
                                   texts({"product.code", "quantity", "unit.digits", "moves"}), lines_max);
    const Result<Json> ordered = co_await std::move(ordering);
    if (!ordered) co_return ordered.error();
    Json incoming = Json::array();
    for (const Json& line : ordered->items())
        for (const std::string& origin : origins_of(line, "moves", "stock.move")) incoming.push_back(Json(origin));
    Exchange<Json> receiving = put_away(std::move(incoming));
    const Result<Json> received = co_await std::move(receiving);
    if (!received) co_return received.error();

    Json asked_lines(Json::Array{
        clause("product.code", "in", parts), clause("requisition.warehouse.storage_location.code", "=", code),
        clause("requisition.state", "in", texts({"draft", "waiting", "approved", "processing"}))});
    Exchange<Json> asking =
        rows("purchase.requisition.line", std::move(asked_lines),
             texts({"product.code", "quantity", "unit.digits", "purchase_requests.purchase_line"}), lines_max);
    const Result<Json> asked = co_await std::move(asking);
    if (!asked) co_return asked.error();

    Json held(Json::Array{clause("reference", "like", "% RESERVED%"), clause("from_location.code", "=", code),
                          clause("moves.product.code", "in", parts),
                          clause("state", "in", texts({"draft", "waiting", "assigned"}))});
    Exchange<Json> holding =
        rows("stock.shipment.internal", std::move(held),
             texts({"number", "state", "moves.product.code", "moves.quantity", "moves.uom.digits"}), lines_max);
    const Result<Json> reservations = co_await std::move(holding);
    if (!reservations) co_return reservations.error();
    std::vector<std::string> numbers;
    for (const Json& one : reservations->items()) numbers.push_back(one.text_or("number"));
    Exchange<Json> issuing = issued_from(std::move(numbers));
    const Result<Json> issued = co_await std::move(issuing);
    if (!issued) co_return issued.error();
    Sums on_order, on_requisition, reserved;
    for (const Json& line : ordered->items()) {
        Decimal& total = on_order[text_in(line, {"product", "code"})];
        total = sum(total, not_received(line, *received));
    }
    for (const Json& line : asked->items()) {
        Decimal& total = on_requisition[text_in(line, {"product", "code"})];
        total = sum(total, not_ordered(line));
    }
    for (Json one : reservations->items()) {
        reservation_sums(one, issued->text_or(one.text_or("number"), "0"));
        const Result<Decimal> open = one.decimal("open");
        Decimal& total = reserved[one.text_or("part")];
        if (open) total = sum(total, *open);
    }
    co_return stock_sums(code, *products, on_order, on_requisition, reserved);
}

}  // namespace tieline::connectors::tryton
