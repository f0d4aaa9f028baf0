#include "connectors/sap_s4/sap_s4.h"

#include "connectors/feed_kinds.h"
#include "connectors/odata/sap_sign_in.h"
#include "connectors/sap_s4/errors.h"
#include "connectors/sap_s4/orders.h"
#include "connectors/sap_s4/spec.h"
#include "connectors/soap/soap.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

using rest::Effect;

std::string without_slash(std::string path) {
    while (!path.empty() && path.back() == '/') path.pop_back();
    return path;
}

Json settings_of(const Settings& settings) {
    Json object = Json::object();
    for (const auto& [name, value] : settings.values) {
        if (!odata::is_secret(name)) object.set(name, value);
    }
    if (object.text_or("planning_plant").empty()) object.set("planning_plant", settings.value("plant"));
    if (object.text_or("created_by").empty()) object.set("created_by", settings.value("user").substr(0, 12));
    return object;
}

Reading reading_of(const Settings& settings) {
    Reading reading;
    reading.plant = settings.value("plant");
    reading.language = settings.value("language");
    reading.kinds = names_in(settings.value("kinds"));
    reading.overlap = settings.duration("overlap");
    reading.lists_every = settings.duration("lists_every");
    const auto since = parse_time(settings.value("since") + "T00:00:00Z");
    if (since) reading.since = std::max<std::int64_t>(0, since->time_since_epoch().count());
    return reading;
}

/// What a service is asked for, and the communication scenario of the cloud that opens it, where it is known.
struct Purpose {
    std::string_view service, what;
};
constexpr Purpose purposes[] = {
    {"API_MATERIAL_DOCUMENT_SRV", "post and read goods movements; scenario SAP_COM_0108"},
    {"API_PURCHASEREQ_PROCESS_SRV", "write and read purchase requisitions; scenario SAP_COM_0102"},
    {"API_RESERVATION_DOCUMENT_SRV", "write and read reservations; scenario SAP_COM_0112"},
    {"API_MATERIAL_STOCK_SRV", "read stock; scenario SAP_COM_0164"},
    {"API_PURCHASEORDER_PROCESS_SRV", "read purchase orders, change held ones; scenario SAP_COM_0053"},
    {"API_PRODUCT_SRV", "read materials and their units; scenario SAP_COM_0009"},
    {"API_COSTCENTER_SRV", "read cost centers"},
    {"API_INTERNALORDER_SRV", "read internal orders"},
    {"API_EQUIPMENT", "read equipment"},
    {"API_INSPECTIONLOT_SRV", "read inspection lots, record results and decide on them"},
    {"API_MAINTORDERCONFIRMATION", "confirm hours on maintenance orders, because work_center is set"},
    {"API_MAINTENANCEORDER", "write and read maintenance orders, because work_center is set"},
};
std::string in_words(const std::string& service) {
    for (const Purpose& purpose : purposes)
        if (purpose.service == service) return service + " (" + std::string(purpose.what) + ")";
    return service + " (find journal entries again; setting ledger_set)";
}

/// Services that reading needs, by what is to be read.
std::vector<std::string> read_services(const Reading& reading) {
    std::vector<std::string> sets;
    for (const Stream& stream : streams()) {
        const bool is_wanted = std::any_of(stream.serves.begin(), stream.serves.end(),
                                           [&](std::string_view kind) { return reading.wants(kind); });
        if (is_wanted) sets.emplace_back(stream.set);
    }
    if (reading.wants("cost_center")) sets.emplace_back("API_COSTCENTER_SRV/");
    if (reading.wants("internal_order")) sets.emplace_back("API_INTERNALORDER_SRV/");
    if (reading.wants("stock")) sets.emplace_back("API_MATERIAL_STOCK_SRV/");
    if (reading.wants("reservation") || reading.wants("stock")) sets.emplace_back("API_RESERVATION_DOCUMENT_SRV/");
    const bool needs_units = reading.wants("stock") || reading.wants("requisition") || reading.wants("purchase_order");
    if (needs_units) sets.emplace_back("API_PRODUCT_SRV/");
    for (std::string& set : sets) set = set.substr(0, set.find('/'));
    return sets;
}

/// Services that only a plant needs that mirrors its jobs in SAP.
bool is_about_orders(const Route& route) { return is_order(route) || route.kind.starts_with("confirmation."); }

