// Writing to Maximo, and looking for what was written.

#include "connectors/maximo/maximo.h"

#include <utility>

namespace tieline::connectors::maximo {
namespace {

using rest::Effect;

Receipt receipt_for(std::string document, Json details = Json::object()) {
    Receipt receipt;
    receipt.document = std::move(document);
    receipt.details = details.dump();
    return receipt;
}

/// Words about an unknown outcome, where it is known by now.
std::string without_look_up(const std::string& message) {
    return message.substr(0, message.find(". Whether it was carried out"));
}

/// Whether an answer has Maximo's own error in it, in contrast to one of a proxy or a server that stops.
bool says_why(const net::HttpResponse& reply) {
    const Result<Json> body = Json::parse(reply.body);
    if (!body) return false;
    const Json* error = body->find("Error");
    if (error == nullptr) error = body->find("oslc:Error");
    return error != nullptr &&
           !(word_of(*error, "reasonCode") + word_of(*error, "oslc:reasonCode") + word_of(*error, "spi:reasonCode"))
                .empty();
}

}  // namespace

Result<net::HttpRequest> Maximo::preview(const model::Command& command) const {
    TIELINE_TRY(Order order, order_of(site_, map_, settings_, command));
    return std::move(order.request);
}

Exchange<Json> Maximo::standing(std::string work_order, std::string select) {
    const rest::Query query{{"oslc.select", select},
                            {"oslc.where", "siteid=" + quoted(site_.maximo_site) + " and wonum=" + quoted(work_order)},
                            {"oslc.pageSize", "2"},
                            {"internalvalues", "1"}};
    Exchange<Json> reading = read(structure_path(site_.structure), query);
    Result<Json> body = co_await std::move(reading);
    if (!body) co_return body.error();
    const Json* found = body->find("member");
    if (found == nullptr || !found->is_array())
        co_return rest::bad_reply(site_.access, Effect::read, "the list of work orders has no members");
    if (found->items().empty()) co_return Json();
    if (word_of(found->items().front(), "wonum") != work_order)
        co_return rest::bad_reply(site_.access, Effect::read, "asked for " + work_order + ", it gave another one");
    co_return found->items().front();
}

Exchange<Receipt> Maximo::push(model::Command command) {
    Result<Order> order = order_of(site_, map_, settings_, command);
    if (!order) co_return order.error();
    const bool is_status = order->route->kind == "workorder.status";
    std::size_t made_before = 0;
    if (!order->work_order.empty()) {
        Exchange<Json> reading = standing(order->work_order, is_status ? marks_of(*order) : "wonum,siteid,status");
        const Result<Json> present = co_await std::move(reading);
        if (!present) co_return present.error();
        if (present->is_null()) {
            co_return make_error(ErrorKind::invalid,
                                 "Maximo has no work order " + order->work_order + " in site " + site_.maximo_site +
                                     "; check whether it was renamed or belongs to another site",
                                 "unknown_work_order", "work_order");
        }
        made_before = times_made(*order, *present);
        // The link is Maximo's own; only where an install names its members otherwise does it differ from ours.
        const std::string own = own_member_path(site_, word_of(*present, "href"));
        const std::string ours = member_path(site_, order->work_order);
        const std::size_t at = order->request.url.find(ours);
        if (!own.empty() && at != std::string::npos) order->request.url.replace(at, ours.size(), own);
    }
    net::HttpRequest request = order->request;
    Exchange<net::HttpResponse> sending = sign_in_.send(std::move(request));
    const Result<net::HttpResponse> reply = co_await std::move(sending);
    const Result<Json> body = body_of(site_.access, Effect::write, reply, clock_.now());
    if (!body) {
        // A 5xx in Maximo's own words is the end of this request: what stands there now tells what it did. A new order
        // is left to the dispatcher's slower look-ups: made twice it would be worse than late.
        const bool has_ended = reply && reply->status >= 500 && says_why(*reply) &&
                               body.error().kind == ErrorKind::unknown_outcome && order->route->mark != Mark::new_order;
        const bool is_session = body.error().code == "BMXAA7901E" && !is_status;  // it may hold again in a moment
        if (!has_ended || is_session) co_return body.error();
        Order asked = std::move(*order);
        Exchange<Receipt> checking = is_status ? check_status(std::move(asked), command.key, made_before, body.error())
                                               : settle_failure(std::move(asked), command.key, body.error());
        Result<Receipt> checked = co_await std::move(checking);
        co_return checked;
    }
    const std::string shown = word_of(*body, "wonum");
    const bool is_silent = body->is_null() && reply->status == 204;
    if (shown.empty() && !(is_silent && order->route->is_action)) {
        co_return rest::bad_reply(site_.access, Effect::write, "the answer does not say which work order it is about");
    }
    Order asked = std::move(*order);
    if (is_status) {
        Exchange<Receipt> checking = check_status(std::move(asked), command.key, made_before, std::nullopt);
        Result<Receipt> checked = co_await std::move(checking);
        co_return checked;
    }
    if (!asked.attribute.empty() && carries(asked, *body, command.key))
        co_return receipt_for(asked.document.empty() ? shown : asked.document);
    Exchange<Receipt> proving = prove(std::move(asked), command.key, shown);
    Result<Receipt> proven = co_await std::move(proving);
    co_return proven;
}

/// An answer that does not show the key: only what stands there is booked.
Exchange<Receipt> Maximo::prove(Order order, std::string key, std::string shown) {
    Order asked = order;
    Exchange<Found> looking = look(std::move(asked), key);
    const Result<Found> found = co_await std::move(looking);
    if (!found) {
        co_return make_error(ErrorKind::unknown_outcome,
                             "Maximo took the command for work order " + shown + ", but it could not be read again (" +
                                 found.error().message + "); it is looked up",
                             "not_confirmed");
    }
    if (found->state == Found::State::present) co_return found->receipt;
    if (found->state == Found::State::undecidable) co_return found->why;
    const std::string where = order.attribute.empty() ? "its work log" : "its attribute " + order.attribute;
    const bool is_new = order.route->mark == Mark::new_order;
    co_return make_error(
        ErrorKind::invalid,
        "Maximo answered that work order " + shown + (is_new ? " was made" : " was changed") + ", but " + where +
            " does not carry the reference " + key + ", so nobody could find it again. " +
            (is_new ? "Cancel this work order, have the attribute kept (or set key_attribute), then replay"
                    : "Have the attribute and the rights of the technical user checked, then replay"),
        "mark_not_kept", order.attribute);
}

/// Maximo answered a change with an error of its own: booked if it stands there all the same, else refused in its
/// words.
Exchange<Receipt> Maximo::settle_failure(Order order, std::string key, Error failed) {
    const std::string where = order.work_order;
    Exchange<Found> looking = look(std::move(order), key);
    const Result<Found> found = co_await std::move(looking);
    if (!found) co_return failed;
    if (found->state == Found::State::present) co_return found->receipt;
    if (is_changed_meanwhile(failed.code)) {
        failed.kind = ErrorKind::transient;  // nothing was saved, and a moment later it may be
        co_return failed;
    }
    failed.kind = ErrorKind::invalid;
    failed.message = "Maximo failed to change work order " + where +
                     ", and nothing of it stands there: " + without_look_up(failed.message) +
                     ". Have its log looked at for this code, then replay";
    co_return failed;
}

/// Some installs answer that a status was changed and leave it as it was, and some change it and answer an error: only
/// what stands there counts. A workflow may have moved it on since: then the history tells.
Exchange<Receipt> Maximo::check_status(Order order, std::string key, std::size_t before, std::optional<Error> failed) {
    Exchange<Json> reading = standing(order.work_order, marks_of(order));
    const Result<Json> present = co_await std::move(reading);
    if (!present || present->is_null()) {
        if (failed) co_return *failed;
        co_return make_error(ErrorKind::unknown_outcome,
                             "Maximo took the change of status, but work order " + order.work_order +
                                 " could not be read again; it is looked up",
                             "not_confirmed");
    }
    const std::string status = word_of(*present, "status");
    const bool is_made = status_was_made(order, *present, key) || times_made(order, *present) > before;
    if (is_made || (!failed && has_status(order, *present)))
        co_return receipt_for(order.document, Json::object({{"status", status}}));
    if (failed && is_changed_meanwhile(failed->code)) {
        failed->kind = ErrorKind::transient;  // nothing was saved, and a moment later it may be
        co_return *failed;
    }
    if (failed) {
        failed->kind = ErrorKind::invalid;
        failed->message = "Maximo failed to change the status of work order " + order.work_order + " to " +
                          order.status + ", and it still is " + status + ": " + without_look_up(failed->message) +
                          ". If it is so for every work order, set the connector's status_by to " +
                          (site_.status_by_action ? "patch" : "action");
        co_return *failed;
    }
    co_return make_error(ErrorKind::invalid,
                         "Maximo answered that the status of work order " + order.work_order + " was changed to " +
                             order.status + ", but it still is " + status +
                             ". Set the connector's status_by to the other way, or ask for the workflow that holds it",
                         "status_unchanged", "status");
}

Exchange<Found> Maximo::find(model::Command command) {
    Result<Order> order = order_of(site_, map_, settings_, command);
    if (!order) co_return order.error();
    Order asked = std::move(*order);
    Exchange<Found> looking = look(std::move(asked), command.key);
    Result<Found> found = co_await std::move(looking);
    co_return found;
}

Exchange<Found> Maximo::look(Order order, std::string key) {
    Found found;
    found.state = Found::State::absent;
    if (order.route->mark != Mark::new_order) {
        Exchange<Json> reading = standing(order.work_order, marks_of(order));
        const Result<Json> present = co_await std::move(reading);
        if (!present) co_return present.error();
        if (!carries(order, *present, key)) co_return found;
        const bool is_status = order.route->kind == "workorder.status";
        if (is_status && !status_was_made(order, *present, key)) {
            found.state = Found::State::undecidable;
            found.why = make_error(ErrorKind::invalid,
                                   "Work order " + order.work_order + " has the note " + key + " of a change to " +
                                       order.status + ", but is " + word_of(*present, "status") +
                                       ", and its status history shows no such change since. Look at it in Maximo and "
                                       "say whether the change is still wanted",
                                   "status_unproven", "status");
            co_return found;
        }
        Json details = Json::object();
        if (is_status) details.set("status", word_of(*present, "status"));
        found.state = Found::State::present;
        found.receipt = receipt_for(order.document, std::move(details));
        co_return found;
    }
    const rest::Query query{
        {"oslc.select", "wonum,siteid," + order.attribute},
        {"oslc.where", "siteid=" + quoted(site_.maximo_site) + " and " + order.attribute + "=" + quoted(key)},
        {"oslc.pageSize", "2"}};
    Exchange<Json> reading = read(structure_path(site_.structure), query);
    const Result<Json> body = co_await std::move(reading);
    if (!body) co_return body.error();
    const Json* members = body->find("member");
    if (members == nullptr || !members->is_array())
        co_return rest::bad_reply(site_.access, Effect::read, "the list of work orders has no members");
    if (members->items().empty()) co_return found;
    const Json& first = members->items().front();
    if (members->items().size() == 1 && carries(order, first, key)) {
        found.state = Found::State::present;
        found.receipt = receipt_for(word_of(first, "wonum"));
        co_return found;
    }
    found.state = Found::State::undecidable;
    const bool is_one = members->items().size() == 1;
    found.why = is_one ? make_error(ErrorKind::invalid,
                                    "asked for the work order with " + order.attribute + " " + key +
                                        ", Maximo gave work order " + word_of(first, "wonum") + ", which has '" +
                                        word_of(first, order.attribute) +
                                        "' there. Look in Maximo whether the order was made, and say so",
                                    "other_found")
                       : make_error(ErrorKind::invalid,
                                    "Maximo has several work orders with the reference " + key + " in " +
                                        order.attribute + "; cancel all but one of them",
                                    "several_found");
    co_return found;
}

Exchange<Found> Maximo::follow(model::Command command, std::string /*document*/) {
    Exchange<Found> looking = find(std::move(command));  // nothing that Maximo takes has a later step
    Result<Found> found = co_await std::move(looking);
    co_return found;
}

}  // namespace tieline::connectors::maximo
