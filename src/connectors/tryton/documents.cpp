// What becomes of a command: looked for by its key, created as a draft, led to what counts as booked.

#include "connectors/tryton/tryton.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::tryton {
namespace {

constexpr int steps_max = 6;
constexpr std::size_t same_key_max = 50;  ///< objects with one key that are looked at

/// What a receipt needs of each model.
Json fields_of(const Document& document) {
    if (document.model == "account.move") {
        return texts({"state", "post_number", "number", "date", "description", "lines.debit", "lines.credit",
                      "lines.analytic_lines", "company.currency.code", "_timestamp"});
    }
    if (document.model == "stock.shipment.internal") {
        return texts({"state", "number", "reference", "effective_date", "moves.quantity", "moves.cost_price",
                      "moves.state", "moves.uom.symbol", "moves.uom.digits", "from_location.type"});
    }
    return texts({"state", "number", "description"});
}

std::int64_t id_of_row(const Json& row) { return row.int_or("id", 0); }

const Json::Array& items_of(const Json& row, std::string_view name) {
    static const Json::Array none;
    const Json* list = row.find(name);
    return list != nullptr && list->is_array() ? list->items() : none;
}

std::string total_of(const Json::Array& lines, std::string_view field) {
    Decimal sum;
    for (const Json& line : lines) {
        const Result<Decimal> amount = line.decimal(field);
        const Result<Decimal> more = amount ? sum.plus(*amount) : amount;
        if (more) sum = *more;
    }
    return sum.str();
}

/// Words of Tryton 6.0 for what a person can mend, as codes that flows and people know.
Error named(Error error) {
    if (error.code != "refused") return error;
    const auto says = [&](std::string_view words) { return error.message.find(words) != std::string::npos; };
    if (says("\"Period\"") || says("closed period") || says("closed journal-period") || says("period is closed"))
        error.code = "period_closed";
    if (says("number of digits") || says("exceeds the limit")) error.code = "quantity_not_exact";
    if (says("\"UOM\"") || says("\"Unit\"")) error.code = "unit_mismatch";
    return error;
}

/// The key stands in front of what was created by it, and anywhere in what was changed by it.
std::string pattern_of(const Route& route, const std::string& key) {
    const bool is_change = route.deed == Deed::change || route.deed == Deed::cancel;
    return (is_change ? "%" : "") + key + "%";
}

Error lost_sight(const std::string& key) {
    return make_error(ErrorKind::unknown_outcome,
                      "what stood in Tryton under " + key +
                          " as a draft was booked while it was taken back; it is looked "
                          "up",
                      "booked_meanwhile");
}

}  // namespace

Exchange<Json> Tryton::by_key(Route route, std::string key) {
    const Document& document = *route.document;
    Json domain(Json::Array{clause(document.key_field, "like", pattern_of(route, key))});
    Exchange<Json> looking = rows(std::string(document.model), std::move(domain), fields_of(document), same_key_max);
    Result<Json> found = co_await std::move(looking);
    co_return found;
}

Result<Found> Tryton::found_of(const Route& route, const std::string& key, const Json& rows) const {
    Found found;
    found.state = Found::State::absent;
    const Json* booked = nullptr;
    std::size_t booked_count = 0;
    for (const Json& row : rows.items()) {
        const std::string state = row.text_or("state");
        if (state.empty() || id_of_row(row) == 0) {
            rest::Access words;
            words.system = client_.access().system;
            return rest::bad_reply(words, Effect::read, "an object has no state or no id");
        }
        if (holds(route.document->dead, state) || is_emptied(*route.document, row)) continue;
        if (holds(route.document->booked, state)) {
            ++booked_count;
            booked = &row;
        } else if (found.state == Found::State::absent) {  // a draft: follow() leads it on
            found.state = Found::State::present;
            found.receipt.state = Receipt::State::accepted;
            found.receipt.details = Json::object({{"draft", id_of_row(row)}, {"status", state}}).dump();
        }
    }
    if (booked_count > 1) {
        found.state = Found::State::undecidable;
        found.why = make_error(ErrorKind::unknown_outcome,
                               "Tryton has " + std::to_string(booked_count) + " booked objects of the kind " +
                                   std::string(route.document->words) + " under " + key,
                               "duplicate_reference");
    } else if (booked != nullptr) {
        found.state = Found::State::present;
        found.receipt = receipt_of(route, *booked);
    }
    return found;
}

