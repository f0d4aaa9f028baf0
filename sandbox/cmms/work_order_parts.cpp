// What a work order has to do with parts: planned ones, their state, what was booked on it, serial numbers, meters.

#include "sandbox/cmms/lines.h"
#include "sandbox/cmms/quantities.h"
#include "sandbox/cmms/reader.h"
#include "sandbox/cmms/status.h"
#include "sandbox/cmms/work_orders.h"

#include <algorithm>

namespace tieline::sandbox::cmms {
namespace {

using Need = Reader::Need;

constexpr std::size_t cost_lines_max = 500;
constexpr std::size_t planned_max = 200;
constexpr std::size_t serials_max = 100;
constexpr std::size_t readings_max = 50;

Outcome<> check_may_plan(const Json& record) {
    if (is_open(record.text_or("status"))) return {};
    return wrong_state(record, "its planned parts are fixed", "reopen it first");
}

/// Who has the serial number now.
struct Holder {
    std::string asset, wonum;
    std::int64_t id = 0;
};

std::optional<Holder> holder_of(Database& database, const std::string& item, const std::string& serial) {
    Rows rows =
        database.query("SELECT asset, wonum, id FROM asset_serials WHERE item = ? AND serial = ? AND removed_at = ''");
    rows.bind(std::string_view(item)).bind(std::string_view(serial));
    if (!rows.next()) return std::nullopt;
    return Holder{rows.text(0), rows.text(1), rows.integer(2)};
}

bool names(const Json& list, const std::string& item, const std::string& serial) {
    return std::any_of(list.items().begin(), list.items().end(), [&](const Json& entry) {
        return entry.text_or("item") == item && entry.text_or("serial") == serial;
    });
}

}  // namespace

Outcome<> WorkOrders::apply_planned(Json& record, Reader& reader) {
    const bool expand = reader.boolean("expand_kits", false);
    const Json::Array* given = reader.array("planned_materials", planned_max);
    if (reader.failed()) return reader.problem();
    if (given == nullptr) return {};
    Outcome<Json> list = planned_.read(*given, *record.find("planned_materials"), expand);
    if (!list) return list.error();
    std::int64_t counter = record.int_or("line_counter", 0);
    Outcome<> numbered = number_planned(*list, counter);
    if (!numbered) return numbered.error();
    record.set("planned_materials", std::move(*list));
    record.set("line_counter", counter);
    return {};
}

Outcome<Json> WorkOrders::add_planned(const std::string& number, const Json& input, const WriteContext& context) {
    if (!input.is_object()) return invalid("wrong_type", "", "a line is a JSON object");
    Outcome<Json> record = read_for(number, context);
    if (!record) return record.error();
    Outcome<> allowed = check_may_plan(*record);
    if (!allowed) return allowed.error();
    Json line = input;
    line.erase("expand_kits");
    Json::Array lines = record->find("planned_materials")->items();
    lines.push_back(std::move(line));
    const Json whole = Json::object({{"planned_materials", std::move(lines)},
                                     {"expand_kits", input.find("expand_kits") ? *input.find("expand_kits") : Json()}});
    Reader reader(whole, "", {"planned_materials", "expand_kits"});
    Outcome<> applied = apply_planned(*record, reader);
    if (!applied) return applied.error();
    save(*record, "part planned", input.text_or("item"), context.now);
    return record;
}

Outcome<Json> WorkOrders::remove_planned(const std::string& number, const std::string& line,
                                         const WriteContext& context) {
    Outcome<Json> record = read_for(number, context);
    if (!record) return record.error();
    Outcome<> allowed = check_may_plan(*record);
    if (!allowed) return allowed.error();
    Json::Array lines = record->find("planned_materials")->items();
    const std::size_t before = lines.size();
    std::erase_if(lines, [&line](const Json& one) { return one.text_or("line") == line; });
    if (lines.size() == before) {
        return not_found("unknown_line", "work order " + number + " has no planned line " + line);
    }
    const Json whole = Json::object({{"planned_materials", std::move(lines)}});
    Reader reader(whole, "", {"planned_materials"});
    Outcome<> applied = apply_planned(*record, reader);
    if (!applied) return applied.error();
    save(*record, "planned part removed", line, context.now);
    return record;
}

Outcome<Json> WorkOrders::set_parts_state(const std::string& number, const Json& input, const WriteContext& context) {
    Outcome<Json> record = read_for(number, context);
    if (!record) return record.error();
    Outcome<Json> state = read_parts_state(input, *record->find("planned_materials"));
    if (!state) return state.error();
    const Json* old = record->find("parts_state");
    if (!old->is_null()) {
        Json kept = *old;
        kept.erase("written_at");
        if (kept == *state) return record;
        if (input.find("as_of") != nullptr && state->int_or("as_of", 0) < old->int_or("as_of", 0)) {
            record->set("ignored", true);
            return record;
        }
    }
    state->set("written_at", format_time(context.now));
    const std::string note = state->text_or("state");
    record->set("parts_state", std::move(*state));
    save(*record, "parts state", note, context.now);
    return record;
}

Outcome<std::string> WorkOrders::book_part(Json& record, const PartBooking& booking, WallTime now) {
    const LineDefaults defaults{record.text_or("currency"), record.text_or("tax_code"),
                                record.bool_or("capital", false)};
    Outcome<Json> line = read_line(*line_kind("materials"), booking.cost_line, "", defaults);
    if (!line) return line.error();
    line->set("transaction", booking.transaction);
    Json& lines = *record.find("materials");
    if (lines.items().size() >= cost_lines_max) return invalid("too_many", "wonum", "at most 500 materials lines");
    lines.push_back(std::move(*line));
    std::int64_t counter = record.int_or("line_counter", 0);
    Outcome<> numbered = number_lines(record, counter);
    if (!numbered) return numbered.error();
    record.set("line_counter", counter);
    std::string cost_line = record.find("materials")->items().back().text_or("line");
    for (Json& planned : record.find("planned_materials")->items()) {
        if (booking.planned_line.empty() || planned.text_or("line") != booking.planned_line) continue;
        planned.set("issued", number_of(sum(decimal_of(planned, "issued"), booking.delta)));
    }
    save(record, "part transaction", booking.transaction, now);
    return cost_line;
}

Outcome<Json> WorkOrders::move_serials(Json& record, Reader& reader, std::string_view list, WallTime now) {
    const bool installs = list == "installed";
    const std::string asset = record.text_or("asset"), wonum = record.text_or("wonum");
    const std::string by = reader.code("by", 20), given_at = reader.time("at");
    const std::string at = given_at.empty() ? format_time(now) : given_at;
    const Json::Array* given = reader.array(list, serials_max);
    if (reader.failed()) return reader.problem();
    Json added = Json::array();
    for (std::size_t index = 0; given != nullptr && index < given->size(); ++index) {
        Reader entry((*given)[index], std::string(list) + "[" + std::to_string(index) + "]", {"item", "serial"});
        const std::string item = entry.code("item", 40, Need::required);
        const std::string serial = entry.code("serial", 40, Need::required);
        if (entry.failed()) return entry.problem();
        Outcome<Json> part = items_.known(item, entry.path_of("item"));
        if (!part) return part.error();
        if (!part->bool_or("serial_tracked", false)) {
            return invalid("not_serial_tracked", entry.path_of("item"), "item " + item + " has no serial numbers here");
        }
        const std::optional<Holder> holder = holder_of(database_, item, serial);
        const bool is_here = holder && holder->asset == asset;
        const bool is_repeat = names(*record.find("serials")->find(list), item, serial) && is_here == installs;
        if (is_repeat) continue;
        if (installs && holder) {
            Problem problem =
                conflict("serial_elsewhere", "serial number " + serial + " of item " + item + " is in asset " +
                                                 holder->asset + "; take it out there first");
            problem.field = entry.path_of("serial");
            problem.extra.set("asset", holder->asset);
            return problem;
        }
        if (!installs && !is_here) {
            return invalid("serial_not_here", entry.path_of("serial"),
                           "serial number " + serial + " of item " + item + " is not in asset " + asset);
        }
        if (installs) {
            database_
                .query(
                    "INSERT INTO asset_serials(asset, item, serial, wonum, at, by_person, removed_by_order, "
                    "removed_at) VALUES(?, ?, ?, ?, ?, ?, '', '')")
                .bind(std::string_view(asset))
                .bind(std::string_view(item))
                .bind(std::string_view(serial))
                .bind(std::string_view(wonum))
                .bind(std::string_view(at))
                .bind(std::string_view(by))
                .run();
        } else {
            database_.query("UPDATE asset_serials SET removed_by_order = ?, removed_at = ? WHERE id = ?")
                .bind(std::string_view(wonum))
                .bind(std::string_view(at))
                .bind(holder->id)
                .run();
        }
        added.push_back(Json::object({{"item", item}, {"serial", serial}, {"at", at}, {"by", by}}));
    }
    return added;
}

Outcome<Json> WorkOrders::change_serials(const std::string& number, const Json& input, const WriteContext& context) {
    Outcome<Json> record = read_for(number, context);
    if (!record) return record.error();
    const std::string status = record->text_or("status");
    if (status == "REQ" || status == "APPR" || status == "CLOSED" || status == "CANC") {
        return wrong_state(*record, "no serial numbers can be noted", "do so while the work is released or done");
    }
    Reader reader(input, "", {"installed", "removed", "at", "by"});
    bool is_changed = false;
    // What comes out goes first: an exchange may name the same number of pieces both ways.
    for (const char* list : {"removed", "installed"}) {
        Outcome<Json> added = move_serials(*record, reader, list, context.now);
        if (!added) return added.error();
        is_changed = is_changed || !added->items().empty();
        for (Json& entry : added->items()) record->find("serials")->find(list)->push_back(std::move(entry));
    }
    if (is_changed) save(*record, "serial numbers", "", context.now);
    return record;
}

Json WorkOrders::serials_of(const std::string& asset) {
    Json items = Json::array(), removed = Json::array();
    Rows rows = database_.query(
        "SELECT item, serial, wonum, at, by_person, removed_by_order, removed_at FROM (SELECT * FROM asset_serials "
        "WHERE "
        "asset = ? AND removed_at = '' UNION ALL SELECT * FROM (SELECT * FROM asset_serials WHERE asset = ? AND "
        "removed_at <> '' ORDER BY id DESC LIMIT 100)) ORDER BY id");
    rows.bind(std::string_view(asset)).bind(std::string_view(asset));
    while (rows.next()) {
        Json entry = Json::object({{"item", rows.text(0)},
                                   {"serial", rows.text(1)},
                                   {"wonum", rows.text(2)},
                                   {"at", rows.text(3)},
                                   {"by", rows.text(4)}});
        if (rows.text(6).empty()) {
            items.push_back(std::move(entry));
            continue;
        }
        entry.set("removed_by_order", rows.text(5));
        entry.set("removed_at", rows.text(6));
        removed.push_back(std::move(entry));
    }
    return Json::object({{"asset", asset}, {"items", std::move(items)}, {"removed", std::move(removed)}});
}

Outcome<> WorkOrders::complete(Json& record, Reader& reader, WallTime now) {
    const Json::Array* readings = reader.array("meter_readings", readings_max);
    if (reader.failed()) return reader.problem();
    const bool completes = record.text_or("status") == "COMP";
    if (readings != nullptr && !completes) {
        return invalid("wrong_status", "meter_readings",
                       "readings are taken with COMP; send others to the asset's meter");
    }
    if (!completes) return {};
    const std::string asset = record.text_or("asset");
    if (readings != nullptr) {
        const WallTime at = *parse_time(record.text_or("actual_finish"));
        Outcome<> recorded = meters_.record_all(asset, record.text_or("wonum"), *readings, at, now);
        if (!recorded) return recorded.error();
    }
    record.set("meter_readings", meters_.snapshot(asset));
    return {};
}

}  // namespace tieline::sandbox::cmms
