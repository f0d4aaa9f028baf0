#include "connectors/sap_s4/orders.h"

#include "connectors/sap_s4/content.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors::sap_s4 {
namespace {

constexpr std::string_view operations = "to_MaintenanceOrderOperation";
constexpr std::string_view rules = "to_MaintOrderSettlmtDistrRule_2";
constexpr const char* look_most = "50";

std::string expansion() { return std::string(operations) + "," + std::string(rules); }

std::string first_of_key(const model::Command& command, const KeyField& key) { return command.key.substr(0, key.max); }

Error for_a_person(const std::string& number, const std::string& what, std::string code) {
    return make_error(ErrorKind::invalid, "maintenance order " + number + " of SAP " + what, std::move(code));
}

/// A step that patches by a table of the map.
Result<OrderStep> patch_step(const Sight& sight, const Route& step, const Json& source) {
    TIELINE_TRY(Json body, sight.map.apply(step.table, source, sight.settings));
    const std::string address = address_of(step, body);
    const std::string set = set_of(sight.places, sight.map, step.table);
    return OrderStep{std::string(step.table), odata::write_request(sight.access, "PATCH", set + address, body)};
}

OrderStep call_step(const Sight& sight, const std::string& table, const std::string& number) {
    // These functions take the order and nothing else that would have to be given.
    return {table, odata::write_request(sight.access, "POST", set_of(sight.places, sight.map, table), Json(),
                                        {{"MaintenanceOrder", odata::text_literal(number)}})};
}

bool is_same_number(const std::string& a, const std::string& b) {
    const auto left = Decimal::parse(a), right = Decimal::parse(b);
    return left && right ? *left == *right : a == b;
}

/// The planned cost stands as the price of an operation of its own, which the map's table order.plan describes.
Result<std::optional<OrderStep>> plan_step(const Sight& sight, const Json& source, const Json& order) {
    const bool plans = !sight.settings.text_or("planned_cost_control_key").empty();
    if (!plans || source.text_or("planned_cost").empty()) return std::optional<OrderStep>();
    TIELINE_TRY(const Json wanted, sight.map.apply("order.plan", source, sight.settings));
    const Json* there = nullptr;
    for (const Json& operation : odata::inner_rows(order, operations)) {
        if (operation.text_or("MaintenanceOrderOperation") == wanted.text_or("MaintenanceOrderOperation"))
            there = &operation;
    }
    // An order that somebody else made has no such operation: its plan is SAP's.
    if (there == nullptr) return std::optional<OrderStep>();
    const Result<Decimal> has = there->decimal("OpExternalProcessingPrice");
    if (has && is_same_number(has->str(), wanted.text_or("OpExternalProcessingPrice")))
        return std::optional<OrderStep>();
    TIELINE_TRY(OrderStep step, patch_step(sight, step_of("order.plan"), source));
    return std::optional<OrderStep>(std::move(step));
}

Result<std::optional<OrderStep>> receiver_step(const Sight& sight, Json source, const Json& order) {
    const Json* receiver = source.find("receiver");
    if (receiver == nullptr || receiver->text_or("code").empty()) return std::optional<OrderStep>();
    const std::string number = order.text_or("MaintenanceOrder");
    const Json::Array& found = odata::inner_rows(order, rules);
    if (found.size() != 1) {
        return for_a_person(number,
                            "has " +
                                (found.empty() ? std::string("no settlement rule")
                                               : std::to_string(found.size()) + " settlement rules") +
                                ", so that its receiver cannot be changed from here; set it in SAP, then give this up",
                            "settlement_rules");
    }
    const Json& rule = found.front();
    source.set("rule_ledger", rule.text_or("Ledger"));
    source.set("rule_ledger_group", rule.text_or("LedgerGroup"));
    source.set("rule_group", rule.text_or("SettlementDistributionRuleGrp"));
    source.set("rule_sequence", rule.text_or("SettlmtDistrRuleSequence"));
    TIELINE_TRY(const Json wanted, sight.map.apply("order.receiver", source, sight.settings));
    const bool is_there = std::all_of(wanted.members().begin(), wanted.members().end(), [&](const auto& member) {
        return !member.second.is_string() || is_same_number(rule.text_or(member.first), member.second.string());
    });
    if (is_there) return std::optional<OrderStep>();
    TIELINE_TRY(OrderStep step, patch_step(sight, step_of("order.receiver"), source));
    return std::optional<OrderStep>(std::move(step));
}

Result<std::optional<OrderStep>> status_step(const Sight& sight, const std::string& wanted, const Json& order) {
    TIELINE_TRY(const OrderStatus status, status_of(sight, order));
    const std::string number = order.text_or("MaintenanceOrder");
    const auto call = [&](const char* table) { return std::optional<OrderStep>(call_step(sight, table, number)); };
    const bool is_over = status == OrderStatus::cancelled || status == OrderStatus::closed;
    // An order that is technically complete still takes what comes late; one that is marked for deletion takes nothing.
    const bool only_completes = sight.settings.text_or("cancelled_orders") != "delete";
    if (wanted == "cancelled" && only_completes && status == OrderStatus::released) return call("order.complete");
    const bool is_done_with = only_completes && (status == OrderStatus::complete || status == OrderStatus::closed);
    if (wanted == "cancelled" && is_done_with) return std::optional<OrderStep>();
    if (wanted == "cancelled") {
        if (status == OrderStatus::cancelled) return std::optional<OrderStep>();
        // Technically complete first: that frees what is reserved, and SAP marks no released order.
        return call(status == OrderStatus::released ? "order.complete" : "order.cancel");
    }
    const bool is_reached =
        (wanted == "released" && status == OrderStatus::released) ||
        (wanted == "technically_complete" && (status == OrderStatus::complete || status == OrderStatus::closed));
    if (wanted.empty() || is_reached) return std::optional<OrderStep>();
    if (is_over) {
        return for_a_person(number,
                            "is " + std::string(to_string(status)) + " (" + order.text_or("SystemStatusText") +
                                "): somebody did that in SAP. Take it back there and try again, or give this up",
                            "order_over");
    }
    if (status == OrderStatus::created) return call("order.release");
    return call(wanted == "released" ? "order.reopen" : "order.complete");
}

}  // namespace