/// Whether the object is looked at before something is written.
bool looks_first(const Route& route) {
    return is_order(route) || route.kind == "usage_decision.make" || route.kind.starts_with("purchase_order.");
}

/// Services that only a plant needs that inspects by lots of SAP: those that reads them.
bool is_about_lots(const Route& route) { return route.number == "inspection_lot"; }

/// Its root is a service document: JSON, or XML whatever was accepted. A sign-in page is neither.
Result<void> service_answers(const rest::Access& access, const Result<net::HttpResponse>& reply) {
    const Result<Json> root = rest::body_of(access, Effect::read, reply);
    if (root) return {};
    const bool went_well = reply && reply->status >= 200 && reply->status < 300;
    const auto xml = went_well ? base::parse_xml(reply->body) : Result<base::XmlElement>(root.error());
    if (xml && xml->name == "service") return {};
    return root.error();
}

}  // namespace

SapS4::SapS4(const Settings& settings, FieldMap map, const Clock& clock)
    : access_(odata::sap_access(settings)),
      places_{without_slash(settings.value("odata_path")), settings.value("journal_path")},
      map_(std::move(map)),
      settings_(settings_of(settings)),
      ledger_set_(settings.value("ledger_set")),
      reading_(reading_of(settings)),
      clock_(clock),
      sign_in_(odata::sign_in_options(settings), clock),
      sessions_(access_, sign_in_),
      batches_(settings.boolean("batches")) {}

Exchange<Probe> SapS4::probe() {
    Probe probe;
    probe.system = "SAP S/4HANA";
    std::vector<std::string> services{places_.odata + "/" + ledger_set_.substr(0, ledger_set_.find('/'))};
    const bool has_orders = !settings_.text_or("work_center").empty();
    const bool has_lots = reading_.wants("inspection_lot");
    for (const Route& route : routes()) {
        if (!has_lots && is_about_lots(route)) continue;
        if (route.way == Way::soap || (!has_orders && is_about_orders(route))) continue;
        const std::string service = service_of(places_, map_, route.table);
        if (std::find(services.begin(), services.end(), service) == services.end()) services.push_back(service);
    }
    for (const std::string& name : read_services(reading_)) {
        const std::string service = places_.odata + "/" + name;
        if (std::find(services.begin(), services.end(), service) == services.end()) services.push_back(service);
    }
    for (const std::string& service : services) {
        net::HttpRequest request = rest::get(access_, service + "/");
        Exchange<net::HttpResponse> reply_sending = sign_in_.send(std::move(request));
        const Result<net::HttpResponse> reply = co_await std::move(reply_sending);
        const Result<void> root = service_answers(access_, reply);
        const std::string name = service.substr(service.rfind('/') + 1);
        const bool is_denied = !root && reply && (reply->status == 403 || reply->status == 404);
        if (!root && !is_denied) co_return root.error();
        (root ? probe.rights : probe.missing).push_back("service " + in_words(name));
    }
    // The journal's service can only be tried by posting: it is not tried.
    probe.rights.push_back("journal entry service not tried (it has nothing that can be read)");
    co_return probe;
}

Result<net::HttpRequest> SapS4::preview(const model::Command& command) const {
    return request_of(access_, places_, map_, settings_, command);
}

Exchange<Receipt> SapS4::push(model::Command command) {
    Result<net::HttpRequest> request = preview(command);
    if (!request) co_return request.error();
    const Route& route = **route_of(command);
    if (route.way == Way::soap) {
        Exchange<Receipt> posting = push_journal(std::move(command), std::move(*request));
        Result<Receipt> posted = co_await std::move(posting);
        co_return posted;
    }
    if (looks_first(route)) {
        const bool decides = route.kind == "usage_decision.make";
        Exchange<Receipt> pushing = is_order(route) ? push_order(&route, command)
                                    : decides       ? push_decision(&route, command)
                                                    : push_purchase(&route, command);
        Result<Receipt> pushed = co_await std::move(pushing);
        co_return pushed;
    }
    const std::string service = service_of(places_, map_, route.table);
    Exchange<net::HttpResponse> writing = sessions_.send_write(std::move(*request), service);
    const Result<net::HttpResponse> reply = co_await std::move(writing);
    const Result<Json> entity = odata::entity_of(access_, Effect::write, reply);
    if (!entity) co_return meaning_of(map_, Effect::write, entity.error());
    if (route.way == Way::patch && !entity->is_null() && entity->find("error") != nullptr)
        co_return rest::bad_reply(access_, Effect::write, "it went well and carries an error all the same");
    Result<Receipt> receipt = receipt_of(sight(), route, command, *entity, Effect::write);
    if (!receipt) co_return receipt.error();
    note_touched(route, *receipt);
    const std::string warnings = odata::warnings_of(*reply);
    if (!warnings.empty()) receipt->details = Json::object({{"warnings", warnings}}).dump();
    co_return receipt;
}