Receipt Tryton::receipt_of(const Route& route, const Json& row) const {
    Receipt receipt;
    receipt.document = row.text_or(route.document->number_field, row.text_or("number"));
    if (receipt.document.empty()) receipt.document = std::to_string(id_of_row(row));
    if (has_id_in_number(*route.document)) receipt.document = number_with_id(receipt.document, id_of_row(row));
    Json details = Json::object();
    if (route.document->model == "account.move") {
        details.set("amount", total_of(items_of(row, "lines"), "debit"));
        const Json* company = row.find("company");
        const Json* currency = company == nullptr ? nullptr : company->find("currency");
        if (currency != nullptr) details.set("currency", currency->text_or("code"));
        details.set("posting_date", row.text_or("date"));
    } else if (route.document->model == "stock.shipment.internal" && !row.text_or("effective_date").empty()) {
        details.set("posting_date", row.text_or("effective_date"));
        const Json* from = row.find("from_location");
        const bool is_return = from != nullptr && from->text_or("type") == "lost_found";
        Decimal sum;
        for (const Json& move : items_of(row, "moves")) {
            const Json* uom = move.find("uom");
            const Json* quantity = move.find("quantity");
            if (uom == nullptr || quantity == nullptr || move.text_or("state") == "cancelled") continue;
            const int digits = static_cast<int>(uom->int_or("digits", 6));
            const Result<Decimal> one = jsonrpc::decimal_of_float(*quantity, digits);
            const Result<Decimal> more = one ? sum.plus(*one) : one;
            if (more) sum = *more;
            details.set("base_unit", uom->text_or("symbol"));
        }
        details.set("base_quantity", (is_return ? sum.negated() : sum).str());
    } else {
        details.set("status", row.text_or("state"));
    }
    receipt.details = details.dump();
    return receipt;
}

Exchange<Found> Tryton::find(model::Command command) {
    const Result<const Route*> route = route_of(command);
    if (!route) co_return route.error();
    Exchange<Json> looking = by_key(**route, command.key);
    const Result<Json> found = co_await std::move(looking);
    if (!found) co_return found.error();
    co_return found_of(**route, command.key, *found);
}

Exchange<Found> Tryton::follow(model::Command command, std::string /*document*/) {
    const Result<const Route*> route = route_of(command);
    if (!route) co_return route.error();
    Exchange<Json> looking = by_key(**route, command.key);
    const Result<Json> rows = co_await std::move(looking);
    if (!rows) co_return rows.error();
    Result<Found> found = found_of(**route, command.key, *rows);
    const bool is_draft =
        found && found->state == Found::State::present && found->receipt.state == Receipt::State::accepted;
    if (!is_draft) co_return found;
    const std::int64_t id = Json::parse(found->receipt.details)->int_or("draft", 0);
    Exchange<Receipt> completing = complete(**route, id);
    const Result<Receipt> completed = co_await std::move(completing);
    if (completed) {
        found->receipt = *completed;
        co_return found;
    }
    Exchange<Json> taking_back = taken_back(**route, command.key, completed.error());
    const Result<Json> why = co_await std::move(taking_back);
    const ErrorKind kind = why.error().kind;
    if (kind != ErrorKind::invalid && kind != ErrorKind::conflict) co_return why.error();
    found->state = Found::State::rejected;
    found->why = why.error();
    co_return found;
}

Result<net::HttpRequest> Tryton::preview(const model::Command& command) const {
    TIELINE_TRY(const Route* route, route_of(command));
    TIELINE_TRY(Json values, values_of(map_, settings_, *route, command));
    const std::string model = "model." + std::string(route->document->model) + ".";
    if (route->deed == Deed::create) {
        Json::Array params{Json(Json::Array{std::move(values)}), Json::object({{"language", "en"}})};
        return client_.request(model + "create", std::move(params));
    }
    Json target = Json::object(
        {{"model", route->document->model}, {"code", Json::parse(command.payload)->text_or(route->number)}});
    if (route->deed == Deed::reverse) {
        if (is_entry(*route->document)) {
            values.set("origin", std::move(target));
        } else {  // each move of the shipment back
            target.set("model", "stock.move");
            Json back(Json::Array{Json::object({{"origin", std::move(target)}})});
            values.set("moves", Json(Json::Array{Json(Json::Array{Json("create"), std::move(back)})}));
        }
        Json::Array params{Json(Json::Array{std::move(values)}), Json::object({{"language", "en"}})};
        return client_.request(model + "create", std::move(params));
    }
    values.set(route->document->key_field, command.key);
    Json::Array params{Json(Json::Array{std::move(target)}), std::move(values), Json::object({{"language", "en"}})};
    return client_.request(model + "write", std::move(params));
}

