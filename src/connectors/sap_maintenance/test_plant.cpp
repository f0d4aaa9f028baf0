// What people do in SAP, and the samples of the contract suite.

#include "connectors/sap_maintenance/test_plant.h"

#include "connectors/odata/odata.h"
#include "connectors/sap_maintenance/wire.h"

#include <algorithm>

namespace tieline::connectors::sap_maintenance::test {
namespace {

constexpr const char* orders = "MaintenanceOrder";

std::string padded(int number, std::size_t width) {
    std::string text = std::to_string(number);
    return std::string(width - std::min(width, text.size()), '0') + text;
}

}  // namespace

Settings settings() {
    Settings made;
    made.name = "cmms";
    made.values = {{"url", std::string(base_url)},
                   {"user", "TIELINE"},
                   {"password", "Secret-1"},
                   {"site", "plant1"},
                   {"plant", "1010"},
                   {"cost_booked_by", "sap"},
                   {"client", "100"}};
    return made;
}

Plant::Plant() : Service(TIELINE_SAP_MAINTENANCE_METADATA, std::string(base_url)) {}

std::string Plant::moment() {
    now += step;
    return "/Date(" + std::to_string(now.time_since_epoch().count()) + "+0000)/";
}

const Json* Plant::find(const std::string& set, const std::string& field, const std::string& value) const {
    for (const Json& row : rows(set))
        if (row.text_or(field) == value) return &row;
    return nullptr;
}

std::string Plant::make_order(const Json& members) {
    const std::string given = members.text_or("MaintenanceOrder"), made = moment();
    const std::string number = given.empty() ? std::to_string(++orders_) : given;
    Json order = Json::object({{"MaintenanceOrder", number},
                               {"MaintenanceOrderType", "PM01"},
                               {"MaintenanceOrderDesc", "Feed pump leaks"},
                               {"MaintenancePlanningPlant", "1010"},
                               {"CompanyCode", "1000"},
                               {"Equipment", "10000017"},
                               {"ResponsibleCostCenter", "CC-100"},
                               {"Currency", "EUR"},
                               {"MaintOrderCreationDateTime", made},
                               {"SystemStatusText", "REL  MANC NMAT PRC"}});
    if (!is_without_changes) order.set("LastChangeDateTime", made);
    for (const auto& [name, value] : members.members()) order.set(name, value);
    add_row(orders, std::move(order));
    add_row("MaintenanceOrderOperation", Json::object({{"MaintenanceOrder", number},
                                                       {"MaintenanceOrderOperation", "0010"},
                                                       {"MaintenanceOrderSubOperation", ""},
                                                       {"OperationControlKey", "PM01"},
                                                       {"OperationDescription", "Replace the seal"}}));
    return number;
}

std::string Plant::make_notification() {
    const std::string number = std::to_string(++notifications_);
    add_row("MaintenanceNotification", Json::object({{"MaintenanceNotification", number},
                                                     {"NotificationType", "M1"},
                                                     {"NotificationText", "Noise"},
                                                     {"MaintenancePlanningPlant", "1010"},
                                                     {"ConcatenatedActiveSystStsName", "OSNO"},
                                                     {"LastChangeDateTime", moment()}}));
    return number;
}

void Plant::set_field(const std::string& order, const std::string& field, Json value) {
    Json* row = row_of(orders, {{"MaintenanceOrder", order}});
    odata::test::demand(row != nullptr, "no order " + order);
    row->set(field, std::move(value));
    row->set("LastChangeDateTime", moment());
}

void Plant::set_words(const std::string& order, const std::string& words) {
    set_field(order, "SystemStatusText", words);
}

std::string Plant::add_component(const std::string& order, const std::string& material, const std::string& quantity) {
    int count = 1;
    std::string reservation;
    for (const Json& each : rows("MaintOrderOpComponent")) {
        if (each.text_or("MaintenanceOrder") != order) continue;
        reservation = each.text_or("Reservation");
        ++count;
    }
    if (reservation.empty()) reservation = std::to_string(++reservations_);
    const std::string item = padded(10 * count, 4);
    add_row("MaintOrderOpComponent", Json::object({{"MaintenanceOrder", order},
                                                   {"MaintenanceOrderOperation", "0010"},
                                                   {"MaintenanceOrderSubOperation", ""},
                                                   {"MaintOrderComponentInternalID", order + item},
                                                   {"MaintenanceOrderComponent", item},
                                                   {"Reservation", reservation},
                                                   {"ReservationItem", padded(count, 4)},
                                                   {"Product", material},
                                                   {"MaintOrdOpCompRequiredQuantity", quantity},
                                                   {"BaseUnit", "EA"},
                                                   {"Plant", "1010"},
                                                   {"StorageLocation", "MAIN"},
                                                   {"RequirementDate", "/Date(1796083200000)/"},
                                                   {"MaintOrderOpComponentPrice", "128.00"},
                                                   {"MaintOrdOpCompPriceUnitQty", "10"},
                                                   {"MaintOrdOpComponentCurrency", "EUR"},
                                                   {"QuantityWithdrawnInBaseUnit", "0.000"},
                                                   {"IsDeleted", false}}));
    set_field(order, "MaintenanceActivityType", "001");
    return item;
}

void Plant::set_price(const std::string& order, const std::string& component, const std::string& price) {
    for (Json& each : rows("MaintOrderOpComponent")) {
        if (each.text_or("MaintenanceOrder") != order || each.text_or("MaintenanceOrderComponent") != component)
            continue;
        each.set("MaintOrderOpComponentPrice", price);
        each.set("MaintOrdOpCompPriceUnitQty", "1");
    }
}

void Plant::add_rule(const std::string& order, const std::string& field, const std::string& code,
                     const std::string& percent) {
    const std::string sequence = padded(static_cast<int>(rows("MaintOrderSettlmtDistrRule").size()) + 1, 7);
    Json row = Json::object({{"MaintenanceOrder", order},
                             {"Ledger", "0L"},
                             {"LedgerGroup", ""},
                             {"SettlementDistributionRuleGrp", "1"},
                             {"SettlmtDistrRuleSequence", sequence},
                             {"SettlementPercentageRate", percent}});
    row.set(field, code);
    add_row("MaintOrderSettlmtDistrRule", std::move(row));
    set_field(order, "MaintenanceActivityType", "002");
}

std::string Plant::confirm(const std::string& order, const std::string& hours, const std::string& activity,
                           const std::string& unit) {
    const std::string number = std::to_string(++confirmations_);
    add_row("MaintOrderConfirmation", Json::object({{"MaintOrderConf", number},
                                                    {"MaintOrderConfCntrValue", "1"},
                                                    {"MaintenanceOrder", order},
                                                    {"MaintenanceOrderOperation", "0010"},
                                                    {"PersonnelNumber", "00001042"},
                                                    {"ActualWorkQuantity", hours},
                                                    {"ActualWorkQuantityUnit", unit},
                                                    {"ActivityType", activity},
                                                    {"PostingDate", "/Date(1795478400000)/"},
                                                    {"IsReversed", false},
                                                    {"IsReversal", false}}));
    set_words(order, "REL  PCNF PRC");
    return number + "/1";
}

void Plant::reverse_confirmation(const std::string& name) {
    Json* row = row_of("MaintOrderConfirmation", {{"MaintOrderConf", name.substr(0, name.find('/'))}});
    odata::test::demand(row != nullptr, "no confirmation " + name);
    Json opposite = *row;
    row->set("IsReversed", true);
    opposite.set("MaintOrderConfCntrValue", "2");
    opposite.set("IsReversal", true);
    const std::string order = row->text_or("MaintenanceOrder");
    add_row("MaintOrderConfirmation", std::move(opposite));
    set_words(order, "REL  PRC");
}

std::string Plant::issue(const std::string& order, const std::string& component, const std::string& material,
                         const std::string& quantity, const std::string& type) {
    const std::string number = std::to_string(++documents_);
    Json row = Json::object({{"MaterialDocumentYear", "2026"},
                             {"MaterialDocument", number},
                             {"MaterialDocumentItem", "1"},
                             {"Material", material},
                             {"Plant", "1010"},
                             {"StorageLocation", "MAIN"},
                             {"GoodsMovementType", type},
                             {"MaterialBaseUnit", "EA"},
                             {"QuantityInBaseUnit", quantity},
                             {"ManufacturingOrder", order},
                             {"GoodsMovementIsCancelled", false}});
    for (Json& each : rows("MaintOrderOpComponent")) {
        const bool is_its =
            each.text_or("MaintenanceOrder") == order && each.text_or("MaintenanceOrderComponent") == component;
        if (!is_its) continue;
        row.set("Reservation", each.text_or("Reservation"));
        row.set("ReservationItem", each.text_or("ReservationItem"));
    }
    add_row("A_MaterialDocumentItem", std::move(row));
    set_field(order, "MaintenanceActivityType", "003");
    return number;
}

model::Command Plant::sample(const std::string& kind) {
    const std::string number = std::to_string(++samples_);
    model::Command command;
    command.key = "7ZQK9M2P4R6T" + padded(samples_, 4);
    command.order_key = command.key;
    command.connector = "cmms";
    command.kind = kind;
    command.noun = "link";
    Json payload = Json::object({{"reference", command.key}});
    if (kind == "workorder.create") {
        payload.set("title", "Check bearing " + number);
        payload.set("asset", "10000017");
        payload.set("failure_code", "VIB");
        payload.set("due_at", "2026-12-01T10:00:00Z");
    } else {
        payload.set("work_order", make_order());
        if (kind == "workorder.link") payload.set("erp_order", "80000" + number);
        if (kind == "workorder.status") {
            payload.set("status", "completed");
            payload.set("at", "2026-11-25T10:00:00Z");
        }
    }
    command.payload = payload.dump();
    return command;
}

std::size_t Plant::effects(const model::Command& command) const {
    const auto counted = [&](const char* set, const char* field) {
        return static_cast<std::size_t>(std::count_if(rows(set).begin(), rows(set).end(), [&](const Json& row) {
            const std::string value = row.text_or(field);
            return value == command.key || value.starts_with(command.key + " ");
        }));
    };
    if (command.kind == "workorder.create")
        return counted("MaintenanceNotification", "MaintNotifExtReferenceNumber") +
               counted(orders, "AdditionalDeviceData");
    if (command.kind == "workorder.link") return counted(orders, "MaintObjectFreeDefinedAttrib");
    const auto payload = Json::parse(command.payload);
    if (!payload || !payload->is_object()) return 0;
    const std::string number = name_of(payload->text_or("work_order")).number;
    std::size_t sum = 0;
    for (const auto& [name, count] : steps_)
        if (name.starts_with(number + "/")) sum += count;
    return sum;
}

}  // namespace tieline::connectors::sap_maintenance::test