void SapS4::note_touched(const Route& route, Receipt& receipt) const {
    if (route.kind.starts_with("reservation.") && reading_.wants("stock"))
        receipt.touched.push_back(std::string(stock_of_reservation) + receipt.document);
}

Exchange<Json> SapS4::write(net::HttpRequest request, std::string table) {
    Exchange<net::HttpResponse> writing = sessions_.send_write(std::move(request), service_of(places_, map_, table));
    const Result<net::HttpResponse> reply = co_await std::move(writing);
    const Result<Json> entity = odata::entity_of(access_, Effect::write, reply);
    if (!entity) co_return meaning_of(map_, Effect::write, entity.error());
    if (!entity->is_null() && entity->find("error") != nullptr)
        co_return rest::bad_reply(access_, Effect::write, "it went well and carries an error all the same");
    co_return *entity;
}

Exchange<Receipt> SapS4::push_journal(model::Command /*command*/, net::HttpRequest request) {
    Exchange<net::HttpResponse> reply_sending = sign_in_.send(std::move(request));
    const Result<net::HttpResponse> reply = co_await std::move(reply_sending);
    const Result<base::XmlElement> answer = soap::answer_of(access_, Effect::write, reply);
    if (!answer) co_return answer.error();
    const Result<JournalAnswer> read = journal_answer(access_, map_, *answer);
    if (!read) co_return read.error();
    Receipt receipt;
    receipt.document = read->document + "/" + read->year;
    if (!read->warnings.empty()) receipt.details = Json::object({{"notes", read->warnings}}).dump();
    co_return receipt;
}

Exchange<Found> SapS4::find(model::Command command) {
    const Result<const Route*> route = route_of(command);
    if (!route) co_return route.error();
    if (is_order(**route)) {
        Exchange<Found> looking = find_order(*route, std::move(command));
        Result<Found> order = co_await std::move(looking);
        co_return order;
    }
    Result<net::HttpRequest> request = look(sight(), **route, command);
    if (!request) co_return request.error();
    Exchange<net::HttpResponse> reply_sending = sign_in_.send(std::move(*request));
    const Result<net::HttpResponse> reply = co_await std::move(reply_sending);
    Result<Found> found = seen(sight(), **route, command, reply);
    if (found && found->state == Found::State::present) note_touched(**route, found->receipt);
    if (found && found->state == Found::State::present && (*route)->table == "movement.reverse") {
        net::HttpRequest header = look_at_cancellation(sight(), **route, found->receipt);
        Exchange<net::HttpResponse> told_sending = sign_in_.send(std::move(header));
        const Result<net::HttpResponse> told = co_await std::move(told_sending);
        co_return seen_at_cancellation(sight(), std::move(*found), told);
    }
    const bool ask_more = found && found->state == Found::State::absent && (*route)->kind == "journal.reverse";
    if (!ask_more) co_return found;
    net::HttpRequest original = look_at_original(sight(), command);
    Exchange<net::HttpResponse> second_sending = sign_in_.send(std::move(original));
    const Result<net::HttpResponse> second = co_await std::move(second_sending);
    co_return seen_at_original(sight(), command, second);
}

Exchange<Found> SapS4::follow(model::Command command, std::string /*document*/) {
    const Result<const Route*> route = route_of(command);
    if (route && is_order(**route)) {
        Exchange<Found> following = follow_order(*route, std::move(command));
        Result<Found> order = co_await std::move(following);
        co_return order;
    }
    Exchange<Found> looked_up = find(std::move(command));
    Result<Found> found = co_await std::move(looked_up);
    co_return found;
}

Result<std::vector<Hint>> SapS4::webhook(const net::HttpRequest& /*request*/, WallTime /*now*/) const {
    return make_error(
        ErrorKind::unsupported,
        "events of SAP come by Event Mesh, which this connector does not take; changes are found by asking",
        "webhooks_off");
}

}  // namespace tieline::connectors::sap_s4
