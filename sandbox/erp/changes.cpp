#include "sandbox/erp/reading.h"

#include <charconv>

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

std::optional<Json> body_of(Db& db, const std::string& kind, const std::string& object) {
    if (kind == "rate") return rate_json(db, object);
    if (kind != "invoice" && kind != "document") return std::nullopt;
    std::int64_t number = 0;
    std::from_chars(object.data(), object.data() + object.size(), number);
    return document_json(db, number, false);
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

std::vector<Change> read_changes(Db& db, std::string_view kinds, std::int64_t after, std::int64_t limit) {
    std::vector<Change> changes;
    const auto collect = [&](Query& query) {
        while (query.step())
            changes.push_back(Change{query.integer(0), query.integer(3), query.text(1), query.text(2)});
    };
    const bool everything = kinds.empty() || wanted(kinds, "document") || wanted(kinds, "order");
    if (everything) {
        Query query(db,
                    "SELECT seq, kind, object, at FROM changes WHERE seq>?1 AND (?2='' OR instr(','||?2||',', "
                    "','||kind||',')>0) ORDER BY seq LIMIT ?3",
                    after, kinds, limit);
        collect(query);
    } else {
        // The partial index leaves the many documents of others out.
        Query query(db,
                    "SELECT seq, kind, object, at FROM changes INDEXED BY changes_kind WHERE kind NOT IN ('document', "
                    "'order') AND kind IN (?1, ?2, ?3) AND seq>?4 ORDER BY seq LIMIT ?5",
                    wanted(kinds, "invoice") ? "invoice" : "", wanted(kinds, "rate") ? "rate" : "",
                    wanted(kinds, "period") ? "period" : "", after, limit);
        collect(query);
    }
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
