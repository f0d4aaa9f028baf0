// The values of what is created, the opposite of what is reversed, and changes of what stands there.

#include "connectors/tryton/tryton.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::tryton {
namespace {

Json to_create(Json list) { return Json(Json::Array{Json(Json::Array{Json("create"), std::move(list)})}); }

Error not_there(const Route& route, const std::string& number, std::size_t count) {
    const std::string words(route.document->words);
    if (count > 1) {
        return make_error(ErrorKind::invalid,
                          "Tryton has more than one " + words + " with the number " + number +
                              "; write its id behind it (number/id), then replay",
                          "ambiguous_number", std::string(route.number));
    }
    return make_error(ErrorKind::invalid, "Tryton has no " + words + " with the number " + number, "unknown_document",
                      std::string(route.number));
}

Error already_reversed(const Route& route, const std::string& number, const std::string& by) {
    Error error =
        make_error(ErrorKind::conflict,
                   "the " + std::string(route.document->words) + " " + number + " is reversed already, by " + by,
                   "already_reversed", std::string(route.number));
    error.details = Json::object({{"reversal_document", by}}).dump();
    return error;
}

/// Debit becomes credit and the other way round.
void swap_sides(Json& line) {
    Json debit = jsonrpc::decimal_value(line.text_or("debit", "0"));
    line.set("debit", jsonrpc::decimal_value(line.text_or("credit", "0")));
    line.set("credit", std::move(debit));
}

/// A line of a move as its opposite, of what search_read gave.
Json opposite_line(const Json& line, const Json& date) {
    Json made = Json::object();
    for (const char* name : {"account", "party", "description", "debit", "credit"}) {
        const Json* value = line.find(name);
        if (value != nullptr && !value->is_null()) made.set(name, *value);
    }
    swap_sides(made);
    Json analytic = Json::array();
    if (const Json* list = line.find("analytic_lines"); list != nullptr && list->is_array()) {
        for (const Json& one : list->items()) {
            Json opposite = Json::object({{"account", *one.find("account")}, {"date", date}});
            for (const char* side : {"debit", "credit"}) opposite.set(side, one.text_or(side, "0"));
            swap_sides(opposite);
            analytic.push_back(std::move(opposite));
        }
    }
    if (!analytic.items().empty()) made.set("analytic_lines", to_create(std::move(analytic)));
    return made;
}

/// States in which an object of this model may still be changed or cancelled by the hub, and the button that opens it.
bool may_change(const Document& document, const std::string& state) {
    if (document.model == "purchase.purchase") return state == "draft" || state == "quotation";
    if (document.model == "purchase.requisition") return state == "draft" || state == "waiting";
    return state == "draft" || state == "waiting" || state == "assigned";
}
std::string_view opening(const Document& document, const std::string& state) {
    if (document.model == "stock.shipment.internal" && state == "assigned") return "wait";
    return {};
}
std::string status_code(const Document& document) {
    if (document.model == "purchase.purchase") return "purchase_order_status";
    return document.model == "purchase.requisition" ? "requisition_status" : "reservation_status";
}

}  // namespace

Exchange<Json> Tryton::new_values(Route route, model::Command command) {
    Result<Json> values = values_of(map_, settings_, route, command);
    if (!values) co_return values;
    Exchange<Json> resolving = with_ids(std::move(*values));
    Result<Json> resolved = co_await std::move(resolving);
    if (!resolved) co_return resolved;
    if (route.kind == "journal.post") resolved->erase("currency");  // it was only checked
    if (route.deed != Deed::reverse) co_return resolved;
    Exchange<Json> reversing = route.document->model == "account.move"
                                   ? reversed_move(route, command, std::move(*resolved))
                                   : reversed_shipment(route, command, std::move(*resolved));
    Result<Json> reversed = co_await std::move(reversing);
    co_return reversed;
}

