#include "connectors/sap_maintenance/setup.h"

#include "connectors/bad_setting.h"
#include "connectors/odata/sap_sign_in.h"
#include "connectors/sap_maintenance/wire.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::sap_maintenance {
namespace {

using Kind = Field::Kind;

Result<void> check_word(const Settings& given, const std::string& name, const std::string& first,
                        const std::string& second) {
    const std::string value = given.value(name);
    if (value == first || value == second) return {};
    return bad_setting(given, name, "is \"" + value + "\"; it must be " + first + " or " + second);
}

Result<void> check(const Settings& settings) {
    TIELINE_TRY_VOID(odata::check_sign_in(settings));
    TIELINE_TRY_VOID(check_word(settings, "cost_booked_by", "sap", "hub"));
    TIELINE_TRY_VOID(check_word(settings, "creates", "notification", "order"));
    const std::string parts = settings.value("planned_parts");
    if (!parts.empty()) TIELINE_TRY_VOID(check_word(settings, "planned_parts", "told", "kept"));
    const std::string since = settings.value("since");
    if (!since.empty() && !parse_date(since))
        return bad_setting(settings, "since", "is no day (\"" + since + "\"); write it as 2026-11-01");
    if (settings.duration("overlap") > Millis(3'600'000)) return bad_setting(settings, "overlap", "must be 1h at most");
    const Millis again = settings.duration("reread_every");
    if (again.count() != 0 && again < Millis(600'000))
        return bad_setting(settings, "reread_every", "must be 10m at least, or 0s for never");
    const std::int64_t days = settings.integer("reread_days");
    if (days < 1 || days > 366) return bad_setting(settings, "reread_days", "must be from 1 to 366");
    const bool makes_orders = settings.value("creates") == "order";
    if (makes_orders && settings.value("work_center").empty())
        return bad_setting(settings, "work_center", "is needed where 'creates' is order: an operation has one");
    return {};
}

Result<void> check_map(const Settings& settings, const FieldMap& map) {
    const std::string head = "the field map of connector '" + settings.name + "' ";
    for (const std::string& table : needed_tables()) {
        const bool goes_out = table.starts_with("workorder.");
        if (map.has_table(table) && (!goes_out || !map.entity(table).empty())) continue;
        return make_error(ErrorKind::invalid,
                          head + "has no table '" + table + (goes_out ? "' with an entity; add it" : "'; add it"),
                          "map_meaning", table);
    }
    for (const char* table : {"workorder.create.notification", "workorder.create.order", "workorder.link"}) {
        if (!key_field(map, table).field.empty()) continue;
        return make_error(ErrorKind::invalid,
                          head + "writes the reference nowhere in table '" + table +
                              "', so that nothing sent by it could be found again; add a row with 'from: reference' "
                              "and 'max'",
                          "map_meaning", table);
    }
    return {};
}

std::vector<Field> own_fields() {
    return {
        {"url", Kind::url, true, "", "Address of the system, for example https://my300000-api.s4hana.cloud.sap"},
        {"site", Kind::text, true, "", "Name of the plant in Tieline that these work orders belong to"},
        {"plant", Kind::text, true, "", "Maintenance planning plant whose orders are read, for example 1010"},
        {"cost_booked_by", Kind::text, true, "",
         "Who brings labor and material of an order into the ledger. sap: SAP has booked them itself, orders are told "
         "without them, so that nothing is booked twice. hub: another ERP keeps the ledger, orders are told with them"},
        {"company_code", Kind::text, false, "", "Company code of the ERP; empty: the one that SAP has in the order"},
        {"client", Kind::text, false, "", "Client, for example 100; on premise only"},
        {"language", Kind::text, false, "en",
         "Language of SAP's messages and of its words for states (REL, TECO), which the map's lookup 'statuses' lists"},
        {"odata_path", Kind::text, false, "/sap/opu/odata/sap", "Where the OData services are"},
        {"creates", Kind::text, false, "notification",
         "What a job that a condition asks for becomes: notification, which a planner turns into an order, or order"},
        {"notification_type", Kind::text, false, "M1", "Type of notifications"},
        {"order_type", Kind::text, false, "PM01", "Type of orders whose kind of work the map does not list"},
        {"work_center", Kind::text, false, "", "Main work center of orders that are created"},
        {"control_key", Kind::text, false, "PM01", "Control key of the operation of orders that are created"},
        {"planned_parts", Kind::text, false, "",
         "told: orders are told with their components, which the hub may reserve and requisition; kept: without. "
         "Empty: "
         "told where cost_booked_by is hub; otherwise SAP has reserved them itself, and would be asked to reserve "
         "twice"},
        {"cost_hierarchy", Kind::text, false, "",
         "Hierarchy of G/L accounts by which SAP tells the planned cost of orders; empty: planned cost is not read"},
        {"since", Kind::text, false, "", "Day of the cut-over, YYYY-MM-DD: what changed before is not read"},
        {"overlap", Kind::duration_ms, false, "2m",
         "How long a change may be committed after its time of change: so far each reading looks back"},
        {"reread_every", Kind::duration_ms, false, "1h",
         "How often orders of the last days are read once more, for states, labor and material that may have come "
         "without a new time of change; 0s: never"},
        {"reread_days", Kind::integer, false, "30", "Of these, those that changed in the last so many days"},
        {"timeout", Kind::duration_ms, false, "25s", "How long one request may take"},
    };
}

}  // namespace

std::vector<Field> fields() { return odata::with_sign_in(own_fields()); }

Result<Setup> setup_of(const Settings& settings, FieldMap map) {
    TIELINE_TRY_VOID(check(settings));
    TIELINE_TRY_VOID(check_map(settings, map));
    std::string odata = settings.value("odata_path");
    while (odata.ends_with('/')) odata.pop_back();
    Json object = Json::object();
    for (const auto& [name, value] : settings.values)
        if (!odata::is_secret(name)) object.set(name, value);
    const bool is_hub = settings.value("cost_booked_by") == "hub";
    const std::string parts = settings.value("planned_parts");
    Setup setup{odata::sap_access(settings),
                odata::sign_in_options(settings),
                std::move(odata),
                settings.value("plant"),
                is_hub ? Books::hub : Books::sap,
                settings.value("creates") == "order" ? Makes::order : Makes::notification,
                parts.empty() ? is_hub : parts == "told",
                settings.value("cost_hierarchy"),
                0,
                settings.duration("overlap"),
                settings.duration("reread_every"),
                std::chrono::days(settings.integer("reread_days")),
                std::move(map),
                std::move(object)};
    const auto since = parse_time(settings.value("since") + "T00:00:00Z");
    if (since) setup.since = std::max<std::int64_t>(0, since->time_since_epoch().count());
    return setup;
}

}  // namespace tieline::connectors::sap_maintenance
