// The conversation about the usage decision of an inspection lot. A lot has one, and SAP keeps no key of it: it is
// looked at before it is made. Some systems show a lot without a decision as an empty one, which is then filled, under
// the ETag that was read (SAP's metadata: ChangedDateTime, the only ETag of the services used here).

#include "connectors/sap_s4/errors.h"
#include "connectors/sap_s4/sap_s4.h"

#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

Error decided_already(const std::string& lot, const std::string& code) {
    return make_error(ErrorKind::invalid,
                      "inspection lot " + lot + " of SAP has the usage decision " + code +
                          " already; it is not made a second time. Change it in SAP where it is wrong",
                      "decided_already");
}

}  // namespace

Exchange<Receipt> SapS4::push_decision(const Route* route, model::Command command) {
    Result<net::HttpRequest> request = preview(command);
    if (!request) co_return request.error();
    Result<net::HttpRequest> looking = look(sight(), *route, command);
    if (!looking) co_return looking.error();
    Exchange<net::HttpResponse> sending = sign_in_.send(std::move(*looking));
    const Result<net::HttpResponse> reply = co_await std::move(sending);
    const Result<Json> there = odata::entity_of(access_, rest::Effect::read, reply);
    if (!there && there.error().kind != ErrorKind::not_found) co_return there.error();
    const std::string lot = Json::parse(command.payload)->text_or("inspection_lot");
    if (there && !there->text_or("InspectionLot").empty()) {
        const std::string code = there->text_or("InspectionLotUsageDecisionCode");
        if (!code.empty()) co_return decided_already(lot, code);
        Json body = *Json::parse(request->body);
        const std::string address = address_of(*route, body);
        *request = odata::write_request(access_, "PATCH", set_of(places_, map_, route->table) + address, body);
        const Json* about = there->find("__metadata");
        std::string etag(net::header(reply->headers, "ETag"));
        if (etag.empty() && about != nullptr) etag = about->text_or("etag");
        if (!etag.empty()) request->headers.emplace_back("If-Match", etag);
    }
    Exchange<Json> writing = write(std::move(*request), std::string(route->table));
    const Result<Json> made = co_await std::move(writing);
    if (!made) {
        Error error = made.error();
        // 412: somebody changed it between the look and the write. The next try looks again.
        if (error.kind == ErrorKind::conflict) error.kind = ErrorKind::transient;
        co_return error;
    }
    Receipt receipt;
    receipt.document = lot;
    co_return receipt;
}

}  // namespace tieline::connectors::sap_s4
