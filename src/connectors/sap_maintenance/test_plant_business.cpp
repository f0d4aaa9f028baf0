// What SAP's application does with a write, and refuses.

#include "connectors/odata/odata.h"
#include "connectors/sap_maintenance/test_plant.h"

#include <algorithm>

namespace tieline::connectors::sap_maintenance::test {
namespace {

bool has_word(const std::string& words, const std::string& word) {
    return (" " + words + " ").find(" " + word + " ") != std::string::npos;
}

}  // namespace

void Plant::count(const std::string& number, const std::string& function) { ++steps_[number + "/" + function]; }

Plant::Answer Plant::create(const std::string& set, Json body) {
    if (set == "MaintenanceNotification") return create_notification(std::move(body));
    if (set == "MaintenanceOrder") return create_order(std::move(body));
    return refused(405, "/IWBEP/CM_MGW_RT/021", "Method 'CREATE' not supported for " + set);
}

Plant::Answer Plant::create_notification(Json body) {
    if (body.text_or("NotificationType").empty())
        return refused(400, "IM/101", "Enter a notification type", "NotificationType");
    const bool has_object = !body.text_or("TechnicalObject").empty();
    if (has_object && body.text_or("TechObjIsEquipOrFuncnlLoc").empty())
        return refused(400, "IM/301", "Technical object is invalid", "TechnicalObject");
    const std::string number = std::to_string(++notifications_);
    Json row = body;
    for (const char* navigation : {"to_Item"}) row.erase(navigation);
    row.set("MaintenanceNotification", number);
    row.set("ConcatenatedActiveSystStsName", "OSNO");
    row.set("LastChangeDateTime", moment());
    int item_number = 0;
    for (const Json& item : odata::inner_rows(body, "to_Item")) {
        const std::string name = "000" + std::to_string(++item_number);
        Json item_row = item;
        item_row.erase("to_ItemCause");
        item_row.set("MaintenanceNotification", number);
        item_row.set("MaintenanceNotificationItem", name);
        int cause_number = 0;
        for (Json cause : odata::inner_rows(item, "to_ItemCause")) {
            cause.set("MaintenanceNotification", number);
            cause.set("MaintenanceNotificationItem", name);
            cause.set("MaintenanceNotificationCause", "000" + std::to_string(++cause_number));
            add_row("MaintNotificationItemCause", std::move(cause));
        }
        add_row("MaintenanceNotificationItem", std::move(item_row));
    }
    add_row("MaintenanceNotification", row);
    return {201, row, {}};
}

Plant::Answer Plant::create_order(Json body) {
    for (const char* field : {"MaintenanceOrderType", "MaintenancePlanningPlant", "MainWorkCenter"})
        if (body.text_or(field).empty()) return refused(400, "IW/012", std::string("Enter ") + field, field);
    if (odata::inner_rows(body, "to_MaintenanceOrderOperation").empty())
        return refused(400, "CO/014", "An order needs an operation", "to_MaintenanceOrderOperation");
    const std::string number = std::to_string(++orders_), made = moment();
    Json row = body;
    row.erase("to_MaintenanceOrderOperation");
    row.set("MaintenanceOrder", number);
    row.set("SystemStatusText", "CRTD MANC NMAT PRC");
    row.set("LastChangeDateTime", made);
    row.set("MaintOrderCreationDateTime", made);
    row.set("Currency", "EUR");
    row.set("CompanyCode", "1000");
    for (Json operation : odata::inner_rows(body, "to_MaintenanceOrderOperation")) {
        operation.set("MaintenanceOrder", number);
        operation.set("MaintenanceOrderSubOperation", "");
        add_row("MaintenanceOrderOperation", std::move(operation));
    }
    add_row("MaintenanceOrder", row);
    return {201, row, {}};
}

Plant::Answer Plant::patch(const std::string& set, const Keys& keys, const Json& body) {
    Json* row = row_of(set, keys);
    if (set != "MaintenanceOrder" || row == nullptr) return refused(405, "X/405", "Method not allowed");
    const std::string number = row->text_or("MaintenanceOrder");
    if (locked.contains(number)) return refused(400, "CO/469", "Order " + number + " is being processed by CLERK");
    if (has_word(row->text_or("SystemStatusText"), "CLSD"))
        return refused(400, "IW/145", "Order " + number + " is closed and cannot be changed");
    for (const auto& [name, value] : body.members()) row->set(name, value);
    row->set("LastChangeDateTime", moment());
    return {204, Json(), {}};
}

Plant::Answer Plant::call(const std::string& function, const Keys& parameters) {
    return parameters.contains("MaintenanceNotification") ? step_of_notification(function, parameters)
                                                          : step_of_order(function, parameters);
}

/// Which words a step needs, and which it leaves. Refusals as SAP's status management makes them: a step that was taken
/// cannot be taken again.
Plant::Answer Plant::step_of_order(const std::string& function, const Keys& parameters) {
    const std::string number = parameters.at("MaintenanceOrder");
    Json* row = row_of("MaintenanceOrder", {{"MaintenanceOrder", number}});
    if (row == nullptr) return refused(404, "/IWBEP/CM_MGW_RT/020", "Resource not found");
    if (locked.contains(number)) return refused(400, "CO/469", "Order " + number + " is being processed by CLERK");
    const std::string words = row->text_or("SystemStatusText");
    const auto has = [&](const char* word) { return has_word(words, word); };
    const bool is_over = has("TECO") || has("CLSD") || has("NCMP");
    bool is_allowed = false;
    std::string next;
    if (function == "ApproveMaintenanceOrder") is_allowed = has("CRTD"), next = "APPR " + words;
    if (function == "ReleaseMaintenanceOrder") is_allowed = has("CRTD") || has("APPR"), next = "REL  MANC PRC";
    if (function == "SetMaintOrdToTechCompleted") is_allowed = has("REL") && !is_over, next = "TECO CNF  PRC";
    if (function == "SetMaintOrderStatusToClosed") is_allowed = has("TECO"), next = "CLSD CNF  PRC";
    if (function == "SetMaintOrderToDoNotExecute") is_allowed = !is_over, next = "NCMP PRC";
    if (function == "ResetMaintOrdStsTechCompleted") is_allowed = has("TECO"), next = "REL  CNF  PRC";
    if (!is_allowed || blocked.contains(number))
        return refused(400, "BS/007", "Status " + words.substr(0, 4) + " of order " + number + " does not allow it");
    count(number, function);
    if (!steps_do_nothing) {
        row->set("SystemStatusText", next);
        row->set("LastChangeDateTime", moment());
        const auto at = parameters.find("MaintOrderReferenceDateTime");
        const auto given = at == parameters.end() ? Result<WallTime>(Error{}) : parse_time(at->second);
        if (next.starts_with("TECO")) {
            const WallTime when = given ? *given : now;
            row->set("MaintOrderReferenceDateTime",
                     "/Date(" + std::to_string(when.time_since_epoch().count()) + "+0000)/");
        }
    }
    return {200, Json::object({{function, Json::object({{"IsInvalid", false}})}}), {}};
}

Plant::Answer Plant::step_of_notification(const std::string& function, const Keys& parameters) {
    const std::string number = parameters.at("MaintenanceNotification");
    Json* row = row_of("MaintenanceNotification", {{"MaintenanceNotification", number}});
    if (row == nullptr) return refused(404, "/IWBEP/CM_MGW_RT/020", "Resource not found");
    if (locked.contains(number)) return refused(400, "IM/124", "Notification " + number + " is locked by CLERK");
    const std::string words = row->text_or("ConcatenatedActiveSystStsName");
    const bool starts = function == "SetMaintNotifToInProcess";
    const bool is_allowed = starts ? has_word(words, "OSNO") : !has_word(words, "NOCO");
    if (!is_allowed || blocked.contains(number))
        return refused(400, "BS/007", "Status " + words + " of notification " + number + " does not allow it");
    count(number, function);
    if (!steps_do_nothing) {
        row->set("ConcatenatedActiveSystStsName", starts ? "NOPR" : "NOCO");
        row->set("LastChangeDateTime", moment());
    }
    return {200, *row, {}};
}

}  // namespace tieline::connectors::sap_maintenance::test