Exchange<Json> Tryton::reversed_move(Route route, model::Command command, Json values) {
    const std::string number = Json::parse(command.payload)->text_or("document");
    Exchange<Json> knowing = context();
    const Result<Json> known = co_await std::move(knowing);
    if (!known) co_return known.error();
    const Json company = *known->find("company");
    Json named = clauses_of_number(*route.document, number);
    named.push_back(clause("company", "=", company));
    named.push_back(clause("state", "=", "posted"));
    Json fields = texts({"journal", "lines.account", "lines.party", "lines.description", "lines.debit", "lines.credit",
                         "lines.analytic_lines.account", "lines.analytic_lines.debit", "lines.analytic_lines.credit"});
    Exchange<Json> looking = rows("account.move", std::move(named), std::move(fields), 2);
    const Result<Json> found = co_await std::move(looking);
    if (!found) co_return found.error();
    if (found->items().size() != 1) co_return not_there(route, number, found->items().size());
    const Json& original = found->items()[0];
    const std::string origin = "account.move," + std::to_string(original.int_or("id", 0));
    Json of_it(Json::Array{clause("origin", "=", origin), clause("state", "=", "posted")});
    Exchange<Json> checking = rows("account.move", std::move(of_it), texts({"post_number", "description"}), 2);
    const Result<Json> reversals = co_await std::move(checking);
    if (!reversals) co_return reversals.error();
    if (!reversals->items().empty()) {
        const Json& by = reversals->items()[0];
        co_return already_reversed(route, number, number_with_id(by.text_or("post_number"), by.int_or("id", 0)));
    }
    Json lines = Json::array();
    for (const Json& line : original.find("lines")->items()) lines.push_back(opposite_line(line, *values.find("date")));
    values.set("company", company);
    values.set("journal", *original.find("journal"));
    values.set("origin", origin);
    values.set("lines", to_create(std::move(lines)));
    co_return values;
}

Exchange<Json> Tryton::reversed_shipment(Route route, model::Command command, Json values) {
    const std::string number = Json::parse(command.payload)->text_or("document");
    Exchange<Json> knowing = context();
    const Result<Json> known = co_await std::move(knowing);
    if (!known) co_return known.error();
    const Json company = *known->find("company");
    Json named = clauses_of_number(*route.document, number);
    named.push_back(clause("company", "=", company));
    named.push_back(clause("state", "=", "done"));
    Json fields = texts({"from_location", "to_location", "moves.product", "moves.uom", "moves.quantity", "moves.state",
                         "moves.from_location", "moves.to_location"});
    Exchange<Json> looking = rows("stock.shipment.internal", std::move(named), std::move(fields), 2);
    const Result<Json> found = co_await std::move(looking);
    if (!found) co_return found.error();
    if (found->items().size() != 1) co_return not_there(route, number, found->items().size());
    const Json& original = found->items()[0];
    Json moves = Json::array(), origins = Json::array();
    for (const Json& move : original.find("moves")->items()) {
        if (move.text_or("state") != "done") continue;
        const std::string origin = "stock.move," + std::to_string(move.int_or("id", 0));
        Json opposite = Json::object({{"company", company}, {"origin", origin}});
        for (const char* name : {"product", "uom", "quantity"}) opposite.set(name, *move.find(name));
        opposite.set("from_location", *move.find("to_location"));
        opposite.set("to_location", *move.find("from_location"));
        moves.push_back(std::move(opposite));
        origins.push_back(Json(origin));
    }
    Json of_it(Json::Array{clause("origin", "in", origins), clause("state", "=", "done")});
    Exchange<Json> checking = rows("stock.move", std::move(of_it), texts({"shipment"}), 2);
    const Result<Json> reversals = co_await std::move(checking);
    if (!reversals) co_return reversals.error();
    if (!reversals->items().empty()) {
        const std::string shipment = reversals->items()[0].text_or("shipment", "a move");
        const std::string id = shipment.substr(shipment.find(',') + 1);
        Json by_id(Json::Array{clause("id", "=", whole_number(id))});
        Exchange<Json> naming = rows("stock.shipment.internal", std::move(by_id), texts({"number"}), 1);
        const Result<Json> by = co_await std::move(naming);
        if (!by) co_return by.error();
        const bool is_known = !by->items().empty();
        co_return already_reversed(route, number, is_known ? by->items()[0].text_or("number") + "/" + id : shipment);
    }
    values.set("company", company);
    values.set("from_location", *original.find("to_location"));
    values.set("to_location", *original.find("from_location"));
    values.set("moves", to_create(std::move(moves)));
    co_return values;
}

