// What people do in SAP itself, behind the connector's back.

#include "connectors/odata/odata.h"
#include "connectors/sap_s4/test_sap_peer.h"

namespace tieline::connectors::sap_s4::test {
namespace {

Json* row_with(Json::Array& rows, const std::string& field, const std::string& value) {
    for (Json& row : rows)
        if (row.text_or(field) == value) return &row;
    throw odata::test::FakeError("no " + field + " " + value);
}

}  // namespace

void SapPeer::add_product(const std::string& material) {
    rows("A_Product")
        .push_back(Json::object({{"Product", material},
                                 {"ProductType", "ERSA"},
                                 {"LastChangeDateTime", now_text()},
                                 {"IsMarkedForDeletion", false},
                                 {"BaseUnit", "EA"},
                                 {"IsBatchManagementRequired", false},
                                 {"SerialNumberProfile", ""}}));
    for (const auto& [unit, count] : {std::pair{"EA", "1"}, std::pair{"BOX", "12"}})
        rows("A_ProductUnitsOfMeasure")
            .push_back(Json::object({{"Product", material},
                                     {"AlternativeUnit", unit},
                                     {"QuantityNumerator", count},
                                     {"QuantityDenominator", "1"},
                                     {"BaseUnit", "EA"}}));
    rows("A_ProductPlant")
        .push_back(Json::object({{"Product", material}, {"Plant", "1010"}, {"IsMarkedForDeletion", false}}));
    for (const auto& [language, text] : {std::pair{"DE", "Teil "}, std::pair{"EN", "Part "}})
        rows("A_ProductDescription")
            .push_back(
                Json::object({{"Product", material}, {"Language", language}, {"ProductDescription", text + material}}));
}

void SapPeer::change_product(const std::string& material, const std::string& field, Json value) {
    if (Json* row = row_with(rows("A_Product"), "Product", material)) {
        row->set(field, std::move(value));
        row->set("LastChangeDateTime", now_text());
    }
}

std::string SapPeer::make_order(const std::string& material, const std::string& quantity, const std::string& unit,
                                const std::string& day) {
    const std::string made = std::to_string(++orders_);
    rows("A_PurchaseOrder")
        .push_back(Json::object({{"PurchaseOrder", made},
                                 {"CompanyCode", "1000"},
                                 {"PurchaseOrderType", "NB"},
                                 {"PurchasingDocumentDeletionCode", ""},
                                 {"PurchasingProcessingStatus", "05"},
                                 {"LastChangeDateTime", now_text()},
                                 {"Supplier", "V-200"},
                                 {"DocumentCurrency", "EUR"},
                                 {"ReleaseIsNotCompleted", false}}));
    rows("A_PurchaseOrderItem")
        .push_back(Json::object({{"PurchaseOrder", made},
                                 {"PurchaseOrderItem", "10"},
                                 {"PurchasingDocumentDeletionCode", ""},
                                 {"Plant", "1010"},
                                 {"StorageLocation", "MAIN"},
                                 {"OrderQuantity", quantity},
                                 {"PurchaseOrderQuantityUnit", unit},
                                 {"DocumentCurrency", "EUR"},
                                 {"NetPriceAmount", "4.50"},
                                 {"NetPriceQuantity", "1"},
                                 {"IsCompletelyDelivered", false},
                                 {"IsFinallyInvoiced", false},
                                 {"AccountAssignmentCategory", ""},
                                 {"PurchaseRequisition", ""},
                                 {"PurchaseRequisitionItem", "00000"},
                                 {"Material", material}}));
    rows("A_PurchaseOrderScheduleLine")
        .push_back(Json::object({{"PurchasingDocument", made},
                                 {"PurchasingDocumentItem", "10"},
                                 {"ScheduleLine", "1"},
                                 {"ScheduleLineDeliveryDate", json_day(day)},
                                 {"ScheduleLineOrderQuantity", quantity},
                                 {"ScheduleLineCommittedQuantity", "0"}}));
    return made;
}

void SapPeer::change_order(const std::string& number_text, const std::string& field, Json value) {
    Json* header = row_with(rows("A_PurchaseOrder"), "PurchaseOrder", number_text);
    Json* item = row_with(rows("A_PurchaseOrderItem"), "PurchaseOrder", number_text);
    if (header == nullptr || item == nullptr) return;
    (field == "ReleaseIsNotCompleted" ? header : item)->set(field, std::move(value));
    header->set("LastChangeDateTime", now_text());
}

std::string SapPeer::receive(const std::string& order_number, const std::string& quantity, const std::string& type) {
    Json* ordered = row_with(rows("A_PurchaseOrderItem"), "PurchaseOrder", order_number);
    if (ordered == nullptr) return {};
    // The order's own time of change stays as it is: whether SAP changes it with a receipt is not known.
    Json item = Json::object({{"Material", ordered->text_or("Material")},
                              {"Plant", "1010"},
                              {"StorageLocation", "MAIN"},
                              {"GoodsMovementType", type},
                              {"PurchaseOrder", order_number},
                              {"PurchaseOrderItem", "10"},
                              {"EntryUnit", "EA"},
                              {"QuantityInEntryUnit", quantity},
                              {"CompanyCodeCurrency", "EUR"},
                              {"GdsMvtExtAmtInCoCodeCrcy", number(quantity).times(number("4.50"))->str()}});
    insert_document(Json::object({{"PostingDate", json_day("2026-11-24")}}), Json::Array{item});
    const Json& header = rows("A_MaterialDocumentHeader").back();
    return header.text_or("MaterialDocument") + "/" + header.text_or("MaterialDocumentYear");
}

std::string SapPeer::make_requisition(const std::string& material) {
    const std::string made = std::to_string(++requisitions_);
    rows("A_PurchaseRequisitionItem")
        .push_back(Json::object({{"PurchaseRequisition", made},
                                 {"PurchaseRequisitionItem", "10"},
                                 {"PurchasingDocument", ""},
                                 {"PurReqnReleaseStatus", "02"},
                                 {"Material", material},
                                 {"Plant", "1010"},
                                 {"StorageLocation", "MAIN"},
                                 {"CompanyCode", "1000"},
                                 {"RequestedQuantity", "10.000"},
                                 {"OrderedQuantity", "0.000"},
                                 {"BaseUnit", "EA"},
                                 {"DeliveryDate", json_day("2026-12-10")},
                                 {"IsDeleted", ""},
                                 {"IsClosed", false},
                                 {"ReleaseIsNotCompleted", true},
                                 {"ItemNetAmount", "45.00"},
                                 {"PurReqnItemCurrency", "EUR"},
                                 {"PurReqnExternalReference", ""},
                                 {"LastChangeDateTime", now_text()}}));
    return made + "/10";
}

void SapPeer::change_requisition(const std::string& name, const std::string& field, Json value) {
    Json* row = row_with(rows("A_PurchaseRequisitionItem"), "PurchaseRequisition", name.substr(0, name.find('/')));
    if (row == nullptr) return;
    row->set(field, std::move(value));
    row->set("LastChangeDateTime", now_text());
}

std::string SapPeer::make_reservation(const std::string& material, const std::string& quantity) {
    const std::string made = std::to_string(++reservations_);
    rows("A_ReservationDocumentItem")
        .push_back(Json::object({{"Reservation", made},
                                 {"ReservationItem", "1"},
                                 {"RecordType", ""},
                                 {"Product", material},
                                 {"Plant", "1010"},
                                 {"StorageLocation", "MAIN"},
                                 {"BaseUnit", "EA"},
                                 {"MatlCompRequirementDate", json_day("2026-12-01")},
                                 {"ReservationItemIsFinallyIssued", false},
                                 {"ReservationItmIsMarkedForDeltn", false},
                                 {"ResvnItmRequiredQtyInBaseUnit", quantity},
                                 {"ResvnItmWithdrawnQtyInBaseUnit", "0.000"},
                                 {"GoodsRecipientName", ""},
                                 {"UnloadingPointName", ""}}));
    return made + "/1";
}

void SapPeer::add_cost_center(const std::string& code, const std::string& from, const std::string& to,
                              bool is_blocked) {
    rows("A_CostCenter")
        .push_back(Json::object({{"ControllingArea", "A000"},
                                 {"CostCenter", code},
                                 {"ValidityEndDate", json_day(to)},
                                 {"ValidityStartDate", json_day(from)},
                                 {"CompanyCode", "1000"},
                                 {"CostCenterCurrency", "EUR"},
                                 {"IsBlkdForPrimaryCostsPosting", is_blocked ? "X" : ""}}));
    rows("A_CostCenterText")
        .push_back(Json::object({{"CostCenter", code},
                                 {"ControllingArea", "A000"},
                                 {"Language", "EN"},
                                 {"ValidityEndDate", json_day(to)},
                                 {"CostCenterName", "Center " + code},
                                 {"CostCenterDescription", "Cost center " + code}}));
}

void SapPeer::add_internal_order(const std::string& code, const std::string& name, bool is_deleted) {
    add_row("A_InternalOrder", Json::object({{"InternalOrder", code},
                                             {"InternalOrderDescription", name},
                                             {"Currency", "EUR"},
                                             {"IsDeleted", is_deleted},
                                             {"CompanyCode", "1000"},
                                             {"OrderType", "0400"},
                                             {"ResponsibleCostCenter", "CC-100"}}));
}

void SapPeer::add_equipment(const std::string& number_text, const std::string& name) {
    rows("Equipment")
        .push_back(Json::object({{"Equipment", number_text},
                                 {"ValidityEndDate", json_day("9999-12-31")},
                                 {"EquipmentName", name},
                                 {"MaintenancePlant", "1010"},
                                 {"CompanyCode", "1000"},
                                 {"LastChangeDateTime", now_text()},
                                 {"EquipmentIsMarkedForDeletion", false},
                                 {"EquipmentIsInactive", false}}));
}

}  // namespace tieline::connectors::sap_s4::test
