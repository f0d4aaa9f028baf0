#include "connectors/sap_s4/wire.h"

#include "base/decimal.h"
#include "connectors/odata/odata.h"
#include "connectors/soap/soap.h"

#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

/// Source: SAP's journal entry service, namespace of its request.
constexpr std::string_view journal_space = "http://sap.com/xi/SAPSCORE/SFIN";

const std::vector<Route>& all_routes() {
    static const std::vector<std::string_view> movement{"MaterialDocument", "MaterialDocumentYear"};
    static const std::vector<std::string_view> issues{"201", "202", "241", "242", "261", "262"},
        scraps{"551", "552", "553", "554", "555", "556"};
    static const std::vector<std::string_view> requisition{"PurchaseRequisition", "PurchaseRequisitionItem"};
    static const std::vector<std::string_view> confirmation{"MaintOrderConf", "MaintOrderConfCntrValue"};
    static const std::vector<std::string_view> reservation{"Reservation", "ReservationItem", "RecordType"};
    static const std::vector<Route> all{
        {"journal.post", "journal.post", Way::soap},
        {"journal.reverse", "journal.reverse", Way::soap, "document"},
        {"goods_issue.post", "goods_issue.post", Way::create, "", {}, "to_MaterialDocumentItem", movement, issues},
        {"goods_issue.reverse", "movement.reverse", Way::call, "document", {}, "", movement},
        {"scrap.post", "scrap.post", Way::create, "", {}, "to_MaterialDocumentItem", movement, scraps},
        {"scrap.reverse", "movement.reverse", Way::call, "document", {}, "", movement},
        {"requisition.create", "requisition.create", Way::create, "", {}, "to_PurchaseReqnItem", requisition},
        {"requisition.change", "requisition.change", Way::patch, "requisition", requisition},
        {"requisition.cancel", "requisition.cancel", Way::patch, "requisition", requisition},
        {"reservation.create",
         "reservation.create",
         Way::create,
         "",
         {},
         "to_ReservationDocumentItem",
         {"Reservation", "ReservationItem"}},
        {"reservation.change", "reservation.change", Way::patch, "reservation", reservation},
        {"reservation.cancel", "reservation.cancel", Way::patch, "reservation", reservation},
        {"order.create", "order.create", Way::create, "", {}, "to_MaintenanceOrderOperation", {"MaintenanceOrder"}},
        {"order.change", "order.change", Way::patch, "erp_order", {"MaintenanceOrder"}},
        {"confirmation.post", "confirmation.post", Way::create, "", {}, "", confirmation},
        {"confirmation.reverse", "confirmation.reverse", Way::call, "document", {}, "", confirmation},
        {"purchase_order.change",
         "purchase_order.change",
         Way::patch,
         "purchase_order",
         {"PurchaseOrder", "PurchaseOrderItem"}},
        {"purchase_order.cancel", "purchase_order.cancel", Way::remove, "purchase_order", {"PurchaseOrder"}},
        {"inspection_result.record",
         "inspection_result.record",
         Way::create,
         "inspection_lot",
         {"InspectionLot"},
         "",
         {"InspectionLot", "InspPlanOperationInternalID", "InspectionCharacteristic"}},
        {"usage_decision.make",
         "usage_decision.make",
         Way::create,
         "inspection_lot",
         {"InspectionLot"},
         "",
         {"InspectionLot"}},
    };
    return all;
}

const std::vector<Route>& all_steps() {
    static const std::vector<Route> all{
        {"",
         "order.plan",
         Way::patch,
         "",
         {"MaintenanceOrder", "MaintenanceOrderOperation", "MaintenanceOrderSubOperation"}},
        {"",
         "order.receiver",
         Way::patch,
         "",
         {"MaintenanceOrder", "Ledger", "LedgerGroup", "SettlementDistributionRuleGrp", "SettlmtDistrRuleSequence"}},
        {"", "purchase_order.date", Way::patch, "", {"PurchasingDocument", "PurchasingDocumentItem", "ScheduleLine"}},
        {"", "order.release", Way::call},
        {"", "order.complete", Way::call},
        {"", "order.reopen", Way::call},
        {"", "order.cancel", Way::call},
    };
    return all;
}

/// Function parameters as literals of their types.
rest::Query parameters_of(const FieldMap& map, std::string_view table, const Json& body) {
    rest::Query query;
    for (const TargetField& field : map.targets(table)) {
        const std::string value = body.text_or(field.path);
        if (value.empty()) continue;
        query.emplace_back(field.path,
                           field.type == FieldType::date ? odata::date_literal(value) : odata::text_literal(value));
    }
    return query;
}

void take_apart(Json& source, const std::string& member) {
    const std::string text = source.text_or(member);
    if (text.empty()) return;
    const Name name = name_of(text);
    source.set(member + "_number", name.number);
    if (!name.part.empty()) source.set(member + "_part", name.part);
}

/// Work is confirmed in minutes: SAP keeps one decimal of it, and a quarter of an hour has two.
Result<void> put_minutes(Json& source) {
    const std::string hours = source.text_or("hours");
    if (hours.empty()) return {};
    const Result<Decimal> read = Decimal::parse(hours);
    const Result<Decimal> minutes = read ? read->times(Decimal::from_int(60)) : read;
    if (!minutes) return {};  // the map says what is wrong with it
    if (minutes->is_negative()) {
        return make_error(ErrorKind::invalid,
                          "SAP confirms no hours below zero (" + hours +
                              "); cancel the confirmation that is too much, or correct the work order's line",
                          "negative_hours", "hours");
    }
    const Result<Decimal> plain = minutes->rounded(minutes->scale_needed());
    source.set("minutes", plain ? plain->str() : minutes->str());
    return {};
}