Exchange<Receipt> Tryton::change(Route route, model::Command command, Json present) {
    const Document& document = *route.document;
    if (!present.items().empty()) {  // written before; only what follows is missing
        Exchange<Receipt> completing = complete(route, present.items()[0].int_or("id", 0));
        Result<Receipt> completed = co_await std::move(completing);
        co_return completed;
    }
    Result<Json> values = values_of(map_, settings_, route, command);
    if (!values) co_return values.error();
    const Json payload = *Json::parse(command.payload);
    const std::string number = payload.text_or(route.number), model(document.model), lines(lines_of(document));
    Exchange<Json> knowing = context();
    const Result<Json> known = co_await std::move(knowing);
    if (!known) co_return known.error();
    Json named(
        Json::Array{clause(document.number_field, "=", number), clause("company", "=", *known->find("company"))});
    Exchange<Json> looking =
        rows(model, std::move(named), texts({"state", document.key_field, lines, "_timestamp"}), 2);
    const Result<Json> found = co_await std::move(looking);
    if (!found) co_return found.error();
    if (found->items().size() != 1) co_return not_there(route, number, found->items().size());
    const Json& row = found->items()[0];
    const std::string state = row.text_or("state");
    if (!may_change(document, state)) {
        co_return make_error(ErrorKind::conflict,
                             "the " + std::string(document.words) + " " + number + " of Tryton is " + state +
                                 " and cannot be changed any more",
                             status_code(document));
    }
    Json one(Json::Array{*row.find("id")});
    const std::string_view button = route.deed == Deed::change ? opening(document, state) : std::string_view();
    if (!button.empty()) {
        Json::Array params{Json(one)};
        Exchange<Json> pressing = ask(model, std::string(button), std::move(params), Effect::write);
        const Result<Json> pressed = co_await std::move(pressing);
        if (!pressed) co_return pressed.error();
    }
    if (const Json* line = values->find("line"); line != nullptr) {
        Json ids = payload.text_or("item").empty() ? *row.find(lines)
                                                   : Json(Json::Array{Json::number(payload.text_or("item"))});
        Json write(Json::Array{Json("write"), std::move(ids), *line});
        values->erase("line");
        values->set(lines, Json(Json::Array{std::move(write)}));
    }
    values->set(document.key_field, row.text_or(document.key_field) + " " + command.key);
    Json::Array params{std::move(one), std::move(*values)};
    // Written only if nobody else has, since its state was read: an approver may press his button at the same moment.
    Json locked = Json::object();
    if (button.empty()) {
        const std::string name = model + "," + std::to_string(row.int_or("id", 0));
        locked.set("_timestamp", Json::object({{name, row.text_or("_timestamp")}}));
    }
    Exchange<Json> writing = ask(model, "write", std::move(params), Effect::write, std::move(locked));
    const Result<Json> written = co_await std::move(writing);
    if (!written) co_return written.error();
    if (!written->is_null()) {
        rest::Access words;
        words.system = client_.access().system;
        co_return rest::bad_reply(words, Effect::write, "a write answers nothing");
    }
    Exchange<Receipt> completing = complete(route, row.int_or("id", 0));
    Result<Receipt> completed = co_await std::move(completing);
    co_return completed;
}

}  // namespace tieline::connectors::tryton
