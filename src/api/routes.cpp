#include "api/routes.h"

namespace tieline::api {
namespace {

using enum identity::Role;
using enum identity::Scope;
using identity::Roles;

constexpr Roles everybody{technician, planner, storekeeper, controller, quality, auditor, integrator, administrator};
/// All but the technician, whose phone has routes of its own.
constexpr Roles office{planner, storekeeper, controller, quality, auditor, integrator, administrator};
/// Who mends what waits for a person. Auditors only look.
constexpr Roles menders{planner, storekeeper, controller, quality, integrator, administrator};
constexpr Roles money{planner, controller, auditor, integrator, administrator};
constexpr Roles stores{planner, storekeeper, controller, auditor, integrator, administrator};
constexpr Roles whole_log{controller, quality, auditor, integrator, administrator};

/// Who leads people at work: names and places of persons are nobody else's business.
constexpr Roles supervisors{planner, administrator};
/// A controller sees only what concerns budgets.
constexpr Roles settings_readers{controller, integrator, auditor, administrator};
/// Who says what an asset is worth.
constexpr Roles appraisers{planner, controller, administrator};

constexpr Rule open_to_all{true, {}, std::nullopt};
/// Persons only: managing who may do what is never a machine's business.
constexpr Rule people_rule{false, {administrator}, std::nullopt};
/// Who joins systems: their connections, and the tokens of machines.
constexpr Rule tokens_rule{false, {integrator, administrator}, std::nullopt};

/// Persons only: an action needs somebody who did it.
constexpr Rule technician_rule{false, {technician}, std::nullopt};
/// Which pictures, the handler decides.
constexpr Rule photo_rule{false, {technician, planner, quality, auditor, administrator}, std::nullopt};

constexpr Route all_routes[] = {
    {"GET", "session", get_session, open_to_all, true},
    {"POST", "session", post_session, open_to_all, true},
    {"DELETE", "session", delete_session, open_to_all, true},
    {"POST", "session/link", post_link, open_to_all, true},
    {"POST", "session/password", post_password, {false, everybody, std::nullopt}, true},
    {"GET", "people", get_people, people_rule, true},
    {"POST", "people", post_people, people_rule, true},
    {"POST", "people/*", post_person, people_rule, true},
    {"POST", "people/*/link", post_person_link, people_rule, true},
    {"GET", "tokens", get_tokens, tokens_rule, true},
    {"POST", "tokens", post_tokens, tokens_rule, true},
    {"DELETE", "tokens/*", delete_token, tokens_rule, true},
    {"POST", "events", post_event, {false, {integrator, administrator}, events}, true},
    {"GET", "events", get_events, {false, whole_log, read}},
    {"GET", "status", get_status, {false, everybody, read}, true},
    {"GET", "stream", get_stream, {false, everybody, read}, true},
    {"GET", "exceptions", get_exceptions, {false, office, read}},
    {"GET", "exceptions/*", get_exception, {false, office, read}},
    {"POST", "exceptions/*/preview", post_exception, {false, menders, exceptions}},
    {"POST", "exceptions/*/replay", post_exception, {false, menders, exceptions}},
    {"POST", "exceptions/*/resolve", post_exception, {false, menders, exceptions}},
    {"POST", "exceptions/*/give_up", post_exception, {false, menders, exceptions}},
    {"POST", "exceptions/*/answer", post_exception, {false, menders, exceptions}},
    {"GET", "trace/*", get_trace, {false, office, read}},
    {"GET", "work-orders", get_work_orders, {false, everybody, read}},
    {"GET", "work-orders/*", get_work_order, {false, everybody, read}},
    {"GET", "cost", get_cost, {false, money, read}},
    {"GET", "books", get_books, {false, money, read}},
    {"GET", "availability", get_availability, {false, everybody, read}},
    {"GET", "stock", get_stock, {false, everybody, read}},
    {"GET", "stock/advice", get_stock_advice, {false, stores, read}},
    {"GET", "requisitions", get_requisitions, {false, stores, read}},
    {"GET", "technician/work", get_technician_work, technician_rule},
    {"GET", "technician/work/*", get_technician_job, technician_rule},
    {"GET", "technician/codes", get_technician_codes, technician_rule},
    {"POST", "technician/actions", post_technician_action, technician_rule},
    {"GET", "technician/actions", get_technician_actions, technician_rule},
    {"POST", "technician/photos", post_photo, technician_rule},
    {"GET", "technician/photos/*", get_photo, technician_rule},
    {"PUT", "technician/photos/*", put_photo, technician_rule},
    {"GET", "technician/photos/*/content", get_photo_content, photo_rule},
    {"PUT", "technician/location", put_location, technician_rule},
    {"DELETE", "technician/location", delete_location, technician_rule},
    {"GET", "settings", get_settings, {false, settings_readers, std::nullopt}, true},
    {"POST", "settings/connectors/*/probe", post_probe, tokens_rule, true},
    {"PUT", "settings/connectors/*", put_connector, tokens_rule, true},
    {"PUT", "settings/thresholds", put_thresholds, {false, {controller, integrator, administrator}, std::nullopt}},
    {"POST", "settings/reload", post_reload, tokens_rule, true},
    {"GET", "board", get_board, {false, supervisors, std::nullopt}},
    {"GET", "floor-plan", get_floor_plan, {false, everybody, read}},
    {"GET", "floor-plan/picture", get_floor_picture, {false, everybody, read}},
    {"GET", "assets", get_asset_facts, {false, office, read}},
    {"PUT", "assets/*/facts", put_asset_facts, {false, appraisers, std::nullopt}},
    {"POST", "webhooks/*", post_webhook, open_to_all},  // they carry a signature of their own
};

}  // namespace

std::span<const Route> routes() { return all_routes; }

bool matches(std::string_view pattern, const std::vector<std::string>& parts) {
    std::size_t index = 0;
    while (!pattern.empty()) {
        const std::size_t slash = pattern.find('/');
        const std::string_view segment = pattern.substr(0, slash);
        if (index == parts.size()) return false;
        if (segment != "*" && segment != parts[index]) return false;
        if (segment == "*" && parts[index].empty()) return false;
        ++index;
        pattern.remove_prefix(slash == std::string_view::npos ? pattern.size() : slash + 1);
    }
    return index == parts.size();
}

}  // namespace tieline::api