Exchange<Receipt> Tryton::push(model::Command command) {
    const Result<const Route*> route = route_of(command);
    if (!route) co_return route.error();
    const Result<Json> checked = values_of(map_, settings_, **route, command);
    if (!checked) co_return checked.error();
    Exchange<Json> looking = by_key(**route, command.key);
    Result<Json> present = co_await std::move(looking);
    if (!present) co_return present.error();
    const Result<Found> found = found_of(**route, command.key, *present);
    if (!found) co_return found.error();
    if (found->state == Found::State::undecidable) co_return found->why;
    const bool is_booked = found->state == Found::State::present && found->receipt.state == Receipt::State::booked;
    if (is_booked) co_return found->receipt;
    const bool is_new = (*route)->deed == Deed::create || (*route)->deed == Deed::reverse;
    Exchange<Receipt> doing =
        is_new ? create(**route, command, std::move(*present)) : change(**route, command, std::move(*present));
    Result<Receipt> done = co_await std::move(doing);
    co_return done;
}

Exchange<Receipt> Tryton::create(Route route, model::Command command, Json present) {
    Json drafts = Json::array();  // of attempts that went wrong; their values may be older than ours
    for (const Json& row : present.items()) {
        // One that is booked here was emptied before somebody posted it: nothing can be written on it any more.
        const std::string state = row.text_or("state");
        if (!holds(route.document->dead, state) && !holds(route.document->booked, state)) drafts.push_back(row);
    }
    const bool goes_on = is_entry(*route.document) && !drafts.items().empty();
    if (!goes_on && !drafts.items().empty()) {
        Exchange<Json> undoing = undo(route, command.key);
        const Result<Json> undone = co_await std::move(undoing);
        if (!undone) co_return undone.error();
    }
    Exchange<Json> making = new_values(route, command);
    Result<Json> values = co_await std::move(making);
    if (!values && !goes_on) co_return values.error();
    if (!values) {
        Exchange<Json> taking_back = taken_back(route, command.key, values.error());
        const Result<Json> why = co_await std::move(taking_back);
        co_return why.error();
    }
    Exchange<Json> entering =
        goes_on ? entered(route, std::move(*values), std::move(drafts)) : created(route, std::move(*values));
    const Result<Json> id = co_await std::move(entering);
    if (!id && goes_on) {  // booked meanwhile, perhaps: that would be told as a refusal
        Exchange<Json> taking_back = taken_back(route, command.key, id.error());
        const Result<Json> why = co_await std::move(taking_back);
        co_return why.error();
    }
    if (!id) co_return id.error();
    Exchange<Receipt> completing = complete(route, std::strtoll(id->number_token().c_str(), nullptr, 10));
    Result<Receipt> completed = co_await std::move(completing);
    if (completed) co_return completed;
    Exchange<Json> taking_back = taken_back(route, command.key, completed.error());
    const Result<Json> why = co_await std::move(taking_back);
    co_return why.error();
}

Exchange<Json> Tryton::created(Route route, Json values) {
    Json::Array params{Json(Json::Array{std::move(values)})};
    Exchange<Json> creating = ask(std::string(route.document->model), "create", std::move(params), Effect::write);
    const Result<Json> created = co_await std::move(creating);
    if (!created) co_return named(created.error());
    const bool is_id = created->is_array() && created->items().size() == 1 && created->items()[0].is_number();
    if (is_id) co_return created->items()[0];
    rest::Access words;
    words.system = client_.access().system;
    co_return rest::bad_reply(words, Effect::write, "the id of what was created was expected");
}

Exchange<Json> Tryton::entered(Route route, Json values, Json drafts) {
    const std::string model(route.document->model);
    // The oldest takes the values; another one, of a create that was given up and came late, is emptied.
    for (std::size_t at = drafts.items().size(); at-- > 0;) {
        const Json& draft = drafts.items()[at];
        const Json id = Json(id_of_row(draft));
        if (at > 0 && is_emptied(*route.document, draft)) continue;
        Json wanted = at == 0 ? values_on_draft(std::move(values), draft) : without_amounts(draft);
        Json::Array params{Json(Json::Array{id}), std::move(wanted)};
        Json locked = Json::object(
            {{"_timestamp", Json::object({{model + "," + id.number_token(), draft.text_or("_timestamp")}})}});
        Exchange<Json> writing = ask(model, "write", std::move(params), Effect::write, std::move(locked));
        const Result<Json> written = co_await std::move(writing);
        if (!written) co_return named(written.error());
        if (!written->is_null()) {
            rest::Access words;
            words.system = client_.access().system;
            co_return rest::bad_reply(words, Effect::write, "a write answers nothing");
        }
    }
    co_return Json(id_of_row(drafts.items()[0]));
}

