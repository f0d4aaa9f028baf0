#include "sandbox/cmms/assets.h"

#include "sandbox/cmms/reader.h"

#include <algorithm>
#include <numeric>

namespace tieline::sandbox::cmms {
namespace {

constexpr std::size_t distance_max = 2;

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::int64_t next_counter(Database& database, const char* name) {
    Rows rows = database.query(
        "INSERT INTO counters(name, value) VALUES(?, 1) ON CONFLICT(name) DO UPDATE SET value = value + 1 "
        "RETURNING value");
    rows.bind(std::string_view(name));
    if (!rows.next()) throw DatabaseError("the counter gave no value");
    const std::int64_t value = rows.integer(0);
    while (rows.next()) {
    }
    return value;
}

Outcome<Json> Assets::put(const std::string& number, const Json& input, WallTime now) {
    Reader reader(input, "",
                  {"assetnum", "description", "company", "plant", "zone", "cost_center", "criticality", "parent",
                   "active", "version", "change", "updated_at"});
    Json record = Json::object();
    record.set("assetnum", number);
    record.set("description", reader.text("description", 200));
    record.set("company", reader.code("company", 8, Reader::Need::required));
    record.set("plant", reader.code("plant", 16, Reader::Need::required));
    record.set("zone", reader.code("zone", 24));
    record.set("cost_center", reader.code("cost_center", 24, Reader::Need::required));
    record.set("criticality", reader.one_of("criticality", {"A", "B", "C"}, "B"));
    record.set("parent", reader.code("parent", 32));
    record.set("active", reader.boolean("active", true));
    if (number.empty() || number.size() > 32) {
        reader.fail(invalid("bad_code", "assetnum", "an asset's number has 1 to 32 characters"));
    }
    if (reader.failed()) return reader.problem();
    const std::optional<Json> old = find(number);
    const std::int64_t change = next_counter(database_, "change");
    record.set("version", (old ? old->int_or("version", 0) : 0) + 1);
    record.set("change", change);
    record.set("updated_at", format_time(now));
    database_.query("INSERT OR REPLACE INTO assets(number, change, body) VALUES(?, ?, ?)")
        .bind(std::string_view(number))
        .bind(change)
        .bind(std::string_view(record.dump()))
        .run();
    webhooks_.announce("asset.changed", number, now);
    return record;
}

std::optional<Json> Assets::find(const std::string& number) {
    Rows rows = database_.query("SELECT body FROM assets WHERE number = ?");
    rows.bind(std::string_view(number));
    if (!rows.next()) return std::nullopt;
    Result<Json> body = Json::parse(rows.text(0));
    if (!body) throw DatabaseError("asset " + number + " is not readable: " + body.error().message);
    return std::move(*body);
}

Outcome<Json> Assets::read(const std::string& number) {
    std::optional<Json> record = find(number);
    if (record) return std::move(*record);
    return not_found("unknown_asset", "there is no asset " + number + " in this system");
}

std::string Assets::list(std::int64_t after_change, std::int64_t limit) {
    Rows rows = database_.query("SELECT body, change FROM assets WHERE change > ? ORDER BY change LIMIT ?");
    rows.bind(after_change).bind(limit + 1);
    std::string items;
    std::int64_t next = after_change;
    std::int64_t count = 0;
    bool more = false;
    while (rows.next()) {
        if (count++ == limit) {
            more = true;
            break;
        }
        if (!items.empty()) items += ',';
        items += rows.text(0);
        next = rows.integer(1);
    }
    return "{\"items\":[" + items + "],\"next_change\":" + std::to_string(next) +
           ",\"more\":" + (more ? "true" : "false") + "}";
}

std::string Assets::nearest(const std::string& number) {
    Rows rows = database_.query("SELECT number FROM assets");
    std::string best;
    std::size_t best_distance = distance_max + 1;
    while (rows.next()) {
        std::string known = rows.text(0);
        const std::size_t distance = edit_distance(known, number);
        if (distance >= best_distance) continue;
        best_distance = distance;
        best = std::move(known);
    }
    return best;
}

}  // namespace tieline::sandbox::cmms
