// Writing to Maximo, and looking for what was written.

#include "connectors/maximo/maximo.h"

#include <utility>

namespace tieline::connectors::maximo {
namespace {

using rest::Effect;

constexpr const char* marks =
    "wonum,siteid,status,historyflag,externalrefid,tl_erpref,tl_partsref,"
    "rel.worklog{description},rel.wostatus{status,memo}";

Receipt receipt_for(std::string document, Json details = Json::object()) {
    Receipt receipt;
    receipt.document = std::move(document);
    receipt.details = details.dump();
    return receipt;
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
    if (!order->work_order.empty()) {
        Exchange<Json> reading = standing(order->work_order, "wonum,siteid,status");
        const Result<Json> present = co_await std::move(reading);
        if (!present) co_return present.error();
        if (present->is_null()) {
            co_return make_error(ErrorKind::invalid,
                                 "Maximo has no work order " + order->work_order + " in site " + site_.maximo_site +
                                     "; check whether it was renamed or belongs to another site",
                                 "unknown_work_order", "work_order");
        }
        // The link is Maximo's own; only where an install names its members otherwise does it differ from ours.
        const std::string own = own_member_path(site_, word_of(*present, "href"));
        const std::string ours = member_path(site_, order->work_order);
        if (!own.empty() && own != ours) {
            const std::size_t at = order->request.url.find(ours);
            if (at != std::string::npos) order->request.url.replace(at, ours.size(), own);
        }
    }
    net::HttpRequest request = order->request;
    Exchange<net::HttpResponse> sending = sign_in_.send(std::move(request));
    const Result<net::HttpResponse> reply = co_await std::move(sending);
    const Result<Json> body = body_of(site_.access, Effect::write, reply, clock_.now());
    if (!body) co_return body.error();
    const std::string shown = word_of(*body, "wonum");
    const bool is_silent = body->is_null() && reply->status == 204;
    if (shown.empty() && !(is_silent && order->route->is_action)) {
        co_return rest::bad_reply(site_.access, Effect::write, "the answer does not say which work order it is about");
    }
    if (order->route->kind == "workorder.status") {
        Order asked = std::move(*order);
        Exchange<Receipt> checking = check_status(std::move(asked));
        Result<Receipt> checked = co_await std::move(checking);
        co_return checked;
    }
    co_return receipt_for(order->document.empty() ? shown : order->document);
}

/// Some installs answer that a status was changed and leave it as it was: only what stands there counts.
Exchange<Receipt> Maximo::check_status(Order order) {
    Exchange<Json> reading = standing(order.work_order, "wonum,siteid,status");
    const Result<Json> present = co_await std::move(reading);
    if (!present || present->is_null()) {
        co_return make_error(ErrorKind::unknown_outcome,
                             "Maximo took the change of status, but work order " + order.work_order +
                                 " could not be read again; it is looked up",
                             "not_confirmed");
    }
    const std::string status = word_of(*present, "status"), internal = word_of(*present, "status_maxvalue");
    if (status != order.status && internal != order.status) {
        co_return make_error(
            ErrorKind::invalid,
            "Maximo answered that the status of work order " + order.work_order + " was changed to " + order.status +
                ", but it still is " + status +
                ". Set the connector's status_by to the other way, or ask for the workflow that holds it",
            "status_unchanged", "status");
    }
    co_return receipt_for(order.document, Json::object({{"status", status}}));
}

Exchange<Found> Maximo::find(model::Command command) {
    const Result<Order> order = order_of(site_, map_, settings_, command);
    if (!order) co_return order.error();
    Found found;
    if (order->route->mark != Mark::new_order) {
        Exchange<Json> reading = standing(order->work_order, marks);
        const Result<Json> present = co_await std::move(reading);
        if (!present) co_return present.error();
        const bool is_there = carries(*order, *present, command.key);
        found.state = is_there ? Found::State::present : Found::State::absent;
        if (is_there) {
            Json details = Json::object();
            if (order->route->kind == "workorder.status") details.set("status", word_of(*present, "status"));
            found.receipt = receipt_for(order->document, std::move(details));
        }
        co_return found;
    }
    const rest::Query query{
        {"oslc.select", "wonum,siteid,externalrefid"},
        {"oslc.where", "siteid=" + quoted(site_.maximo_site) + " and externalrefid=" + quoted(command.key)},
        {"oslc.pageSize", "2"}};
    Exchange<Json> reading = read(structure_path(site_.structure), query);
    const Result<Json> body = co_await std::move(reading);
    if (!body) co_return body.error();
    const Json* members = body->find("member");
    if (members == nullptr || !members->is_array())
        co_return rest::bad_reply(site_.access, Effect::read, "the list of work orders has no members");
    found.state = Found::State::absent;
    if (members->items().size() == 1 && carries(*order, members->items().front(), command.key)) {
        found.state = Found::State::present;
        found.receipt = receipt_for(word_of(members->items().front(), "wonum"));
    } else if (!members->items().empty()) {
        found.state = Found::State::undecidable;
        found.why = make_error(ErrorKind::invalid,
                               "Maximo has several work orders with the external reference " + command.key +
                                   "; cancel all but one of them",
                               "several_found");
    }
    co_return found;
}

Exchange<Found> Maximo::follow(model::Command command, std::string /*document*/) {
    Exchange<Found> looking = find(std::move(command));  // nothing that Maximo takes has a later step
    Result<Found> found = co_await std::move(looking);
    co_return found;
}

}  // namespace tieline::connectors::maximo
