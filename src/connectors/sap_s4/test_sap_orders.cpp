// The fake's maintenance orders. Stricter than SAP: it marks no released order for deletion, completes none that was
// not released, and changes nothing of one that is technically complete.

#include "connectors/odata/odata.h"
#include "connectors/sap_s4/test_sap_peer.h"

#include <algorithm>

namespace tieline::connectors::sap_s4::test {
namespace {

constexpr const char* order_set = "MaintenanceOrder";
constexpr const char* operation_set = "MaintenanceOrderOperation";
constexpr const char* rule_set = "MaintOrderSettlmtDistrRule";
constexpr const char* confirmation_set = "MaintOrderConfirmation";

bool has_word(const Json& order, const std::string& word) {
    return (" " + order.text_or("SystemStatusText") + " ").find(" " + word + " ") != std::string::npos;
}

Json::Array taken_out(Json& body, const std::string& navigation) {
    Json::Array items = odata::inner_rows(body, navigation);
    body.erase(navigation);
    return items;
}

}  // namespace

Json* SapPeer::maintenance_order(const std::string& number_text) {
    for (Json& row : rows(order_set))
        if (row.text_or("MaintenanceOrder") == number_text) return &row;
    return nullptr;
}

void SapPeer::set_order_status(const std::string& number_text, const std::string& status) {
    Json* order = maintenance_order(number_text);
    if (order == nullptr) return;
    order->set("SystemStatusText", status);
    order->set("LastChangeDateTime", now_text());
}

std::string SapPeer::make_maintenance_order(const std::string& status) {
    const std::string made = std::to_string(++maintenance_orders_);
    rows(order_set).push_back(Json::object({{"MaintenanceOrder", made},
                                            {"MaintenanceOrderType", "PM01"},
                                            {"MaintenanceOrderDesc", "Leaking valve"},
                                            {"AdditionalDeviceData", "ANOTHER"},
                                            {"MaintObjectFreeDefinedAttrib", ""},
                                            {"SystemStatusText", status},
                                            {"LastChangeDateTime", now_text()}}));
    for (const char* operation : {"0010", "0020"})
        rows(operation_set)
            .push_back(Json::object({{"MaintenanceOrder", made},
                                     {"MaintenanceOrderOperation", operation},
                                     {"MaintenanceOrderSubOperation", ""},
                                     {"OpExternalProcessingPrice", "350.000"}}));
    rows(rule_set).push_back(Json::object({{"MaintenanceOrder", made},
                                           {"Ledger", ""},
                                           {"LedgerGroup", ""},
                                           {"SettlementDistributionRuleGrp", "0000000000"},
                                           {"SettlmtDistrRuleSequence", "1"},
                                           {"AccountAssignmentType", "KS"},
                                           {"CostCenter", "CC-100"}}));
    return made;
}

SapPeer::Answer SapPeer::maintain(Json body) {
    Json::Array operations = taken_out(body, "to_MaintenanceOrderOperation");
    Json::Array rules = taken_out(body, "to_MaintOrderSettlmtDistrRule_2");
    if (body.text_or("MaintenanceOrderType") != "PM01")
        return refused(400, "IW/001", "Order type is not allowed", "MaintenanceOrderType");
    if (body.text_or("MainWorkCenter") != "MECH" || body.text_or("MainWorkCenterPlant") != "1010")
        return refused(400, "CR/045", "Work center does not exist in the plant", "MainWorkCenter");
    if (body.text_or("MaintenancePlanningPlant") != "1010")
        return refused(400, "IW/069", "Planning plant does not exist", "MaintenancePlanningPlant");
    const std::string equipment = body.text_or("Equipment");
    const Json::Array& known = rows("Equipment");
    const bool is_known =
        std::any_of(known.begin(), known.end(), [&](const Json& row) { return row.text_or("Equipment") == equipment; });
    if (!equipment.empty() && !is_known)
        return refused(400, "IE/004", "Equipment " + equipment + " does not exist", "Equipment");
    if (operations.empty()) return refused(400, "IW/083", "Order without operations");
    const std::string made = std::to_string(++maintenance_orders_);
    for (Json& operation : operations) {
        const std::string key = operation.text_or("OperationControlKey");
        if (key != "PM01" && key != "PM02") return refused(400, "CP/112", "Control key does not exist");
        if (key == "PM02" && operation.text_or("CostElement").empty())
            return refused(400, "IW/413", "Enter a cost element for external processing", "CostElement");
        operation.set("MaintenanceOrder", made);
        operation.set("MaintenanceOrderSubOperation", "");
    }
    for (Json& rule : rules) {
        const std::string center = rule.text_or("CostCenter");
        if (!center.empty() && !cost_centers.contains(center))
            return refused(400, "KD/124", "Cost center " + center + " does not exist", "CostCenter");
        rule.set("MaintenanceOrder", made);
        rule.set("Ledger", "");
        rule.set("LedgerGroup", "");
        rule.set("SettlementDistributionRuleGrp", "0000000000");
        rule.set("SettlmtDistrRuleSequence", "1");
    }
    body.set("MaintenanceOrder", made);
    body.set("CompanyCode", "1000");
    body.set("SystemStatusText", pitfalls.german ? "EROF KALF NMVP" : "CRTD MANC NMAT PRC SETC");
    body.set("LastChangeDateTime", now_text());
    rows(order_set).push_back(body);
    for (const auto& [set, some] : {std::pair{operation_set, &operations}, std::pair{rule_set, &rules}})
        rows(set).insert(rows(set).end(), some->begin(), some->end());
    body.set("to_MaintenanceOrderOperation", Json::object({{"results", Json(operations)}}));
    return {201, body, {}};
}

SapPeer::Answer SapPeer::change_maintenance(const std::string& set, const Keys& keys, const Json& body) {
    const std::string number_text = keys.at("MaintenanceOrder");
    const Json* order = maintenance_order(number_text);
    if (order == nullptr) return refused(404, "/IWBEP/CM_MGW_RT/020", "Resource not found");
    if (pitfalls.locked.contains(number_text))
        return refused(400, "IW/115", "Order " + number_text + " is being processed by PLANNER");
    const bool is_over = has_word(*order, "TECO") || has_word(*order, "CLSD") || has_word(*order, "TABG");
    if (set != order_set && is_over) return refused(400, "BS/013", "Order is technically complete");
    for (Json& row : rows(set)) {
        if (!odata::test::matches(row, keys)) continue;
        const std::string center = body.text_or("CostCenter");
        if (!center.empty() && !cost_centers.contains(center))
            return refused(400, "KD/124", "Cost center " + center + " does not exist", "CostCenter");
        for (const auto& [name, value] : body.members()) row.set(name, value);
        return {204, Json(), {}};
    }
    return refused(404, "/IWBEP/CM_MGW_RT/020", "Resource not found");
}

SapPeer::Answer SapPeer::call_maintenance(const std::string& function, const Keys& parameters) {
    const std::string number_text = parameters.at("MaintenanceOrder");
    Json* order = maintenance_order(number_text);
    if (order == nullptr) return refused(404, "IW/012", "Order " + number_text + " does not exist");
    if (pitfalls.locked.contains(number_text))
        return refused(400, "IW/115", "Order " + number_text + " is being processed by PLANNER");
    if (pitfalls.permit_missing && function == "ReleaseMaintenanceOrder")
        return refused(400, "IW/505", "Permit for order " + number_text + " is missing");
    const struct {
        const char *function, *from, *to;
    } moves[] = {{"ReleaseMaintenanceOrder", "CRTD", "REL"},
                 {"ReleaseMaintenanceOrder", "EROF", "FREI"},
                 {"SetMaintOrdToTechCompleted", "REL", "TECO"},
                 {"SetMaintOrdToTechCompleted", "FREI", "TABG"},
                 {"ResetMaintOrdStsTechCompleted", "TECO", "REL"},
                 {"SetMaintOrdStsToMrkdForDeltn", "CRTD", "CRTD DLFL"},
                 {"ResetMaintOrdStsTechCompleted", "TABG", "FREI"},
                 {"SetMaintOrdStsToMrkdForDeltn", "EROF", "EROF DLFL"},
                 {"SetMaintOrdStsToMrkdForDeltn", "TABG", "TABG DLFL"},
                 {"SetMaintOrdStsToMrkdForDeltn", "TECO", "TECO DLFL"}};
    for (const auto& move : moves) {
        if (function != move.function || !has_word(*order, move.from) || has_word(*order, "DLFL")) continue;
        if (!pitfalls.steps_have_no_effect) {
            std::string line = order->text_or("SystemStatusText");
            line.replace(line.find(move.from), std::string_view(move.from).size(), move.to);
            set_order_status(number_text, line);
            ++order_calls[number_text + " " + function];
        }
        return {200, Json::object({{function, Json::object({{"IsInvalid", false}})}}), {}};
    }
    return refused(400, "BS/007", function + " is not allowed with status " + order->text_or("SystemStatusText"));
}

std::string SapPeer::next_confirmation(const std::string& group) {
    const Json::Array& all = rows(confirmation_set);
    const auto count =
        std::count_if(all.begin(), all.end(), [&](const Json& row) { return row.text_or("MaintOrderConf") == group; });
    std::string counter = std::to_string(count + 1);
    return counter.insert(0, 8 - counter.size(), '0');
}

SapPeer::Answer SapPeer::confirm(Json body) {
    const std::string number_text = body.text_or("MaintenanceOrder"), day = day_of(body.text_or("PostingDate"));
    const Json* order = maintenance_order(number_text);
    if (order == nullptr) return refused(400, "RU/004", "Order " + number_text + " does not exist", "MaintenanceOrder");
    if (pitfalls.locked.contains(number_text))
        return refused(400, "IW/115", "Order " + number_text + " is being processed by PLANNER");
    const bool is_open = has_word(*order, "REL") || has_word(*order, "FREI") || has_word(*order, "TABG") ||
                         (has_word(*order, "TECO") && !pitfalls.complete_takes_no_hours);
    if (!is_open || has_word(*order, "DLFL"))
        return refused(400, "RU/015", "Order " + number_text + ": status " + order->text_or("SystemStatusText"));
    if (day < pitfalls.open_from || day > pitfalls.open_to) return refused(400, "RU/053", "Period is not open");
    if (body.text_or("ActualWorkQuantityUnit") != "MIN") return refused(400, "RU/103", "Unit is not defined");
    if (!(number(body.text_or("ActualWorkQuantity", "0")) > Decimal::from_int(0)))
        return refused(400, "RU/110", "Enter actual work");
    if (!activities.empty() && !activities.contains(body.text_or("ActivityType")))
        return refused(400, "KI/239", "Activity type " + body.text_or("ActivityType") + " is not planned");
    const std::string group = "9" + std::string(9 - number_text.size(), '0') + number_text;
    body.set("MaintOrderConf", group);
    body.set("MaintOrderConfCntrValue", next_confirmation(group));
    body.set("IsReversed", false);
    body.set("IsReversal", false);
    rows(confirmation_set).push_back(body);
    return {201, body, {}};
}

SapPeer::Answer SapPeer::cancel_confirmation(const Keys& parameters) {
    Keys given = parameters;
    if (given.size() != 2) return refused(400, "X/400", "Parameters are missing");
    for (Json& row : rows(confirmation_set)) {
        const bool is_it = row.text_or("MaintOrderConf") == given["MaintOrderConf"] &&
                           row.text_or("MaintOrderConfCntrValue") == given["MaintOrderConfCntrValue"];
        if (!is_it) continue;
        if (row.bool_or("IsReversed", false) || row.bool_or("IsReversal", false))
            return refused(400, "RU/406", "Confirmation is cancelled already");
        if (pitfalls.locked.contains(row.text_or("MaintenanceOrder")))
            return refused(400, "IW/115", "Order is being processed by PLANNER");
        row.set("IsReversed", true);
        Json back = row;
        back.set("MaintOrderConfCntrValue", next_confirmation(given["MaintOrderConf"]));
        back.set("IsReversed", false);
        back.set("IsReversal", true);
        back.set("CancldMaintOrderConfCntrValue", given["MaintOrderConfCntrValue"]);
        if (!pitfalls.cancel_copies_reference) back.erase("ConfirmationText");
        rows(confirmation_set).push_back(back);
        return {200, back, {}};
    }
    return refused(400, "RU/007", "Confirmation does not exist");
}

std::size_t SapPeer::count_confirmations(const model::Command& command) const {
    std::size_t count = 0;
    const auto cancelled = cancels_.find(command.key);
    for (const Json& row : rows(confirmation_set)) {
        const std::string name = row.text_or("MaintOrderConf") + "/" + row.text_or("CancldMaintOrderConfCntrValue");
        const bool is_its = command.kind == "confirmation.post"
                                ? row.text_or("ConfirmationText") == command.key && !row.bool_or("IsReversal", false)
                                : cancelled != cancels_.end() && cancelled->second == name;
        count += is_its ? 1 : 0;
    }
    return count;
}

model::Command SapPeer::sample_confirmation(model::Command command, const std::string& head) {
    const std::string order_number = make_maintenance_order("REL");
    if (command.kind == "confirmation.post") {
        command.payload = head + R"("erp_order":")" + order_number +
                          R"(","receiver":{"kind":"cost_center","code":"CC-100"},"activity":"MECH","hours":"2.25",)"
                          R"("person":"anna","posting_date":"2026-11-24","currency":"EUR","expected_amount":"112.50"})";
        return command;
    }
    const Answer made = confirm(Json::object({{"MaintenanceOrder", order_number},
                                              {"PostingDate", json_day("2026-11-24")},
                                              {"ActualWorkQuantity", "60.0"},
                                              {"ActualWorkQuantityUnit", "MIN"},
                                              {"ActivityType", "MECH"},
                                              {"ConfirmationText", "ANOTHER"}}));
    const std::string name = made.body.text_or("MaintOrderConf") + "/" + made.body.text_or("MaintOrderConfCntrValue");
    cancels_[command.key] = name;
    command.payload = head + R"("document":")" + name + R"(","posting_date":"2026-11-25","reason":"reopened"})";
    return command;
}

model::Command SapPeer::sample_order(model::Command command, const std::string& head) {
    if (command.kind == "order.create") {
        if (rows("Equipment").empty()) add_equipment("FILLER-01", "Filler");
        command.payload = head + R"("asset":"FILLER-01","title":"Leaking valve","order_type":"corrective",)"
                                 R"("receiver":{"kind":"cost_center","code":"CC-100"},"currency":"EUR",)"
                                 R"("planned_cost":"350.00"})";
    } else {
        command.payload = head + R"("erp_order":")" + make_maintenance_order("REL MANC") +
                          R"(","planned_cost":"400.00","status":"technically_complete"})";
    }
    return command;
}

}  // namespace tieline::connectors::sap_s4::test
