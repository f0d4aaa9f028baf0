#include "connectors/sap_s4/spec.h"

#include "connectors/bad_setting.h"
#include "connectors/odata/sap_sign_in.h"
#include "connectors/sap_s4/feed.h"
#include "connectors/sap_s4/sap_s4.h"
#include "connectors/sap_s4/wire.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tieline::connectors::sap_s4 {
namespace {

using Kind = Field::Kind;

std::vector<Field> fields() {
    return odata::with_sign_in({
        {"url", Kind::url, true, "", "Address of the system, for example https://my300000-api.s4hana.cloud.sap"},
        {"plant", Kind::text, true, "", "Plant that storerooms (storage locations) belong to, for example 1010"},
        {"client", Kind::text, false, "", "Client, for example 100; on premise only"},
        {"language", Kind::text, false, "en", "Language of SAP's messages"},
        {"odata_path", Kind::text, false, "/sap/opu/odata/sap", "Where the OData services are"},
        {"journal_path", Kind::text, false, "/sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi",
         "Where the journal entry service is; on premise .../sap/bc/srt/xip/sap/journalentrycreaterequestconfi/"
         "<client>/<service>/<binding>"},
        {"ledger_set", Kind::text, false, "API_OPLACCTGDOCITEMCUBE_SRV/A_OperationalAcctgDocItemCube",
         "Service and set in which journal entries are looked for by their reference"},
        {"document_type", Kind::text, false, "SA", "Type of journal entries"},
        {"created_by", Kind::text, false, "", "User named in journal entries; the communication user unless given"},
        {"reversal_reason", Kind::text, false, "01", "Reason of reversals of journal entries"},
        {"return_code", Kind::text, false, "06",
         "Goods movement code of returns (202, 262, 552): 06 as in SAP's sample, 03 in some systems"},
        {"requisition_type", Kind::text, false, "NB", "Document type of purchase requisitions"},
        {"purchasing_group", Kind::text, false, "", "Purchasing group of purchase requisitions"},
        {"purchasing_organization", Kind::text, false, "", "Purchasing organization of purchase requisitions"},
        {"reservation_cost_center", Kind::text, false, "",
         "Cost center of reservations; needed where parts are reserved"},
        {"reservation_record_type", Kind::text, false, "", "Record type of reservation items; usually blank"},
        {"order_type", Kind::text, false, "PM01", "Type of the maintenance orders that mirror jobs; YA01 in the cloud"},
        {"work_center", Kind::text, false, "",
         "Main work center of maintenance orders; needed where jobs are mirrored in SAP (order_mirror)"},
        {"planning_plant", Kind::text, false, "", "Their planning plant; `plant` unless given"},
        {"operation_control_key", Kind::text, false, "PM01",
         "Control key of their operation 0010, on which hours are confirmed"},
        {"planned_cost_control_key", Kind::text, false, "",
         "Control key of external operations, for example PM02: the planned cost then stands as the price of operation "
         "0020, for which no requisition is made. Empty: SAP plans the cost by itself"},
        {"planned_cost_element", Kind::text, false, "", "Cost element of that operation"},
        {"material_group", Kind::text, false, "", "Material group of that operation"},
        {"settlement_type", Kind::text, false, "FUL", "Type of the settlement rule to the receiver: FUL or PER"},
        {"cancelled_orders", Kind::text, false, "complete",
         "What becomes of the order of a cancelled job: complete (it still takes what was used and is told late), or "
         "delete (marked for deletion besides, then it takes nothing more)"},
        {"order_issue", Kind::text, false, "order",
         "Goods issues of a job that has its order in SAP: order (movement 261 with its number), or receiver (201, "
         "241, "
         "261 to the receiver), where SAP takes no issue on maintenance orders by number"},
        {"usage_decision_set", Kind::text, false, "", "Selected set of usage decisions; needed where they are made"},
        {"usage_decision_group", Kind::text, false, "", "Code group of usage decisions in that set"},
        {"currency", Kind::text, false, "", "Company currency: of requisitions that name none, for example EUR"},
        {"kinds", Kind::text, false, usual_kinds(),
         "What is read, with commas between: cost_center, part, equipment, requisition, purchase_order, delivery, "
         "reservation, stock, inspection_lot, internal_order"},
        {"since", Kind::text, false, "",
         "Day of the cut-over, YYYY-MM-DD: what changed before is not read. Without it material documents are read "
         "from "
         "the first one on"},
        {"overlap", Kind::duration_ms, false, "2m",
         "How long a change may be committed after its time of change: so far each reading looks back"},
        {"lists_every", Kind::duration_ms, false, "1h",
         "How often cost centers, internal orders and open reservations, which have no time of change, are read as a "
         "whole"},
        {"batches", Kind::boolean, false, "no",
         "yes: reads of one service that belong together are sent as one request ($batch), which wants a token like a "
         "write; where a service takes none they are sent one by one, and the log says so. Saves calls where orders "
         "and requisitions are many"},
        {"timeout", Kind::duration_ms, false, "25s", "How long one request may take"},
    });
}

Result<void> check_sign_in(const Settings& settings) {
    TIELINE_TRY_VOID(odata::check_sign_in(settings));
    if (settings.value("user").empty() && settings.value("created_by").empty())
        return bad_setting(settings, "created_by", "is missing: journal entries name a user, and no user signs in");
    return {};
}

Result<void> check_reading(const Settings& settings) {
    const std::string since = settings.value("since");
    if (!since.empty() && !parse_date(since))
        return bad_setting(settings, "since", "is no day (\"" + since + "\"); write it as 2026-11-01");
    const std::string cancelled = settings.value("cancelled_orders");
    if (cancelled != "complete" && cancelled != "delete")
        return bad_setting(settings, "cancelled_orders", "is \"" + cancelled + "\"; it is complete or delete");
    const std::string issue = settings.value("order_issue");
    if (issue != "order" && issue != "receiver")
        return bad_setting(settings, "order_issue", "is \"" + issue + "\"; it is order or receiver");
    std::string kind;
    for (const char c : settings.value("kinds") + ",") {
        if (c != ',') {
            if (c != ' ') kind += c;
            continue;
        }
        if (!kind.empty() && feed_kind(kind) == nullptr)
            return bad_setting(settings, "kinds",
                               "names \"" + kind + "\", which is not read; there are " + all_kinds());
        kind.clear();
    }
    return {};
}

Result<std::unique_ptr<Connector>> make(const Settings& given, const std::string& map_text) {
    return make_by(given, map_text, system_clock());
}

ConnectorSpec build() {
    ConnectorSpec entry;
    entry.system = "sap_s4";
    entry.title = "SAP S/4HANA";
    entry.tested_with =
        "a strict fake of its services and SAP's own mock server of OData (fe-mockserver-core 1.7.16); "
        "never with a real system";
    for (const Route& route : routes()) entry.kinds.emplace_back(route.kind);
    entry.fields = fields();
    entry.make = make;
    entry.own_map = own_map();
    entry.own_metadata = own_metadata();
    return entry;
}

}  // namespace

