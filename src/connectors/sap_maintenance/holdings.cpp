// What SAP holds, for reconciliation: orders of the planning plant.

#include "connectors/feed_kinds.h"
#include "connectors/odata/odata.h"
#include "connectors/sap_maintenance/sap_maintenance.h"
#include "connectors/sap_maintenance/shape.h"

#include <utility>

namespace tieline::connectors::sap_maintenance {
namespace {

constexpr std::size_t page_rows = 100;

}  // namespace

// In order of numbers, from the one behind the cursor; the comparison picks the period.
Exchange<Page> SapMaintenance::list(std::string what, std::string /*from*/, std::string /*to*/, std::string cursor) {
    if (what != "work_orders")
        co_return make_error(ErrorKind::unsupported, "SAP maintenance cannot list " + what, "unsupported_topic");
    std::string filter = "MaintenancePlanningPlant eq " + odata::text_literal(setup_.plant);
    if (!cursor.empty()) filter += " and MaintenanceOrder gt " + odata::text_literal(cursor);
    rest::Query query{
        {"$filter", filter}, {"$orderby", "MaintenanceOrder"}, {"$select", "MaintenanceOrder,SystemStatusText"}};
    Exchange<Json> asking = rows("API_MAINTENANCEORDER/MaintenanceOrder", std::move(query), page_rows);
    const Result<Json> found = co_await std::move(asking);
    if (!found) co_return found.error();
    Page page;
    page.cursor = cursor;
    for (const Json& row : found->items()) {
        const std::string number = row.text_or("MaintenanceOrder");
        page.objects.push_back(
            listed(what, Json::object({{"kind", "work order"},
                                       {"key", plain_number(number)},
                                       {"state", state_of(setup_.map, row.text_or("SystemStatusText"))}})));
        page.cursor = number;
    }
    page.more = page.objects.size() >= page_rows && page.cursor != cursor;
    co_return page;
}

}  // namespace tieline::connectors::sap_maintenance
