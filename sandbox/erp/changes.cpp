#include "sandbox/erp/equipment.h"
#include "sandbox/erp/lists.h"
#include "sandbox/erp/part_orders.h"
#include "sandbox/erp/reading.h"
#include "sandbox/erp/requisitions.h"
#include "sandbox/erp/reservations.h"
#include "sandbox/erp/seed_parts.h"
#include "sandbox/erp/stock.h"

#include <algorithm>
#include <array>

namespace tieline::sandbox::erp {

namespace {

/// "EUR/JPY/2026-01-01" → the rate as it is now.
std::optional<Json> rate_json(Db& db, const std::string& object) {
    Query query(db, "SELECT base, quote, rate, valid_from FROM rates WHERE base||'/'||quote||'/'||valid_from=?",
                object);
    if (!query.step()) return std::nullopt;
    Json rate = Json::object();
    rate.set("from", query.text(0));
    rate.set("to", query.text(1));
    rate.set("rate", query.text(2));
    rate.set("validFrom", query.text(3));
    return rate;
}

std::optional<Json> vendor_json(Db& db, const std::string& code) {
    Query query(db, "SELECT code, name FROM vendors WHERE code=?", code);
    if (!query.step()) return std::nullopt;
    Json vendor = Json::object();
    vendor.set("code", query.text(0));
    vendor.set("name", query.text(1));
    return vendor;
}

std::optional<Json> cost_center_json(Db& db, const std::string& code) {
    Query query(db, "SELECT code, company, name, valid_from, valid_to FROM cost_centers WHERE code=?", code);
    if (!query.step()) return std::nullopt;
    Json row = Json::object();
    constexpr std::array<const char*, 5> members{"code", "companyCode", "name", "validFrom", "validTo"};
    for (std::size_t column = 0; column < members.size(); ++column)
        row.set(members[column], query.text(static_cast<int>(column)));
    return row;
}

/// What stands before and behind the last slash.
using Halves = std::pair<std::string, std::string>;
Halves halves(const std::string& object) {
    const std::size_t slash = object.rfind('/');
    if (slash == std::string::npos) return {object, ""};
    return {object.substr(0, slash), object.substr(slash + 1)};
}

/// "MECH/1000/2027-01-01" → the rate from that day on.
std::optional<Json> activity_json(Db& db, const std::string& object) {
    const auto [rest, valid_from] = halves(object);
    const auto [code, company] = halves(rest);
    Query query(db,
                "SELECT code, company, name, rate, currency, valid_from FROM activities WHERE code=? AND company=? AND "
                "valid_from=?",
                code, company, valid_from);
    if (!query.step()) return std::nullopt;
    Json row = Json::object();
    constexpr std::array<const char*, 6> members{"code", "companyCode", "name", "rate", "currency", "validFrom"};
    for (std::size_t column = 0; column < members.size(); ++column)
        row.set(members[column], query.text(static_cast<int>(column)));
    return row;
}

std::optional<Json> body_of(Db& db, const std::string& kind, const std::string& object) {
    if (kind == "stock") return stock_json(db, halves(object).first, halves(object).second, false);
    if (kind == "rate") return rate_json(db, object);
    if (kind == "invoice" || kind == "document" || kind == "delivery")
        return document_json(db, number_of(object), false);
    if (kind == "reservation") return reservation_json(db, number_of(object));
    if (kind == "requisition") return requisition_json(db, number_of(object));
    if (kind == "purchase_order") return purchase_order_json(db, object);
    if (kind == "material") return material_json(db, object);
    if (kind == "planning") return planning_json(db, halves(object).first, halves(object).second);
    if (kind == "vendor") return vendor_json(db, object);
    if (kind == "cost_center") return cost_center_json(db, object);
    if (kind == "person") return person_json(db, halves(object).first, halves(object).second);
    if (kind == "activity") return activity_json(db, object);
    if (kind == "equipment") return equipment_json(db, object);
    return std::nullopt;
}

bool wanted(std::string_view kinds, std::string_view kind) {
    while (!kinds.empty()) {
        const std::size_t comma = kinds.find(',');
        if (kinds.substr(0, comma) == kind) return true;
        if (comma == std::string_view::npos) return false;
        kinds.remove_prefix(comma + 1);
    }
    return false;
}

struct Change {
    std::int64_t seq = 0, at = 0;
    std::string kind, object;
};

/// Kinds that the partial index holds: all but documents and orders, which are the many.
constexpr std::array<std::string_view, 15> indexed_kinds{
    "invoice",        "rate",     "period", "material",    "planning", "stock",    "reservation", "requisition",
    "purchase_order", "delivery", "vendor", "cost_center", "person",   "activity", "equipment"};

std::vector<Change> read_changes(Db& db, std::string_view kinds, std::int64_t after, std::int64_t limit) {
    std::vector<Change> changes;
    const auto collect = [&](Query& query) {
        while (query.step())
            changes.push_back(Change{query.integer(0), query.integer(3), query.text(1), query.text(2)});
    };
    if (kinds.empty() || wanted(kinds, "document") || wanted(kinds, "order")) {
        Query query(db,
                    "SELECT seq, kind, object, at FROM changes WHERE seq>?1 AND (?2='' OR instr(','||?2||',', "
                    "','||kind||',')>0) ORDER BY seq LIMIT ?3",
                    after, kinds, limit);
        collect(query);
        return changes;
    }
    // A page of each kind, merged: a long backlog is never sorted as a whole.
    for (const std::string_view kind : indexed_kinds) {
        if (!wanted(kinds, kind)) continue;
        Query query(db,
                    "SELECT seq, kind, object, at FROM changes INDEXED BY changes_kind WHERE kind NOT IN ('document', "
                    "'order') AND kind=?1 AND seq>?2 ORDER BY seq LIMIT ?3",
                    kind, after, limit);
        collect(query);
    }
    std::sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.seq < b.seq; });
    if (changes.size() > static_cast<std::size_t>(limit)) changes.resize(static_cast<std::size_t>(limit));
    return changes;
}

}  // namespace

