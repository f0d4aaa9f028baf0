// What the fake carries out: movements, requisitions, reservations; and the sample commands of the contract.

#include "connectors/odata/odata.h"
#include "connectors/sap_s4/test_sap_peer.h"

#include <algorithm>

namespace tieline::connectors::sap_s4::test {
namespace {

const std::map<std::string, std::string>& reversal_types() {
    static const std::map<std::string, std::string> types{
        {"201", "202"}, {"202", "201"}, {"241", "242"}, {"242", "241"}, {"261", "262"}, {"262", "261"},
        {"551", "552"}, {"552", "551"}, {"553", "554"}, {"554", "553"}, {"555", "556"}, {"556", "555"}};
    return types;
}

bool takes_from_stock(const std::string& type) {
    return type == "201" || type == "241" || type == "261" || type == "551" || type == "553" || type == "555" ||
           type == "102" || type == "122";
}

Json::Array items_of(Json& body, const std::string& navigation) {
    Json::Array items = odata::inner_rows(body, navigation);
    body.erase(navigation);
    return items;
}

}  // namespace

SapPeer::Answer SapPeer::checked_movement(const Json& item) const {
    const std::string material = item.text_or("Material"), type = item.text_or("GoodsMovementType");
    if (!stock.contains(material))
        return refused(400, "M3/305", "Material " + material + " does not exist", "Material");
    if (pitfalls.locked.contains(material))
        return refused(400, "M3/024", "Valuation data of material " + material + " is locked by user PLANNER");
    if (item.text_or("Plant") != "1010") return refused(400, "M7/018", "Enter a plant that exists", "Plant");
    if (item.text_or("StorageLocation").empty()) return refused(400, "M7/018", "Enter Stor. Location");
    if (item.text_or("EntryUnit") != "EA")
        return refused(400, "M7/026", "Unit " + item.text_or("EntryUnit") + " is not defined for " + material,
                       "EntryUnit");
    if (!reversal_types().contains(type)) return refused(400, "M7/120", "Movement type " + type + " does not exist");
    const Decimal quantity = number(item.text_or("QuantityInEntryUnit", "0"));
    if (!(quantity > Decimal::from_int(0))) return refused(400, "M7/095", "Enter a quantity above zero");
    const bool to_cost_center = type == "201" || type == "202" || type.starts_with("55");
    if (to_cost_center && item.text_or("CostCenter").empty()) return refused(400, "M7/018", "Enter Cost Center");
    if (to_cost_center && !cost_centers.contains(item.text_or("CostCenter")))
        return refused(400, "KI/265", "Cost center " + item.text_or("CostCenter") + " does not exist", "CostCenter");
    if (type.starts_with("26") && item.text_or("ManufacturingOrder").empty())
        return refused(400, "M7/018", "Enter Order");
    for (const Json& order_row : rows("MaintenanceOrder")) {
        const std::string line = " " + order_row.text_or("SystemStatusText") + " ";
        const bool is_its = order_row.text_or("MaintenanceOrder") == item.text_or("ManufacturingOrder");
        if (is_its && (line.find(" CRTD ") != std::string::npos || line.find(" DLFL ") != std::string::npos))
            return refused(400, "IW/108", "Order is not released for goods movements", "ManufacturingOrder");
    }
    if (!item.text_or("ManufacturingOrder").empty() && !item.text_or("Reservation").empty())
        return refused(400, "M7/131", "Movement type 261 does not fit the reservation", "Reservation");
    if (type.starts_with("24") && item.text_or("MasterFixedAsset").empty())
        return refused(400, "M7/018", "Enter Asset");
    if (takes_from_stock(type) && quantity > number(stock.at(material)))
        return refused(400, "M7/021", "Deficit of SL Unrestricted-use " + material, "QuantityInEntryUnit");
    return {};
}

void SapPeer::insert_document(Json header, const Json::Array& items) {
    const std::string document = std::to_string(++documents_);
    const std::string year = day_of(header.text_or("PostingDate")).substr(0, 4);
    header.set("MaterialDocument", document);
    const std::string now = format_time(WallTime(Millis(clock_ms_ += clock_step_ms_)));
    header.set("CreationDate", json_day(now.substr(0, 10)));
    header.set("CreationTime", "PT" + now.substr(11, 2) + "H" + now.substr(14, 2) + "M" + now.substr(17, 2) + "S");
    header.set("MaterialDocumentYear", year);
    rows("A_MaterialDocumentHeader").push_back(header);
    int line = 0;
    for (Json item : items) {
        item.set("MaterialDocument", document);
        item.set("MaterialDocumentYear", year);
        item.set("MaterialDocumentItem", std::to_string(++line));
        item.set("GoodsMovementIsCancelled", false);
        item.set("MaterialBaseUnit", "EA");
        if (item.text_or("QuantityInBaseUnit").empty())
            item.set("QuantityInBaseUnit", item.text_or("QuantityInEntryUnit"));
        const Decimal quantity = number(item.text_or("QuantityInBaseUnit"));
        std::string& held = stock[item.text_or("Material")];
        const bool takes = takes_from_stock(item.text_or("GoodsMovementType"));
        held = (takes ? number(held).minus(quantity) : number(held).plus(quantity))->str();
        rows("A_MaterialDocumentItem").push_back(std::move(item));
    }
}

SapPeer::Answer SapPeer::move(Json body) {
    const Json::Array items = items_of(body, "to_MaterialDocumentItem");
    const std::string day = day_of(body.text_or("PostingDate"));
    if (items.empty()) return refused(400, "M7/042", "Document without items");
    if (day < pitfalls.open_from || day > pitfalls.open_to)
        return refused(400, "M7/053", "Posting only possible in periods 2026/11 and 2026/12 in company code 1000");
    const std::string code = body.text_or("GoodsMovementCode");
    for (const Json& item : items) {
        const bool takes = takes_from_stock(item.text_or("GoodsMovementType"));
        if (code != (takes ? "03" : "06"))
            return refused(400, "M7/130", "Movement type does not fit goods movement code " + code,
                           "GoodsMovementCode");
        Answer checked = checked_movement(item);
        if (checked.status != 200) return checked;
    }
    insert_document(body, items);
    Json made = rows("A_MaterialDocumentHeader").back();
    made.set("to_MaterialDocumentItem", Json::object({{"results", Json::array()}}));
    return {201, made, {}};
}

SapPeer::Answer SapPeer::call(const std::string& function, const Keys& parameters) {
    if (function == "CancelMaintOrderConfirmation") return cancel_confirmation(parameters);
    if (function.find("Maint") != std::string::npos) return call_maintenance(function, parameters);
    if (function != "Cancel") return refused(404, "X/404", "Unknown function " + function);
    Keys given = parameters;
    if (given.size() != 3 || day_of(given["PostingDate"]).empty())
        return refused(400, "X/400", "Parameters are missing");
    const std::string day = day_of(given["PostingDate"]);
    if (day < pitfalls.open_from || day > pitfalls.open_to) return refused(400, "M7/053", "Posting period is not open");
    Json::Array items;
    Json header;
    for (const Json& row : rows("A_MaterialDocumentHeader")) {
        const bool is_it = row.text_or("MaterialDocument") == given["MaterialDocument"] &&
                           row.text_or("MaterialDocumentYear") == given["MaterialDocumentYear"];
        if (is_it) header = row;
    }
    if (header.is_null())
        return refused(400, "M7/001", "Check table: document " + given["MaterialDocument"] + " does not exist");
    for (Json& item : rows("A_MaterialDocumentItem")) {
        const bool is_its = item.text_or("MaterialDocument") == given["MaterialDocument"] &&
                            item.text_or("MaterialDocumentYear") == given["MaterialDocumentYear"];
        if (!is_its) continue;
        if (item.bool_or("GoodsMovementIsCancelled", false))
            return refused(400, "M7/360", "Document contains no item that can be cancelled");
        if (pitfalls.locked.contains(item.text_or("Material")))
            return refused(400, "M3/024", "Valuation data of material is locked");
        item.set("GoodsMovementIsCancelled", true);
        Json reversed = item;
        reversed.set("GoodsMovementType", reversal_types().at(item.text_or("GoodsMovementType")));
        reversed.set("ReversedMaterialDocument", item.text_or("MaterialDocument"));
        reversed.set("ReversedMaterialDocumentYear", item.text_or("MaterialDocumentYear"));
        reversed.set("ReversedMaterialDocumentItem", item.text_or("MaterialDocumentItem"));
        items.push_back(std::move(reversed));
    }
    header.set("PostingDate", json_day(day));
    header.set("CreatedByUser", pitfalls.cancels_as);
    if (!pitfalls.cancel_copies_reference) header.erase("ReferenceDocument");
    insert_document(header, items);
    return {200, rows("A_MaterialDocumentHeader").back(), {}};
}

SapPeer::Answer SapPeer::order(Json body) {
    Json::Array items = items_of(body, "to_PurchaseReqnItem");
    if (items.empty() || body.text_or("PurchaseRequisitionType") != "NB")
        return refused(400, "ME/013", "Document type is not allowed");
    const std::string made = std::to_string(++requisitions_);
    for (Json& item : items) {
        if (!stock.contains(item.text_or("Material")))
            return refused(400, "M3/305", "Material does not exist", "Material");
        if (item.text_or("Plant") != "1010") return refused(400, "ME/027", "Plant does not exist", "Plant");
        if (item.text_or("BaseUnit") != "EA") return refused(400, "06/209", "Unit is not defined", "BaseUnit");
        if (!(number(item.text_or("RequestedQuantity", "0")) > Decimal::from_int(0)))
            return refused(400, "06/216", "Enter a quantity", "RequestedQuantity");
        item.set("PurchaseRequisition", made);
        item.set("PurReqnReleaseStatus", "02");
        item.set("ProcessingStatus", "N");
        item.set("IsDeleted", "");
        item.set("IsClosed", false);
        item.set("OrderedQuantity", "0");
        item.set("PurReqnItemCurrency", "EUR");
        item.set("ItemNetAmount", "0.00");
        item.set("LastChangeDateTime", now_text());
    }
    body.set("PurchaseRequisition", made);
    rows("A_PurchaseRequisitionHeader").push_back(body);
    Json::Array& all = rows("A_PurchaseRequisitionItem");
    all.insert(all.end(), items.begin(), items.end());
    body.set("to_PurchaseReqnItem", Json::object({{"results", Json(items)}}));
    return {201, body, {}};
}

SapPeer::Answer SapPeer::reserve(Json body) {
    Json::Array items = items_of(body, "to_ReservationDocumentItem");
    const std::string type = body.text_or("GoodsMovementType");
    if (type == "201" ? body.text_or("CostCenter").empty() : body.text_or("OrderID").empty())
        return refused(400, "M7/018", "Enter an account assignment");
    const std::string made = std::to_string(++reservations_);
    int line = 0;
    for (Json& item : items) {
        if (!stock.contains(item.text_or("Product")))
            return refused(400, "M3/305", "Material does not exist", "Product");
        if (!(number(item.text_or("ResvnItmRequiredQtyInEntryUnit", "0")) > Decimal::from_int(0)))
            return refused(400, "M7/095", "Enter a quantity");
        std::string number_text = std::to_string(++line);
        number_text.insert(0, 4 - number_text.size(), '0');
        item.set("Reservation", made);
        item.set("ReservationItem", number_text);
        item.set("RecordType", "");
        item.set("ReservationItmIsMarkedForDeltn", false);
        item.set("ReservationItemIsFinallyIssued", false);
        item.set("BaseUnit", "EA");
        item.set("ResvnItmRequiredQtyInBaseUnit", item.text_or("ResvnItmRequiredQtyInEntryUnit"));
        item.set("ResvnItmWithdrawnQtyInBaseUnit", "0.000");
    }
    body.set("Reservation", made);
    rows("A_ReservationDocumentHeader").push_back(body);
    Json::Array& all = rows("A_ReservationDocumentItem");
    all.insert(all.end(), items.begin(), items.end());
    body.set("to_ReservationDocumentItem", Json::object({{"results", Json(items)}}));
    return {201, body, {}};
}

SapPeer::Answer SapPeer::create(const std::string& set, Json body) {
    for (auto& [name, value] : body.members()) {
        if (value.is_string() && value.string().ends_with("T00:00:00")) value = json_day(day_of(value.string()));
    }
    if (set == "A_MaterialDocumentHeader") return move(std::move(body));
    if (set == "A_PurchaseRequisitionHeader") return order(std::move(body));
    if (set == "A_ReservationDocumentHeader") return reserve(std::move(body));
    if (set == "A_InspectionResult") return record_result(std::move(body));
    if (set == "A_InspLotUsageDecision") return decide(std::move(body), false);
    if (set == "MaintOrderConfirmation") return confirm(std::move(body));
    if (set == "MaintenanceOrder") return maintain(std::move(body));
    return refused(405, "X/405", "Nothing can be created in " + set);
}

SapPeer::Answer SapPeer::remove(const std::string& set, const Keys& keys) {
    if (set != "A_PurchaseOrder") return refused(405, "X/405", "Nothing can be deleted in " + set);
    const std::string order_number = keys.at("PurchaseOrder");
    if (pitfalls.locked.contains(order_number))
        return refused(400, "ME/006", "Document " + order_number + " is being processed by BUYER");
    for (Json& row : rows(set)) {
        if (row.text_or("PurchaseOrder") != order_number) continue;
        if (!row.text_or("PurchasingDocumentDeletionCode").empty())
            return refused(400, "06/115", "Purchase order " + order_number + " is deleted already");
        row.set("PurchasingDocumentDeletionCode", "L");
        row.set("LastChangeDateTime", now_text());
        return {204, Json(), {}};
    }
    return refused(404, "/IWBEP/CM_MGW_RT/020", "Resource not found");
}

SapPeer::Answer SapPeer::change_purchase(const std::string& set, const Keys& keys, const Json& body) {
    const auto named = keys.find("PurchaseOrder");
    const std::string order_number = named != keys.end() ? named->second : keys.at("PurchasingDocument");
    if (pitfalls.locked.contains(order_number))
        return refused(400, "ME/006", "Document " + order_number + " is being processed by BUYER");
    for (Json& row : rows(set)) {
        if (!odata::test::matches(row, keys)) continue;
        for (const auto& [name, value] : body.members())
            row.set(name, value.is_string() && !day_of(value.string()).empty() ? Json(json_day(day_of(value.string())))
                                                                               : value);
        change_order(order_number, "PurchaseOrder", Json(order_number));
        return {204, Json(), {}};
    }
    return refused(404, "/IWBEP/CM_MGW_RT/020", "Resource not found");
}

SapPeer::Answer SapPeer::patch(const std::string& set, const Keys& keys, const Json& body) {
    if (set.starts_with("A_PurchaseOrder")) return change_purchase(set, keys, body);
    if (set == "A_InspLotUsageDecision") {
        if (pitfalls.decision_changes) return refused(412, "/IWBEP/CM_MGW_RT/023", "Precondition failed");
        Json whole = body;
        whole.set("InspectionLot", keys.at("InspectionLot"));
        return decide(std::move(whole), true);
    }
    if (set.starts_with("Maint")) return change_maintenance(set, keys, body);
    const bool patched = set == "A_PurchaseRequisitionItem" || set == "A_ReservationDocumentItem";
    if (!patched) return refused(405, "X/405", "Nothing can be changed in " + set);
    for (Json& row : rows(set)) {
        if (!odata::test::matches(row, keys)) continue;
        const std::string number_text = row.text_or("PurchaseRequisition", row.text_or("Reservation"));
        if (pitfalls.locked.contains(number_text))
            return refused(400, "ME/006", "Document " + number_text + " is being processed by BUYER");
        if (row.text_or("IsDeleted") == "X" || row.bool_or("ReservationItmIsMarkedForDeltn", false))
            return refused(400, "ME/058", "The item is deleted and cannot be changed");
        if (!row.text_or("PurchasingDocument").empty())
            return refused(400, "ME/062", "The item is ordered already and cannot be changed");
        for (const auto& [name, value] : body.members()) row.set(name, value);
        if (const Json* entered = body.find("ResvnItmRequiredQtyInEntryUnit"))  // its unit is the base unit here
            row.set("ResvnItmRequiredQtyInBaseUnit", *entered);
        if (set == "A_PurchaseRequisitionItem") row.set("LastChangeDateTime", now_text());
        return {204, Json(), {}};
    }
    return refused(404, "/IWBEP/CM_MGW_RT/020", "Resource not found");
}

model::Command SapPeer::sample(const std::string& kind) {
    model::Command command;
    command.kind = kind;
    std::string mark = std::to_string(++counter_);
    // The first characters tell keys apart, as those of real keys do: some fields take only ten.
    command.key = mark + "K" + std::string(15 - mark.size(), 'Z');
    const std::string head = R"({"work_order":"WO-000123","company_code":"1000","text":"WO-000123 Leaking valve",)"
                             R"("reference":")" +
                             command.key + "\",";
    const std::string part = R"("part":"SEAL-9","quantity":"2","unit":"EA","storeroom":"MAIN")";
    const std::string receiver = R"("receiver":{"kind":"cost_center","code":"CC-100"},"posting_date":"2026-11-24")";
    if (kind == "journal.post") {
        command.payload =
            head + R"("currency":"EUR","posting_date":"2026-11-24","document_date":"2026-11-23","lines":[)"
                   R"({"side":"debit","account":"610000","amount":"12.50","receiver":{"kind":"cost_center",)"
                   R"("code":"CC-100"},"text":"2.5 H MECH"},{"side":"credit","account":"181000","amount":"12.50"}]})";
    } else if (kind == "goods_issue.post") {
        command.payload = head + part + "," + receiver + "}";
    } else if (kind == "scrap.post") {
        command.payload = head + part + "," + receiver + R"(,"reason_code":"0001"})";
    } else if (kind == "requisition.create") {
        command.payload =
            head + part + R"(,"delivery_date":"2026-12-10","vendor":"V-200","work_orders":["WO-000123"]})";
    } else if (kind == "reservation.create") {
        command.payload = head + part + R"(,"needed_on":"2026-12-01"})";
    }
    return command.payload.empty() ? sample_about(std::move(command), head) : command;
}

