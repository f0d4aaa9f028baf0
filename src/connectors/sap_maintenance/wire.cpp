#include "connectors/sap_maintenance/wire.h"

#include "connectors/odata/odata.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tieline::connectors::sap_maintenance {
namespace {

constexpr std::string_view all_kinds[] = {"workorder.create", "workorder.link", "workorder.status"};
constexpr std::string_view notification_prefix = "notification:";

/// A canonical status as a function of SAP. Source: $metadata of API_MAINTENANCEORDER and API_MAINTNOTIFICATION.
struct Step {
    bool is_notification;
    std::string_view status, table;
};
constexpr Step steps[] = {
    {false, "approved", "workorder.status.approve"},    {false, "released", "workorder.status.release"},
    {false, "completed", "workorder.status.complete"},  {false, "closed", "workorder.status.close"},
    {false, "cancelled", "workorder.status.cancel"},    {false, "reopened", "workorder.status.reopen"},
    {true, "in_progress", "notification.status.start"}, {true, "completed", "notification.status.complete"},
};

Error invalid(const std::string& what, const std::string& code, const std::string& field) {
    return make_error(ErrorKind::invalid, what, code, field);
}

Result<std::string> step_table(const Task& task) {
    std::string known;
    for (const Step& step : steps) {
        if (step.is_notification != task.about.is_notification) continue;
        if (step.status == task.wanted) return std::string(step.table);
        known.append(known.empty() ? "" : ", ").append(step.status);
    }
    const bool is_progress = !task.about.is_notification && task.wanted == "in_progress";
    return invalid(std::string("SAP has no step that makes a maintenance ") +
                       (task.about.is_notification ? "notification" : "order") + " " + task.wanted + "; there are " +
                       known +
                       (is_progress ? ". An order is in progress once labor is confirmed or material is issued" : ""),
                   "no_such_step", "status");
}

/// "0010" of "PUMP/0010", "PUMP" before it.
void take_apart(Json& source, const std::string& code, const char* group_member, const char* code_member) {
    const std::size_t slash = code.find('/');
    if (slash == std::string::npos) return;
    source.set(group_member, code.substr(0, slash));
    source.set(code_member, code.substr(slash + 1));
}

/// What the map reads besides the payload: a day for a time, the type of an order, codes of catalogs taken apart.
void add_members(const Setup& setup, Task& task, const std::string& key) {
    Json& source = task.source;
    // The key is what find() looks for: a payload with another reference would be lost from sight.
    source.set("reference", key);
    if (!task.about.number.empty()) source.set("number", task.about.number);
    if (const std::string due = source.text_or("due_at"); due.size() >= 10 && parse_date(due.substr(0, 10)))
        source.set("due_on", due.substr(0, 10));
    if (task.does == Task::Does::create && source.text_or("order_type").empty())
        source.set("order_type", setup.settings.text_or("order_type"));
    if (source.text_or("failure_code").empty()) return;
    const Result<Json> codes = setup.map.apply("failure", source, setup.settings);
    if (!codes) return;  // a code that no catalog lists travels as text
    take_apart(source, codes->text_or("damage"), "damage_group", "damage_code");
    take_apart(source, codes->text_or("cause"), "cause_group", "cause_code");
}

/// Function parameters as literals of their types.
rest::Query parameters_of(const FieldMap& map, const std::string& table, const Json& body) {
    rest::Query query;
    for (const TargetField& field : map.targets(table)) {
        const Json* value = body.find(field.path);
        if (value == nullptr || value->is_null()) continue;
        std::string literal;
        if (value->is_bool())
            literal = value->boolean() ? "true" : "false";
        else if (field.type == FieldType::time)
            literal = odata::instant_literal(value->string().substr(0, 19) + "Z");
        else if (field.type == FieldType::date)
            literal = odata::date_literal(value->string());
        else
            literal = odata::text_literal(value->string());
        query.emplace_back(field.path, std::move(literal));
    }
    return query;
}

}  // namespace

std::span<const std::string_view> kinds() { return all_kinds; }

std::vector<std::string> needed_tables() {
    std::vector<std::string> tables{"work_order",
                                    "status_word",
                                    "hour_unit",
                                    "message",
                                    "failure",
                                    "workorder.create.notification",
                                    "workorder.create.order",
                                    "workorder.link"};
    for (const Step& step : steps) tables.emplace_back(step.table);
    return tables;
}

