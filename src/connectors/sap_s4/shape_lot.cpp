// Inspection lots for the map.

#include "connectors/sap_s4/reckoning.h"
#include "connectors/sap_s4/shape.h"

namespace tieline::connectors::sap_s4 {

bool shape_inspection_lot(Json& row) {
    Reckoning reckoning;
    row.set("name", row.text_or("InspectionLot"));
    row.set("quantity", plain(reckoning.of(row, "InspectionLotQuantity")));
    reckoning.tell(row);
    row.set("state", is_set(row, "InspectionLotHasUsageDecision") ? "decided" : "open");
    return !row.text_or("Material").empty();  // else it is of equipment or of something without stock
}

}  // namespace tieline::connectors::sap_s4