/// About an object that is made behind the connector's back.
model::Command SapPeer::sample_about(model::Command command, const std::string& head) {
    const std::string& kind = command.kind;
    const std::string about = kind.substr(0, kind.find('.'));
    if (about == "inspection_result" || about == "usage_decision") return sample_quality(std::move(command), head);
    if (about == "confirmation") return sample_confirmation(std::move(command), head);
    if (about == "order") return sample_order(std::move(command), head);
    const Json item = Json::object({{"Material", "SEAL-9"}, {"Plant", "1010"}, {"StorageLocation", "MAIN"}});
    if (about == "journal") {
        const std::string document = seed_journal();
        command.payload = head + R"("document":")" + document + R"(","posting_date":"2026-11-25","reason":"reopened"})";
    } else if (about == "goods_issue" || about == "scrap") {
        Json moved = item;
        moved.set("GoodsMovementType", about == "scrap" ? "551" : "201");
        moved.set("QuantityInEntryUnit", "2");
        insert_document(Json::object({{"PostingDate", json_day("2026-11-24")}, {"ReferenceDocument", "ANOTHER"}}),
                        Json::Array{moved});
        const Json& header = rows("A_MaterialDocumentHeader").back();
        cancels_[command.key] = header.text_or("MaterialDocument");
        command.payload = head + R"("document":")" + header.text_or("MaterialDocument") + "/" +
                          header.text_or("MaterialDocumentYear") + R"(","posting_date":"2026-11-25","reason":"wrong"})";
    } else if (about == "requisition") {
        const std::string made = std::to_string(++requisitions_);
        rows("A_PurchaseRequisitionItem")
            .push_back(Json::object({{"PurchaseRequisition", made},
                                     {"PurchaseRequisitionItem", "10"},
                                     {"RequestedQuantity", "1"},
                                     {"PurReqnReleaseStatus", "02"}}));
        command.payload = head + R"("requisition":")" + made +
                          R"(/10","quantity":"5","unit":"EA","delivery_date":"2026-12-12","reason":"not needed"})";
    } else if (about == "purchase_order") {
        const std::string made = make_order("SEAL-9");
        change_order(made, "ReleaseIsNotCompleted", true);
        command.payload = head + R"("purchase_order":")" + made +
                          R"(","item":"10","quantity":"5","unit":"EA","reason":"not needed"})";
    } else if (about == "reservation") {
        const std::string made = make_reservation("SEAL-9", "1.000");
        rows("A_ReservationDocumentItem").back().set("UnloadingPointName", "ANOTHER");
        command.payload = head + R"("reservation":")" + made +
                          R"(","quantity":"5","unit":"EA","needed_on":"2026-12-12","reason":"not needed"})";
    }
    return command;
}