bool is_order(const Route& route) { return route.kind == "order.create" || route.kind == "order.change"; }

net::HttpRequest order_request(const Sight& sight, const std::string& number) {
    const std::string keys = odata::key_of({{"MaintenanceOrder", odata::text_literal(number)}});
    return odata::read_request(sight.access, set_of(sight.places, sight.map, "order.create") + keys,
                               {{"$expand", expansion()}});
}

const char* to_string(OrderStatus status) {
    constexpr const char* names[] = {"created", "released", "technically complete", "closed", "marked for deletion"};
    return names[static_cast<std::size_t>(status)];
}

Result<OrderStatus> status_of(const Sight& sight, const Json& order) {
    const std::string line = order.text_or("SystemStatusText");
    std::optional<OrderStatus> furthest;
    std::string word;
    for (const char c : line + " ") {
        if (c != ' ') {
            word += c;
            continue;
        }
        const auto row = sight.map.apply("order_status", Json::object({{"word", word}}));
        const std::string known = row ? row->text_or("status") : std::string();
        word.clear();
        constexpr std::string_view names[] = {"created", "released", "complete", "closed", "cancelled"};
        const auto at = std::find(std::begin(names), std::end(names), known);
        if (at == std::end(names)) continue;
        const auto status = static_cast<OrderStatus>(at - std::begin(names));
        furthest = furthest ? std::max(*furthest, status) : status;
    }
    if (furthest) return *furthest;
    return make_error(ErrorKind::invalid,
                      "maintenance order " + order.text_or("MaintenanceOrder") + " of SAP has the statuses \"" + line +
                          "\", none of which the field map's lookup order_statuses knows; add the words of your "
                          "language there",
                      "unknown_status");
}

Result<std::optional<OrderStep>> next_step(const Sight& sight, const Route& route, const model::Command& command,
                                           const Json& order) {
    if (route.kind == "order.create") return status_step(sight, "released", order);
    TIELINE_TRY(const Json source, source_of(route, command));
    const KeyField key = key_field(sight.map, route.table);
    if (order.text_or(key.field) != first_of_key(command, key)) {
        TIELINE_TRY(net::HttpRequest first, request_of(sight.access, sight.places, sight.map, sight.settings, command));
        return std::optional<OrderStep>(OrderStep{"order.change", std::move(first)});
    }
    TIELINE_TRY(std::optional<OrderStep> plan, plan_step(sight, source, order));
    if (plan) return plan;
    TIELINE_TRY(std::optional<OrderStep> receiver, receiver_step(sight, source, order));
    if (receiver) return receiver;
    return status_step(sight, source.text_or("status"), order);
}

Result<net::HttpRequest> look_for_order(const Sight& sight, const Route& route, const model::Command& command) {
    if (route.kind == "order.change") {
        TIELINE_TRY(const Json source, source_of(route, command));
        return order_request(sight, source.text_or("erp_order"));
    }
    const KeyField key = key_field(sight.map, route.table);
    return odata::read_request(sight.access, set_of(sight.places, sight.map, route.table),
                               {{"$filter", key.field + " eq " + odata::text_literal(first_of_key(command, key))},
                                {"$expand", expansion()},
                                {"$top", look_most}});
}

Receipt order_receipt(const Sight& sight, const Json& order) {
    Receipt receipt;
    receipt.document = order.text_or("MaintenanceOrder");
    if (const auto status = status_of(sight, order))
        receipt.details = Json::object({{"status", to_string(*status)}}).dump();
    return receipt;
}

Result<Found> seen_order(const Sight& sight, const Route& route, const model::Command& command,
                         const Result<net::HttpResponse>& reply) {
    Found found;
    Json order;
    if (route.kind == "order.change") {
        const Result<Json> entity = odata::entity_of(sight.access, rest::Effect::read, reply);
        if (!entity && entity.error().kind != ErrorKind::not_found) return entity.error();
        const KeyField key = key_field(sight.map, route.table);
        const bool is_there = entity && entity->text_or(key.field) == first_of_key(command, key);
        if (is_there) order = *entity;
    } else {
        TIELINE_TRY(const odata::Rows rows, odata::rows_of(sight.access, reply));
        if (rows.rows.size() > 1) {
            found.why = make_error(ErrorKind::unknown_outcome,
                                   "SAP has " + std::to_string(rows.rows.size()) +
                                       " maintenance orders under the key " + command.key + "; a person must decide",
                                   "duplicate_reference");
            return found;
        }
        if (!rows.rows.empty()) order = rows.rows.front();
    }
    if (order.is_null()) {
        found.state = Found::State::absent;
        return found;
    }
    found.receipt = order_receipt(sight, order);
    const std::string differs =
        route.kind == "order.create" ? difference(sight, route, command, {order}) : std::string();
    if (!differs.empty()) {
        found.why = make_error(ErrorKind::unknown_outcome,
                               "SAP has maintenance order " + found.receipt.document + " with other content (" +
                                   differs + ") under the key " + command.key + "; a person must decide",
                               "reference_used_otherwise");
        return found;
    }
    found.state = Found::State::present;
    const auto step = next_step(sight, route, command, order);
    if (!step || *step) found.receipt.state = Receipt::State::accepted;  // what is in the way, follow() finds
    return found;
}

}  // namespace tieline::connectors::sap_s4