Result<std::unique_ptr<Connector>> make_by(const Settings& given, const std::string& map_text, const Clock& clock) {
    TIELINE_TRY(const Settings settings, check_settings(fields(), given));
    TIELINE_TRY_VOID(check_sign_in(settings));
    TIELINE_TRY_VOID(check_reading(settings));
    const bool is_own = map_text.empty();
    TIELINE_TRY(FieldMap map, FieldMap::compile(is_own ? own_map() : std::string_view(map_text),
                                                is_own ? "sap_s4/map.yaml" : "field map of " + given.name));
    std::vector<std::string_view> needed{"message", "place", "order_status", "unit"};
    const auto helpers = static_cast<std::ptrdiff_t>(needed.size());
    for (const Route& route : routes()) needed.push_back(route.table);
    for (const Route& step : steps()) needed.push_back(step.table);
    for (const FeedKind& kind : feed_kinds()) needed.push_back(kind.kind);
    for (const std::string_view table : needed) {
        const bool is_helper = std::find(needed.begin(), needed.begin() + helpers, table) != needed.begin() + helpers;
        const bool goes_out = !is_helper && feed_kind(table) == nullptr;
        if (map.has_table(table) && (!goes_out || !map.entity(table).empty())) continue;
        return make_error(ErrorKind::invalid,
                          "the field map of connector '" + given.name + "' has no table '" + std::string(table) +
                              (goes_out ? "' with an entity; add it" : "'; add it"),
                          "map_meaning", std::string(table));
    }
    for (const Route& route : routes()) {
        // A lot has one usage decision, and SAP no field for a key of it.
        const bool needs_none =
            route.way == Way::call || route.way == Way::remove || route.kind == "usage_decision.make";
        if (needs_none || !key_field(map, route.table).field.empty()) continue;
        return make_error(ErrorKind::invalid,
                          "the field map of connector '" + given.name + "' writes the reference nowhere in table '" +
                              std::string(route.table) +
                              "', so that nothing sent by it could be found again; add a "
                              "row with 'from: reference' and 'max'",
                          "map_meaning", std::string(route.table));
    }
    return std::unique_ptr<Connector>(std::make_unique<SapS4>(settings, std::move(map), clock));
}

const ConnectorSpec& spec() {
    static const ConnectorSpec entry = build();
    return entry;
}

}  // namespace tieline::connectors::sap_s4