std::string plain_number(std::string text) {
    const bool is_number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    if (is_number) text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
    return text;
}

Name name_of(const std::string& work_order) {
    if (!work_order.starts_with(notification_prefix)) return {false, plain_number(work_order)};
    return {true, plain_number(work_order.substr(notification_prefix.size()))};
}

std::string notification_name(const std::string& number) {
    return std::string(notification_prefix) + plain_number(number);
}

Result<Task> task_of(const Setup& setup, const model::Command& command) {
    Task task;
    const auto known = std::find(std::begin(all_kinds), std::end(all_kinds), command.kind);
    if (known == std::end(all_kinds)) {
        return make_error(ErrorKind::unsupported,
                          "the connector to SAP maintenance cannot do \"" + command.kind + "\"; see its README",
                          "unsupported_kind");
    }
    TIELINE_TRY(task.source, Json::parse(command.payload));
    if (!task.source.is_object())
        return invalid("the command " + command.kind + " has no object as its content", "wrong_type", "");
    task.payload = command.payload;
    if (command.kind == "workorder.create") {
        task.about.is_notification = setup.makes == Makes::notification;
        task.table = task.about.is_notification ? "workorder.create.notification" : "workorder.create.order";
        add_members(setup, task, command.key);
        return task;
    }
    task.about = name_of(task.source.text_or("work_order"));
    if (task.about.number.empty() || task.about.number.size() > 12)
        return invalid("the command " + command.kind + " names no order of SAP: its 'work_order' is \"" +
                           task.source.text_or("work_order") + "\"; at most 12 characters, for example 4000017",
                       "missing_field", "work_order");
    if (command.kind == "workorder.link") {
        if (task.about.is_notification)
            return invalid(
                "notification " + task.about.number + " of SAP has no field for the number of an ERP's order",
                "not_for_notifications", "work_order");
        task.does = Task::Does::link;
        task.table = "workorder.link";
    } else {
        task.does = Task::Does::status;
        task.wanted = task.source.text_or("status");
        TIELINE_TRY(task.table, step_table(task));
    }
    add_members(setup, task, command.key);
    return task;
}

std::string target_of(const Setup& setup, const std::string& table) {
    return setup.odata + "/" + setup.map.entity(table);
}

std::string service_of(const Setup& setup, const std::string& table) {
    const std::string target = target_of(setup, table);
    return target.substr(0, target.rfind('/'));
}

std::string address_of(const Setup& setup, const Name& name) {
    const std::string set = name.is_notification ? "/API_MAINTNOTIFICATION/MaintenanceNotification('"
                                                 : "/API_MAINTENANCEORDER/MaintenanceOrder('";
    return setup.odata + set + name.number + "')";
}

KeyField key_field(const FieldMap& map, std::string_view table) {
    for (const TargetField& field : map.targets(table)) {
        if (field.source != "reference" && field.source != "$.reference") continue;
        return {field.path, field.longest};
    }
    return {};
}

Result<net::HttpRequest> request_of(const Setup& setup, const Task& task) {
    TIELINE_TRY(const Json body, setup.map.apply(task.table, task.source, setup.settings));
    const std::string target = target_of(setup, task.table);
    switch (task.does) {
        case Task::Does::create:
            return odata::write_request(setup.access, "POST", target, body);
        case Task::Does::link:
            return odata::write_request(setup.access, "PATCH", address_of(setup, task.about), body);
        case Task::Does::status:
            return odata::write_request(setup.access, "POST", target, Json(),
                                        parameters_of(setup.map, task.table, body));
    }
    TIELINE_CHECK(false, "every task has its case");
}

int rank_of(std::string_view status) {
    constexpr std::array<std::string_view, 6> order{"requested",   "approved",  "released",
                                                    "in_progress", "completed", "closed"};
    const auto at = std::find(order.begin(), order.end(), status);
    return at == order.end() ? -1 : static_cast<int>(at - order.begin());
}

bool has_reached(const std::string& wanted, const std::string& present) {
    if (wanted == "cancelled" || present == "cancelled") return wanted == present;
    if (wanted == "reopened") return rank_of(present) >= 0 && rank_of(present) < rank_of("completed");
    return rank_of(present) >= rank_of(wanted);
}

}  // namespace tieline::connectors::sap_maintenance
