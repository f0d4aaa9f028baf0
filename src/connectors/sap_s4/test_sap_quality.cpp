// The fake's inspection lots, results and usage decisions.

#include "connectors/odata/odata.h"
#include "connectors/sap_s4/test_sap_peer.h"

#include <algorithm>

namespace tieline::connectors::sap_s4::test {
namespace {

constexpr const char* lot_set = "A_InspectionLot";
constexpr const char* result_set = "A_InspectionResult";
constexpr const char* decision_set = "A_InspLotUsageDecision";

}  // namespace

Json* SapPeer::row_of_lot(const std::string& set, const std::string& lot) {
    for (Json& row : rows(set))
        if (row.text_or("InspectionLot") == lot) return &row;
    return nullptr;
}

std::string SapPeer::make_lot(const std::string& material) {
    const std::string made = std::to_string(++lots_);
    rows(lot_set).push_back(Json::object({{"InspectionLot", made},
                                          {"Material", material},
                                          {"Batch", "B-7"},
                                          {"Plant", "1010"},
                                          {"CompanyCode", "1000"},
                                          {"InspectionLotOrigin", "01"},
                                          {"InspectionLotQuantity", "12.000"},
                                          {"InspectionLotQuantityUnit", "EA"},
                                          {"InspectionLotStorageLocation", "MAIN"},
                                          {"InspectionLotHasUsageDecision", false},
                                          {"ChangedDateTime", now_text()}}));
    if (pitfalls.shows_empty_decisions)
        rows(decision_set)
            .push_back(Json::object({{"InspectionLot", made},
                                     {"InspectionLotUsageDecisionCode", ""},
                                     {"__metadata", Json::object({{"etag", "W/\"1\""}})}}));
    return made;
}

SapPeer::Answer SapPeer::record_result(Json body) {
    const std::string lot = body.text_or("InspectionLot");
    if (pitfalls.locked.contains(lot))
        return refused(400, "QE/013", "Inspection lot " + lot + " is being processed by INSPECTOR");
    const Json* row = row_of_lot(lot_set, lot);
    if (row == nullptr) return refused(400, "QE/001", "Inspection lot " + lot + " does not exist", "InspectionLot");
    if (row->bool_or("InspectionLotHasUsageDecision", false))
        return refused(400, "QE/300", "The usage decision has been made; results cannot be recorded");
    if (body.text_or("InspPlanOperationInternalID") != "1" || body.text_or("InspectionCharacteristic") != "10")
        return refused(400, "QE/504", "Characteristic does not exist", "InspectionCharacteristic");
    const std::string valuation = body.text_or("InspectionValuationResult");
    if (valuation != "A" && valuation != "R") return refused(400, "QE/109", "Enter a valuation");
    if (row_of_lot(result_set, lot) != nullptr) return refused(400, "QE/105", "Result is recorded already");
    rows(result_set).push_back(body);
    return {201, body, {}};
}

SapPeer::Answer SapPeer::decide(Json body, bool patches) {
    const std::string lot = body.text_or("InspectionLot");
    if (pitfalls.locked.contains(lot))
        return refused(400, "QE/013", "Inspection lot " + lot + " is being processed by INSPECTOR");
    Json* row = row_of_lot(lot_set, lot);
    if (row == nullptr) return refused(400, "QE/001", "Inspection lot " + lot + " does not exist", "InspectionLot");
    if (body.text_or("InspLotUsgeDcsnSelectedSet") != "01" || body.text_or("InspLotUsageDecisionCodeGroup") != "UD01")
        return refused(400, "QV/107", "Selected set or code group does not exist");
    const std::string code = body.text_or("InspectionLotUsageDecisionCode");
    if (code != "A" && code != "R") return refused(400, "QV/108", "Code " + code + " is not in the selected set");
    Json* decision = row_of_lot(decision_set, lot);
    if (patches != (decision != nullptr) || row->bool_or("InspectionLotHasUsageDecision", false))
        return refused(400, "QV/020", "A usage decision has already been made for the lot");
    body.set("ChangedDateTime", now_text());
    if (patches)
        for (const auto& [name, value] : body.members()) decision->set(name, value);
    else
        rows(decision_set).push_back(body);
    row->set("InspectionLotHasUsageDecision", true);
    row->set("ChangedDateTime", now_text());
    if (patches) return {204, Json(), {}};
    return {201, body, {}};
}

model::Command SapPeer::sample_quality(model::Command command, const std::string& head) {
    const std::string about = R"("inspection_lot":")" + make_lot("SEAL-9") + "\",";
    command.payload = head + about +
                      (command.kind == "usage_decision.make"
                           ? R"("decision":"rejected"})"
                           : R"("operation":"1","characteristic":"10","valuation":"rejected","value":"12.50"})");
    return command;
}

}  // namespace tieline::connectors::sap_s4::test
