#include "sandbox/cmms/assets.h"

#include "sandbox/cmms/objects.h"
#include "sandbox/cmms/reader.h"

namespace tieline::sandbox::cmms {
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

namespace {

/// Whether the kept asset has all that the given one says; the numbers that this system counts set aside.
bool is_same(const Json& kept, const Json& given) {
    for (const auto& [key, value] : given.members()) {
        const Json* old = kept.find(key);
        if (old == nullptr || !(*old == value)) return false;
    }
    return true;
}

}  // namespace

Outcome<Json> Assets::put(const std::string& number, const Json& input, WallTime now) {
    Reader reader(input, "",
                  {"assetnum", "description", "company", "plant", "zone", "cost_center", "criticality", "parent",
                   "active", "external_ref", "as_of_change", "version", "change", "updated_at"});
    const std::optional<std::int64_t> as_of = read_as_of(reader);
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
    record.set("external_ref", reader.text("external_ref", 40));
    if (number.empty() || number.size() > 32) {
        reader.fail(invalid("bad_code", "assetnum", "an asset's number has 1 to 32 characters"));
    }
    if (reader.failed()) return reader.problem();
    std::optional<Json> old = find(number);
    if (old && as_of) {
        const std::int64_t kept = old->int_or("as_of_change", 0);
        if (*as_of < kept) old->set("ignored", true);
        if (*as_of < kept || is_same(*old, record)) return std::move(*old);
    }
    record.set("as_of_change", as_of.value_or(old ? old->int_or("as_of_change", 0) : 0));
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
    return page_of(rows, after_change, limit);
}

std::string Assets::nearest(const std::string& number) {
    Rows rows = database_.query("SELECT number FROM assets");
    return nearest_of(rows, number);
}

}  // namespace tieline::sandbox::cmms