std::size_t SapPeer::effects(const model::Command& command) const {
    const auto payload = Json::parse(command.payload);
    const auto count = [&](const char* set, const char* field, const std::string& value) {
        const Json::Array& all = rows(set);
        return static_cast<std::size_t>(
            std::count_if(all.begin(), all.end(), [&](const Json& row) { return row.text_or(field) == value; }));
    };
    if (command.kind == "inspection_result.record")
        return count("A_InspectionResult", "InspRsltFreeDefinedTestEquip", command.key);
    if (command.kind == "usage_decision.make")
        return payload ? count("A_InspLotUsageDecision", "InspectionLot", payload->text_or("inspection_lot", "-")) : 0;
    if (command.kind.starts_with("confirmation.")) return count_confirmations(command);
    if (command.kind.starts_with("journal.")) return count_journals(command);
    if (command.kind == "goods_issue.post" || command.kind == "scrap.post")
        return count("A_MaterialDocumentHeader", "ReferenceDocument", command.key);
    if (command.kind.ends_with(".reverse")) {
        // SAP keeps no key of a cancellation. A payload that names no document is counted by the sample's: rows that
        // reverse nothing have no such field, and an empty name would fit them all.
        const std::string document = payload ? payload->text_or("document") : std::string();
        const auto sampled = cancels_.find(command.key);
        const std::string named = sampled != cancels_.end() ? sampled->second : document.substr(0, document.find('/'));
        return named.empty() ? 0 : count("A_MaterialDocumentItem", "ReversedMaterialDocument", named);
    }
    if (command.kind == "requisition.create")
        return count("A_PurchaseRequisitionItem", "PurReqnExternalReference", command.key);
    if (command.kind == "reservation.create")
        return count("A_ReservationDocumentItem", "UnloadingPointName", command.key);
    if (command.kind == "order.create") return count("MaintenanceOrder", "AdditionalDeviceData", command.key);
    if (command.kind == "order.change") return count("MaintenanceOrder", "MaintObjectFreeDefinedAttrib", command.key);
    if (command.kind == "purchase_order.change")
        return count("A_PurchaseOrderItem", "RequisitionerName", command.key.substr(0, 12));
    if (command.kind == "purchase_order.cancel") {
        const std::string named = payload ? payload->text_or("purchase_order", "-") : "-";
        const Json::Array& all = rows("A_PurchaseOrder");
        return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const Json& row) {
            return row.text_or("PurchaseOrder") == named && row.text_or("PurchasingDocumentDeletionCode") == "L";
        }));
    }
    if (command.kind.starts_with("requisition."))
        return count("A_PurchaseRequisitionItem", "RequirementTracking", command.key.substr(0, 10));
    return count("A_ReservationDocumentItem", "ReservationItemText", command.key);
}

}  // namespace tieline::connectors::sap_s4::test
