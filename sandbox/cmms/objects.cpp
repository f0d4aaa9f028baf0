#include "sandbox/cmms/objects.h"

#include "sandbox/cmms/assets.h"
#include "sandbox/cmms/reader.h"

#include <algorithm>
#include <numeric>

namespace tieline::sandbox::cmms {
namespace {

constexpr std::size_t distance_max = 2;
constexpr std::size_t page_bytes_max = 1 << 20;
constexpr const char* system_members[] = {"as_of_change", "version", "change", "updated_at"};

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

Json parsed(const std::string& text, const std::string& number) {
    Result<Json> body = Json::parse(text);
    if (!body) throw DatabaseError("object " + number + " is not readable: " + body.error().message);
    return std::move(*body);
}

/// What the writer decides, without what this system adds.
Json content_of(Json record) {
    for (const char* member : system_members) record.erase(member);
    return record;
}

}  // namespace

const ObjectKind& item_kind() {
    static const ObjectKind kind{"item", "itemnum", "item.changed", "unknown_item", "item"};
    return kind;
}
const ObjectKind& storeroom_kind() {
    static const ObjectKind kind{"storeroom", "storeroom", "storeroom.changed", "unknown_storeroom", "storeroom"};
    return kind;
}
const ObjectKind& job_plan_kind() {
    static const ObjectKind kind{"job_plan", "job_plan", "jobplan.changed", "unknown_job_plan", "job plan"};
    return kind;
}
const ObjectKind& pm_kind() {
    static const ObjectKind kind{"pm", "pm", "pm.changed", "unknown_pm", "preventive plan"};
    return kind;
}
const ObjectKind& suggestion_kind() {
    static const ObjectKind kind{"suggestion", "suggestion", "reorder.changed", "unknown_suggestion",
                                 "reorder suggestion"};
    return kind;
}

std::string nearest_of(Rows& numbers, const std::string& number) {
    std::string best;
    std::size_t best_distance = distance_max + 1;
    while (numbers.next()) {
        std::string known = numbers.text(0);
        const std::size_t distance = edit_distance(known, number);
        if (distance >= best_distance) continue;
        best_distance = distance;
        best = std::move(known);
    }
    return best;
}

std::optional<Json> Objects::find(const ObjectKind& kind, const std::string& number) {
    Rows rows = database_.query("SELECT body FROM objects WHERE kind = ? AND number = ?");
    rows.bind(std::string_view(kind.name)).bind(std::string_view(number));
    if (!rows.next()) return std::nullopt;
    return parsed(rows.text(0), number);
}

Outcome<Json> Objects::read(const ObjectKind& kind, const std::string& number) {
    std::optional<Json> record = find(kind, number);
    if (record) return std::move(*record);
    return not_found(std::string(kind.unknown),
                     "there is no " + std::string(kind.noun) + " " + number + " in this system");
}

Outcome<Json> Objects::known(const ObjectKind& kind, const std::string& number, const std::string& field) {
    std::optional<Json> record = find(kind, number);
    if (record) return std::move(*record);
    Problem problem = invalid(std::string(kind.unknown), field,
                              "there is no " + std::string(kind.noun) + " " + number + " in this system");
    Rows numbers = database_.query("SELECT number FROM objects WHERE kind = ?");
    numbers.bind(std::string_view(kind.name));
    const std::string nearest = nearest_of(numbers, number);
    if (!nearest.empty()) problem.extra.set("did_you_mean", nearest);
    return problem;
}

void Objects::store(const ObjectKind& kind, const Json& record) {
    database_.query("INSERT OR REPLACE INTO objects(kind, number, change, body) VALUES(?, ?, ?, ?)")
        .bind(std::string_view(kind.name))
        .bind(std::string_view(record.find(kind.key)->string()))
        .bind(record.int_or("change", 0))
        .bind(std::string_view(record.dump()))
        .run();
}

void Objects::save(const ObjectKind& kind, Json& record, WallTime now) {
    record.set("version", record.int_or("version", 0) + 1);
    record.set("change", next_counter(database_, "change"));
    record.set("updated_at", format_time(now));
    store(kind, record);
    webhooks_.announce(kind.event, kind.event_prefix + record.text_or(kind.key), now);
}

Json Objects::put(const ObjectKind& kind, Json content, WallTime now) {
    const std::optional<Json> old = find(kind, content.text_or(kind.key));
    if (old && content_of(*old) == content_of(content)) return *old;
    if (old) content.set("version", old->int_or("version", 0));
    save(kind, content, now);
    return content;
}

Json Objects::put_mirrored(const ObjectKind& kind, Json content, std::optional<std::int64_t> as_of, WallTime now) {
    std::optional<Json> old = find(kind, content.text_or(kind.key));
    const std::int64_t kept = old ? old->int_or("as_of_change", 0) : 0;
    if (old && as_of && *as_of < kept) {
        old->set("ignored", true);
        return std::move(*old);
    }
    content.set("as_of_change", as_of.value_or(kept));
    if (!old) {
        save(kind, content, now);
        return content;
    }
    if (content_of(*old) == content_of(content)) {
        // Only the place in the writer's changes moves on; nobody who polls has to read it again.
        if (as_of && *as_of != kept) {
            old->set("as_of_change", *as_of);
            store(kind, *old);
        }
        return std::move(*old);
    }
    content.set("version", old->int_or("version", 0));
    save(kind, content, now);
    return content;
}

std::string Objects::list(const ObjectKind& kind, std::int64_t after_change, std::int64_t limit) {
    Rows rows =
        database_.query("SELECT body, change FROM objects WHERE kind = ? AND change > ? ORDER BY change LIMIT ?");
    rows.bind(std::string_view(kind.name)).bind(after_change).bind(limit + 1);
    return page_of(rows, after_change, limit);
}

std::vector<Json> Objects::all(const ObjectKind& kind) {
    std::vector<Json> list;
    Rows rows = database_.query("SELECT body, number FROM objects WHERE kind = ? ORDER BY number");
    rows.bind(std::string_view(kind.name));
    while (rows.next()) list.push_back(parsed(rows.text(0), rows.text(1)));
    return list;
}

std::string page_of(Rows& rows, std::int64_t after_change, std::int64_t limit) {
    std::string items;
    std::int64_t next = after_change;
    std::int64_t count = 0;
    bool more = false;
    while (rows.next()) {
        if (count++ == limit || items.size() > page_bytes_max) {
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

std::optional<std::int64_t> read_as_of(Reader& reader, std::string_view key) {
    if (!reader.has(key)) return std::nullopt;
    return reader.integer(key, 0, INT64_MAX - 1, 0);
}

void check_key(Reader& reader, const Json& input, std::string_view key, const std::string& number,
               std::size_t bytes_max) {
    const Json path = Json::object({{std::string(key), number}});
    Reader of_path(path, "", {key});
    of_path.code(key, bytes_max, Reader::Need::required);
    if (of_path.failed()) reader.fail(of_path.problem());
    if (!reader.has(key) || reader.failed()) return;
    if (input.text_or(key) == number) return;
    reader.fail(
        invalid("wrong_key", std::string(key),
                "the body names another object than the path (" + number + "); leave it out or make them equal"));
}

}  // namespace tieline::sandbox::cmms
