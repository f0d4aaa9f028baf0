// Writing to SAP, and looking for what was written.

#include "connectors/odata/odata.h"
#include "connectors/sap_maintenance/sap_maintenance.h"
#include "connectors/sap_maintenance/shape.h"

#include <utility>

namespace tieline::connectors::sap_maintenance {
namespace {

using rest::Effect;

/// The error with the code that the map's lookup `messages` gives for SAP's; `locked` is tried again by itself, a 404
/// of a write is final: a number that does not exist will never exist.
Error meaning_of(const FieldMap& map, Error error) {
    const bool is_refusal = error.kind == ErrorKind::invalid || error.kind == ErrorKind::conflict;
    if (is_refusal && !error.code.empty()) {
        const auto row = map.apply("message", Json::object({{"code", error.code}}));
        if (row) error.code = row->text_or("code", error.code);
        if (error.code == "locked") {
            error.kind = ErrorKind::transient;
            error.message += ". Somebody is working on it; it is tried again by itself";
        }
    }
    if (error.kind == ErrorKind::not_found) {
        error.kind = ErrorKind::invalid;
        if (error.code.empty()) error.code = "not_found";
    }
    return error;
}

const char* words_field(const Name& name) {
    return name.is_notification ? "ConcatenatedActiveSystStsName" : "SystemStatusText";
}

std::string in_words(const Name& name) { return (name.is_notification ? "notification " : "order ") + name.number; }

/// "<key> <number of the ERP's order>".
bool has_key(const std::string& value, const std::string& key) { return value == key || value.starts_with(key + " "); }

std::string document_of(const Task& task) {
    return task.about.is_notification ? notification_name(task.about.number) : task.about.number;
}

Receipt receipt_for(std::string document, Json details = Json::object()) {
    Receipt receipt;
    receipt.document = std::move(document);
    receipt.details = details.dump();
    return receipt;
}

Found found_as(Receipt receipt) {
    Found found;
    found.state = Found::State::present;
    found.receipt = std::move(receipt);
    return found;
}

Found absent() {
    Found found;
    found.state = Found::State::absent;
    return found;
}

Found undecidable(std::string words, std::string code) {
    Found found;
    found.state = Found::State::undecidable;
    found.why = make_error(ErrorKind::invalid, std::move(words), std::move(code));
    return found;
}

Error unknown_object(const Task& task, const std::string& plant) {
    return make_error(ErrorKind::invalid,
                      "SAP has no " + in_words(task.about) +
                          "; check whether it was archived, or belongs to another "
                          "plant than " +
                          plant,
                      "unknown_work_order", "work_order");
}

}  // namespace

Result<net::HttpRequest> SapMaintenance::preview(const model::Command& command) const {
    TIELINE_TRY(const Task task, task_of(setup_, command));
    return request_of(setup_, task);
}

Exchange<Json> SapMaintenance::standing(Name name, std::string* etag) {
    net::HttpRequest request = odata::read_request(setup_.access, address_of(setup_, name));
    Exchange<net::HttpResponse> sending = sign_in_.send(std::move(request));
    const Result<net::HttpResponse> reply = co_await std::move(sending);
    const Result<Json> entity = odata::entity_of(setup_.access, Effect::read, reply);
    if (!entity && entity.error().kind == ErrorKind::not_found) co_return Json();
    if (!entity) co_return entity.error();
    if (etag != nullptr) {
        *etag = net::header(reply->headers, "ETag");
        const Json* metadata = entity->find("__metadata");
        if (etag->empty() && metadata != nullptr) *etag = metadata->text_or("etag");
    }
    co_return *entity;
}

Exchange<Receipt> SapMaintenance::push(model::Command command) {
    Result<Task> task = task_of(setup_, command);
    if (!task) co_return task.error();
    const Result<net::HttpRequest> fits = request_of(setup_, *task);
    if (!fits) co_return fits.error();
    std::string etag;
    if (task->does != Task::Does::create) {
        Exchange<Json> reading = standing(task->about, &etag);
        const Result<Json> present = co_await std::move(reading);
        if (!present) co_return present.error();
        if (present->is_null()) co_return unknown_object(*task, setup_.plant);
        if (task->does == Task::Does::status) {
            const std::string state = state_of(setup_.map, present->text_or(words_field(task->about)));
            if (has_reached(task->wanted, state))
                co_return receipt_for(document_of(*task), Json::object({{"status", state}, {"already", true}}));
        }
    }
    Exchange<Receipt> carrying = carry_out(std::move(*task), std::move(etag));
    Result<Receipt> receipt = co_await std::move(carrying);
    co_return receipt;
}

Exchange<Receipt> SapMaintenance::carry_out(Task task, std::string etag) {
    Result<net::HttpRequest> request = request_of(setup_, task);
    if (!request) co_return request.error();
    if (!etag.empty()) request->headers.emplace_back("If-Match", etag);
    Exchange<net::HttpResponse> writing = sessions_.send_write(std::move(*request), service_of(setup_, task.table));
    const Result<net::HttpResponse> reply = co_await std::move(writing);
    const Result<Json> entity = odata::entity_of(setup_.access, Effect::write, reply);
    if (!entity) co_return meaning_of(setup_.map, entity.error());
    if (!entity->is_null() && entity->find("error") != nullptr)
        co_return rest::bad_reply(setup_.access, Effect::write, "it went well and carries an error all the same");
    Json details = Json::object();
    const std::string warnings = odata::warnings_of(*reply);
    if (!warnings.empty()) details.set("warnings", warnings);
    if (task.does != Task::Does::create) {
        if (task.does == Task::Does::link) co_return receipt_for(document_of(task), std::move(details));
        // That the answer went well is no proof: the words of the status are.
        Exchange<Json> reading = standing(task.about, nullptr);
        const Result<Json> present = co_await std::move(reading);
        if (!present || present->is_null())
            co_return make_error(
                ErrorKind::unknown_outcome,
                "SAP took the step of " + in_words(task.about) + ", but it could not be read again; it is looked up",
                "not_confirmed");
        const std::string words = present->text_or(words_field(task.about));
        const std::string state = state_of(setup_.map, words);
        if (!has_reached(task.wanted, state)) {
            co_return make_error(ErrorKind::invalid,
                                 "SAP answered that the step to " + task.wanted + " was carried out, but " +
                                     in_words(task.about) + " has the status words \"" + words +
                                     "\". Look at it in SAP: a check may hold it, or a word is missing in the map's "
                                     "lookup 'statuses'",
                                 "status_unchanged", "status");
        }
        details.set("status", state);
        co_return receipt_for(document_of(task), std::move(details));
    }
    const char* field = task.about.is_notification ? "MaintenanceNotification" : "MaintenanceOrder";
    task.about.number = plain_number(entity->text_or(field));
    if (task.about.number.empty())
        co_return rest::bad_reply(setup_.access, Effect::write, "it does not say which number was made");
    co_return receipt_for(document_of(task), std::move(details));
}

Exchange<Found> SapMaintenance::find(model::Command command) {
    Result<Task> task = task_of(setup_, command);
    if (!task) co_return task.error();
    if (task->does == Task::Does::create) {
        Exchange<Found> looking = look_for_key(std::move(*task), command.key);
        Result<Found> found = co_await std::move(looking);
        co_return found;
    }
    Exchange<Json> reading = standing(task->about, nullptr);
    const Result<Json> present = co_await std::move(reading);
    if (!present) co_return present.error();
    if (present->is_null()) co_return absent();
    if (task->does == Task::Does::link) {
        const bool is_ours = has_key(present->text_or(key_field(setup_.map, task->table).field), command.key);
        co_return is_ours ? found_as(receipt_for(document_of(*task))) : absent();
    }
    const std::string state = state_of(setup_.map, present->text_or(words_field(task->about)));
    if (!has_reached(task->wanted, state)) co_return absent();
    co_return found_as(receipt_for(document_of(*task), Json::object({{"status", state}})));
}

Exchange<Found> SapMaintenance::look_for_key(Task task, std::string key) {
    const std::string field = key_field(setup_.map, task.table).field;
    const std::string number = task.about.is_notification ? "MaintenanceNotification" : "MaintenanceOrder";
    const rest::Query query{{"$filter", field + " eq " + odata::text_literal(key)}, {"$top", "3"}};
    net::HttpRequest request = odata::read_request(setup_.access, target_of(setup_, task.table), query);
    Exchange<net::HttpResponse> sending = sign_in_.send(std::move(request));
    const Result<net::HttpResponse> reply = co_await std::move(sending);
    const Result<odata::Rows> rows = odata::rows_of(setup_.access, reply);
    if (!rows) co_return rows.error();
    if (rows->rows.empty()) co_return absent();
    const std::string what = task.about.is_notification ? "notification" : "order";
    if (rows->rows.size() > 1) {
        co_return undecidable("SAP has several " + what + "s with the reference " + key + " in " + field +
                                  "; set a deletion flag on all but one of them and take the reference out of it",
                              "duplicate_reference");
    }
    const Json& row = rows->rows.front();
    task.about.number = plain_number(row.text_or(number));
    if (row.text_or(field) != key || task.about.number.empty()) {
        co_return undecidable("asked for the " + what + " with the reference " + key + " in " + field +
                                  ", SAP gave another one. Look in SAP whether it was made, and say so",
                              "other_found");
    }
    co_return found_as(receipt_for(document_of(task)));
}

Exchange<Found> SapMaintenance::follow(model::Command command, std::string /*document*/) {
    Exchange<Found> looking = find(std::move(command));  // nothing that SAP takes here has a later step
    Result<Found> found = co_await std::move(looking);
    co_return found;
}

}  // namespace tieline::connectors::sap_maintenance