/// Which movement it is follows from order and receiver; without either SAP's own message would help nobody.
Result<void> check_movement(const Route& route, const Json& body) {
    if (route.types.empty()) return {};
    for (const Json& item : odata::inner_rows(body, route.items)) {
        if (!item.text_or("GoodsMovementType").empty()) continue;
        return make_error(ErrorKind::invalid,
                          "the command " + std::string(route.kind) +
                              " names neither an order of the ERP nor a receiver of kind cost_center, internal_order "
                              "or asset, so that no movement type fits; correct the receiver",
                          "missing_field", "receiver");
    }
    return {};
}

}  // namespace

std::span<const Route> routes() { return all_routes(); }
std::span<const Route> steps() { return all_steps(); }

const Route& step_of(std::string_view table) {
    for (const Route& step : all_steps())
        if (step.table == table) return step;
    TIELINE_CHECK(false, "every step has its table");
}

Result<const Route*> route_of(const model::Command& command) {
    for (const Route& route : all_routes()) {
        if (route.kind == command.kind) return &route;
    }
    return make_error(ErrorKind::unsupported,
                      "the connector to SAP S/4HANA cannot do \"" + command.kind + "\"; see its README",
                      "unsupported_kind");
}

Name name_of(std::string_view document) {
    const std::size_t slash = document.find('/');
    if (slash == std::string_view::npos) return {std::string(document), {}};
    return {std::string(document.substr(0, slash)), std::string(document.substr(slash + 1))};
}

Result<Json> source_of(const Route& route, const model::Command& command) {
    TIELINE_TRY(Json source, Json::parse(command.payload));
    if (!source.is_object()) {
        return make_error(ErrorKind::invalid, "the command " + command.kind + " has no object as its content",
                          "wrong_type");
    }
    // The key is what find() looks for: a payload with another reference would be lost from sight.
    source.set("reference", command.key);
    for (const char* member : {"document", "requisition", "reservation"}) take_apart(source, member);
    if (route.kind == "purchase_order.change") {  // its two parts are members of their own
        source.set("purchase_order_number", source.text_or("purchase_order"));
        source.set("purchase_order_part", source.text_or("item"));
    }
    if (!route.number.empty()) {
        const std::string member(route.number);
        const bool is_whole = route.keys.size() == 1;  // an order's number has no part
        const bool is_named =
            is_whole ? !source.text_or(member).empty()
                     : !source.text_or(member + "_number").empty() && !source.text_or(member + "_part").empty();
        if (!is_named) {
            return make_error(ErrorKind::invalid,
                              "the command " + command.kind + " does not say which object in SAP it is about: its '" +
                                  member + "' is \"" + source.text_or(member) + "\"; " +
                                  (is_whole ? "its number is needed"
                                            : "number/year or number/item is needed, for example 4900000017/2026"),
                              "missing_field", member);
        }
    }
    if (route.kind == "confirmation.post") TIELINE_TRY_VOID(put_minutes(source));
    source.set("direction", source.text_or("quantity").starts_with('-') ? "return" : "issue");
    return source;
}

Result<Json> source_for(const Route& route, const model::Command& command, const Json& settings) {
    TIELINE_TRY(Json source, source_of(route, command));
    const bool goes_to_receiver = settings.text_or("order_issue") == "receiver";
    if (route.kind == "goods_issue.post" && goes_to_receiver) source.erase("erp_order");
    return source;
}

std::string set_of(const Places& places, const FieldMap& map, std::string_view table) {
    return places.odata + "/" + map.entity(table);
}

std::string service_of(const Places& places, const FieldMap& map, std::string_view table) {
    const std::string set = set_of(places, map, table);
    return set.substr(0, set.rfind('/'));
}

KeyField key_field(const FieldMap& map, std::string_view table) {
    KeyField found;
    for (const TargetField& field : map.targets(table)) {
        if (field.source != "reference" && field.source != "$.reference") continue;
        // The journal's message ids take it, too; the last one is the field of the document.
        found.field = field.path.substr(field.path.rfind('.') == std::string::npos ? 0 : field.path.rfind('.') + 1);
        found.max = field.max == 0 ? 16 : field.max;
    }
    return found;
}

std::string address_of(const Route& route, Json& body) {
    std::vector<std::pair<std::string, std::string>> keys;
    for (const std::string_view key : route.keys) {
        keys.emplace_back(std::string(key), odata::text_literal(body.text_or(key)));
        body.erase(key);
    }
    return odata::key_of(keys);
}

Result<net::HttpRequest> request_of(const rest::Access& access, const Places& places, const FieldMap& map,
                                    const Json& settings, const model::Command& command) {
    TIELINE_TRY(const Route* route, route_of(command));
    TIELINE_TRY(const Json source, source_for(*route, command, settings));
    TIELINE_TRY(Json body, map.apply(route->table, source, settings));
    const std::string set = set_of(places, map, route->table);
    switch (route->way) {
        case Way::soap:
            return soap::request(access, places.journal, journal_space, map.entity(route->table), soap::xml_of(body));
        case Way::create:
            TIELINE_TRY_VOID(check_movement(*route, body));
            return odata::write_request(access, "POST", set, body);
        case Way::call:
            return odata::write_request(access, "POST", set, Json(), parameters_of(map, route->table, body));
        case Way::patch: {
            const std::string address = address_of(*route, body);
            return odata::write_request(access, "PATCH", set + address, body);
        }
        case Way::remove:
            return odata::write_request(access, "DELETE", set + address_of(*route, body), Json());
    }
    TIELINE_CHECK(false, "every way has its case");
}

}  // namespace tieline::connectors::sap_s4