Reply show_changes(Call& call) {
    const std::int64_t after = query_integer(call.target, "after", 0, 0, INT64_MAX);
    const std::int64_t limit = query_integer(call.target, "limit", 100, 1, 1000);
    const bool expand = call.target.query_value("expand") == "true";
    std::vector<Change> changes = read_changes(call.db, call.target.query_value("kinds"), after, limit + 1);
    const bool more = changes.size() > static_cast<std::size_t>(limit);
    if (more) changes.pop_back();
    Json list = Json::array();
    for (const Change& change : changes) {
        Json row = Json::object();
        row.set("seq", change.seq);
        row.set("kind", change.kind);
        row.set("object", change.object);
        row.set("at", format_time(WallTime(Millis(change.at))));
        if (expand) {
            auto body = body_of(call.db, change.kind, change.object);
            if (body) row.set("body", std::move(*body));
        }
        list.push_back(std::move(row));
    }
    Reply reply;
    reply.body.set("changes", std::move(list));
    reply.body.set("next", std::to_string(changes.empty() ? after : changes.back().seq));
    reply.body.set("more", more);
    return reply;
}

Reply show_rates(Call& call) {
    Query query(call.db,
                "SELECT base, quote, rate, valid_from FROM rates WHERE (?1='' OR base=?1) AND (?2='' OR quote=?2) "
                "ORDER BY 1,2,4 LIMIT 10000",
                call.target.query_value("from"), call.target.query_value("to"));
    Json list = Json::array();
    while (query.step()) {
        Json rate = Json::object();
        rate.set("from", query.text(0));
        rate.set("to", query.text(1));
        rate.set("rate", query.text(2));
        rate.set("validFrom", query.text(3));
        list.push_back(std::move(rate));
    }
    Reply reply;
    reply.body.set("rates", std::move(list));
    return reply;
}

}  // namespace tieline::sandbox::erp