Exchange<Json> Tryton::taken_back(Route route, std::string key, Error why) {
    const bool is_refused = why.kind == ErrorKind::invalid || why.kind == ErrorKind::conflict;
    const bool can_undo = is_entry(*route.document) || !route.document->undo.empty();
    if (!is_refused || !can_undo) co_return why;
    Exchange<Json> undoing = undo(route, key);
    const Result<Json> undone = co_await std::move(undoing);
    if (undone) co_return why;
    if (undone.error().code != "draft_stays") co_return undone.error();
    why.message += "; " + undone.error().message;
    co_return why;
}

Exchange<Receipt> Tryton::complete(Route route, std::int64_t id) {
    const Document& document = *route.document;
    const std::string model(document.model);
    for (int step = 0; step < steps_max; ++step) {
        Json domain(Json::Array{clause("id", "=", id)});
        Exchange<Json> reading = rows(model, std::move(domain), fields_of(document), 1);
        Result<Json> read = co_await std::move(reading);
        if (!read && read.error().kind == ErrorKind::transient) {  // something was written before
            Error error = read.error();
            error.kind = ErrorKind::unknown_outcome;
            co_return error;
        }
        if (!read) co_return read.error();
        if (read->items().empty())
            co_return make_error(ErrorKind::unknown_outcome, "what was just created in Tryton is gone", "gone");
        const Json& row = read->items()[0];
        const std::string state = row.text_or("state");
        if (holds(document.booked, state) && is_emptied(document, row)) {
            co_return make_error(ErrorKind::unknown_outcome,
                                 "the entry of Tryton was emptied by an earlier attempt before it was posted and books "
                                 "nothing; it is looked up",
                                 "emptied_meanwhile");
        }
        if (holds(document.booked, state)) co_return receipt_of(route, row);
        const std::string method(next_step(document, state));
        if (method.empty()) {
            co_return make_error(ErrorKind::conflict,
                                 "the " + std::string(document.words) + " " + row.text_or("number") + " of Tryton is " +
                                     state + "; nothing leads on from there",
                                 "wrong_state");
        }
        Json::Array params{Json(Json::Array{Json(id)})};
        Exchange<Json> pressing = ask(model, method, std::move(params), Effect::write);
        const Result<Json> pressed = co_await std::move(pressing);
        const bool too_little = pressed && method == "assign_try" && pressed->is_bool() && !pressed->boolean();
        if (pressed && !too_little) continue;
        if (!too_little) co_return named(pressed.error());
        co_return make_error(ErrorKind::invalid,
                             "Tryton has less of the part at this place than is to be issued; count it, or wait for "
                             "goods, then replay",
                             "stock_insufficient", "quantity");
    }
    co_return make_error(ErrorKind::unknown_outcome, "Tryton does not come to an end with it", "too_many_steps");
}

Exchange<Json> Tryton::undo(Route route, std::string key) {
    const Document& document = *route.document;
    const std::string model(document.model);
    for (int round = 0; round < 2; ++round) {
        Exchange<Json> looking = by_key(route, key);
        const Result<Json> rows = co_await std::move(looking);
        if (!rows) {
            Error error = rows.error();
            error.kind = ErrorKind::unknown_outcome;
            co_return error;
        }
        Json ids = Json::array();
        Json::Array values;  // what empties each
        for (const Json& row : rows->items()) {
            const std::string state = row.text_or("state");
            if (holds(document.dead, state) || is_emptied(document, row)) continue;
            if (holds(document.booked, state)) co_return lost_sight(key);
            ids.push_back(Json(id_of_row(row)));
            values.push_back(without_amounts(row));
        }
        if (ids.items().empty()) co_return Json(true);
        if (round == 1) break;
        for (std::size_t at = 0; at < values.size(); ++at) {
            const bool one_by_one = is_entry(document);
            if (!one_by_one && at > 0) break;
            Json::Array params{one_by_one ? Json(Json::Array{ids.items()[at]}) : ids};
            if (one_by_one) params.push_back(std::move(values[at]));
            const std::string method(one_by_one ? "write" : document.undo);
            Exchange<Json> pressing = ask(model, method, std::move(params), Effect::write);
            const Result<Json> pressed = co_await std::move(pressing);
            if (pressed || pressed.error().kind == ErrorKind::invalid) continue;
            Error error = pressed.error();
            if (error.kind == ErrorKind::transient) error.kind = ErrorKind::unknown_outcome;
            co_return error;
        }
    }
    co_return make_error(ErrorKind::unknown_outcome,
                         "a draft stands in Tryton under " + key +
                             " and cannot be taken back: as long as nobody posts it there it has no effect",
                         "draft_stays");
}

}  // namespace tieline::connectors::tryton
