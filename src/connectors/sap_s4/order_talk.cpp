// The conversations about maintenance orders: looked for first, created, then led on step by step.

#include "connectors/sap_s4/errors.h"
#include "connectors/sap_s4/orders.h"
#include "connectors/sap_s4/sap_s4.h"

#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

constexpr int steps_most = 8;  ///< key, plan, receiver and three statuses are six

}  // namespace

Exchange<Receipt> SapS4::push_order(const Route* route, model::Command command) {
    std::string number;
    if (route->kind == "order.create") {
        // An order of ours whose release was refused or whose answer was lost is taken up; a second one is never made.
        Exchange<Found> looking = find_order(route, command);
        const Result<Found> found = co_await std::move(looking);
        if (!found) co_return found.error();
        if (found->state == Found::State::undecidable) co_return found->why;
        number = found->receipt.document;
    } else {
        const Result<Json> source = source_of(*route, command);
        if (!source) co_return source.error();
        number = source->text_or("erp_order");
    }
    if (number.empty()) {
        Result<net::HttpRequest> request = preview(command);
        if (!request) co_return request.error();
        Exchange<Json> creating = write(std::move(*request), std::string(route->table));
        const Result<Json> made = co_await std::move(creating);
        if (!made) co_return made.error();
        number = made->text_or("MaintenanceOrder");
        if (number.empty())
            co_return rest::bad_reply(access_, rest::Effect::write, "it does not name the order that was made");
    }
    Exchange<Receipt> leading = lead_order(route, std::move(command), std::move(number));
    Result<Receipt> led = co_await std::move(leading);
    co_return led;
}

Exchange<Receipt> SapS4::lead_order(const Route* route, model::Command command, std::string number) {
    std::string last;
    for (int done = 0; done < steps_most; ++done) {
        net::HttpRequest reading = order_request(sight(), number);
        Exchange<net::HttpResponse> sending = sign_in_.send(std::move(reading));
        const Result<net::HttpResponse> reply = co_await std::move(sending);
        const Result<Json> order = odata::entity_of(access_, rest::Effect::read, reply);
        // An order that is not there will never be: of a command that names it, this is final.
        if (!order) co_return meaning_of(map_, rest::Effect::write, order.error());
        Result<std::optional<OrderStep>> step = next_step(sight(), *route, command, *order);
        if (!step) co_return step.error();
        if (!*step) co_return order_receipt(sight(), *order);
        const std::string what = (*step)->what;
        if (what == last) break;
        last = what;
        net::HttpRequest request = std::move((*step)->request);
        Exchange<Json> writing = write(std::move(request), what);
        const Result<Json> written = co_await std::move(writing);
        if (!written) co_return written.error();
    }
    co_return make_error(ErrorKind::invalid,
                         "SAP took the step " + last + " of maintenance order " + number +
                             " and left the order as it was; look into the order in SAP, mend what is in the way and "
                             "try again",
                         "step_without_effect");
}

Exchange<Found> SapS4::find_order(const Route* route, model::Command command) {
    Result<net::HttpRequest> request = look_for_order(sight(), *route, command);
    if (!request) co_return request.error();
    Exchange<net::HttpResponse> sending = sign_in_.send(std::move(*request));
    const Result<net::HttpResponse> reply = co_await std::move(sending);
    co_return seen_order(sight(), *route, command, reply);
}

Exchange<Found> SapS4::follow_order(const Route* route, model::Command command) {
    Exchange<Found> looking = find_order(route, command);
    Result<Found> found = co_await std::move(looking);
    const bool is_waiting =
        found && found->state == Found::State::present && found->receipt.state == Receipt::State::accepted;
    if (!is_waiting) co_return found;
    Exchange<Receipt> leading = lead_order(route, std::move(command), found->receipt.document);
    const Result<Receipt> led = co_await std::move(leading);
    if (led) {
        found->receipt = *led;
        co_return found;
    }
    if (led.error().kind != ErrorKind::invalid && led.error().kind != ErrorKind::conflict) co_return led.error();
    found->state = Found::State::rejected;
    found->why = led.error();
    co_return found;
}

}  // namespace tieline::connectors::sap_s4
