#include "sandbox/cmms/meters.h"

#include "sandbox/cmms/quantities.h"
#include "sandbox/cmms/reader.h"

namespace tieline::sandbox::cmms {
namespace {

using Need = Reader::Need;
using Sign = Reader::Sign;

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t window_ms = 90 * day_ms;
constexpr std::int64_t value_max = 1'000'000'000'000;
constexpr std::size_t meters_max = 50;

std::int64_t millis(WallTime time) { return time.time_since_epoch().count(); }

Decimal kept(const std::string& text) {
    const Result<Decimal> value = Decimal::parse(text);
    if (!value) throw DatabaseError("a meter reading is not readable: " + text);
    return *value;
}

Problem backwards(const NewReading& reading, const std::string& why) {
    return invalid("meter_backwards", reading.value_path,
                   "meter " + reading.meter + " cannot show " + reading.value.str() + " at " + format_time(reading.at) +
                       ": " + why + "; check the reading, or send \"reset\": true where it began again");
}

Json json_of(const MeterState& state) {
    return Json::object({{"meter", state.meter},
                         {"value", number_of(state.value)},
                         {"unit", state.unit},
                         {"at", format_time(state.at)},
                         {"total", number_of(state.total)},
                         {"per_day", state.per_day ? number_of(*state.per_day) : Json()}});
}

}  // namespace

std::optional<Meters::Neighbour> Meters::neighbour(const std::string& asset, const std::string& meter, WallTime at,
                                                   bool before) {
    Rows rows = database_.query(
        before ? "SELECT value, total, is_reset FROM readings WHERE asset = ? AND meter = ? AND at_ms < ? ORDER BY "
                 "at_ms DESC LIMIT 1"
               : "SELECT value, total, is_reset FROM readings WHERE asset = ? AND meter = ? AND at_ms > ? ORDER BY "
                 "at_ms LIMIT 1");
    rows.bind(std::string_view(asset)).bind(std::string_view(meter)).bind(millis(at));
    if (!rows.next()) return std::nullopt;
    return Neighbour{kept(rows.text(0)), kept(rows.text(1)), rows.integer(2) != 0};
}

Outcome<Decimal> Meters::total_for(const std::string& asset, const NewReading& reading) {
    const std::optional<Neighbour> before = neighbour(asset, reading.meter, reading.at, true);
    const std::optional<Neighbour> after = neighbour(asset, reading.meter, reading.at, false);
    if (after && (reading.is_reset || after->is_reset)) {
        return backwards(reading, "there are later readings, and a reset lies between");
    }
    if (before && !reading.is_reset && reading.value < before->value) {
        return backwards(reading, "it has shown " + before->value.str() + " before");
    }
    if (after && reading.value > after->value) {
        return backwards(reading, "it shows " + after->value.str() + " later");
    }
    if (before && reading.is_reset) return sum(before->total, reading.value);
    if (before) return sum(before->total, difference(reading.value, before->value));
    if (after) return difference(after->total, difference(after->value, reading.value));
    return reading.value;
}

Outcome<Json> Meters::record(const std::string& asset, const NewReading& reading, WallTime now, bool& repeated) {
    if (reading.at > now + Millis{day_ms}) {
        return invalid("bad_time", "at", "a reading cannot be from more than a day ahead; check the clock");
    }
    if (reading.value > Decimal::from_int(value_max)) {
        return invalid("bad_amount", reading.value_path, "a meter shows at most 1000000000000");
    }
    Json shown = Json::object({{"asset", asset}, {"meter", reading.meter}, {"value", number_of(reading.value)}});
    shown.set("at", format_time(reading.at));
    {
        Rows rows = database_.query("SELECT value, total FROM readings WHERE asset = ? AND meter = ? AND at_ms = ?");
        rows.bind(std::string_view(asset)).bind(std::string_view(reading.meter)).bind(millis(reading.at));
        if (rows.next()) {
            repeated = true;
            if (kept(rows.text(0)) != reading.value) return backwards(reading, "it shows " + rows.text(0) + " then");
            shown.set("total", Json::number(rows.text(1)));
            return shown;
        }
    }
    Outcome<Decimal> total = total_for(asset, reading);
    if (!total) return total.error();
    const std::optional<MeterState> old = state(asset, reading.meter);
    const std::string unit = reading.unit.empty() && old ? old->unit : reading.unit;
    database_
        .query(
            "INSERT INTO readings(asset, meter, at_ms, value, total, is_reset, unit, by_person, wonum, change) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(std::string_view(asset))
        .bind(std::string_view(reading.meter))
        .bind(millis(reading.at))
        .bind(std::string_view(reading.value.str()))
        .bind(std::string_view(total->str()))
        .bind(static_cast<std::int64_t>(reading.is_reset ? 1 : 0))
        .bind(std::string_view(unit))
        .bind(std::string_view(reading.by))
        .bind(std::string_view(reading.wonum))
        .bind(next_counter(database_, "change"))
        .run();
    webhooks_.announce("meter.read", asset + "/" + reading.meter, now);
    shown.set("total", number_of(*total));
    return shown;
}

Outcome<Json> Meters::add(const std::string& asset, const std::string& meter, const Json& input, WallTime now,
                          bool& repeated) {
    Outcome<Json> machine = assets_.read(asset);
    if (!machine) return machine.error();
    const Json path = Json::object({{"meter", meter}});
    Reader of_path(path, "", {"meter"});
    of_path.code("meter", 24, Need::required);
    if (of_path.failed()) return of_path.problem();
    Reader reader(input, "", {"value", "at", "by", "unit", "reset"});
    NewReading reading;
    reading.meter = meter;
    reading.value_path = "value";
    reading.value = reader.decimal("value", Sign::not_negative, Need::required);
    reading.by = reader.code("by", 20);
    reading.unit = reader.text("unit", 12);
    reading.is_reset = reader.boolean("reset", false);
    const std::string at = reader.time("at");
    if (reader.failed()) return reader.problem();
    reading.at = at.empty() ? now : *parse_time(at);
    return record(asset, reading, now, repeated);
}

Outcome<> Meters::record_all(const std::string& asset, const std::string& wonum, const Json::Array& input, WallTime at,
                             WallTime now) {
    if (input.size() > meters_max) return invalid("too_many", "meter_readings", "at most 50 readings");
    for (std::size_t index = 0; index < input.size(); ++index) {
        Reader reader(input[index], "meter_readings[" + std::to_string(index) + "]", {"meter", "value"});
        NewReading reading;
        reading.meter = reader.code("meter", 24, Need::required);
        reading.value = reader.decimal("value", Sign::not_negative, Need::required);
        reading.value_path = reader.path_of("value");
        reading.wonum = wonum;
        reading.at = at;
        if (reader.failed()) return reader.problem();
        bool repeated = false;
        Outcome<Json> recorded = record(asset, reading, now, repeated);
        if (!recorded) return recorded.error();
    }
    return {};
}

std::optional<MeterState> Meters::state(const std::string& asset, const std::string& meter) {
    MeterState state;
    state.meter = meter;
    Rows rows = database_.query(
        "SELECT value, total, unit, at_ms FROM readings WHERE asset = ? AND meter = ? ORDER BY at_ms DESC LIMIT 1");
    rows.bind(std::string_view(asset)).bind(std::string_view(meter));
    if (!rows.next()) return std::nullopt;
    state.value = kept(rows.text(0));
    state.total = kept(rows.text(1));
    state.unit = rows.text(2);
    state.at = WallTime{Millis{rows.integer(3)}};
    const auto rate_from = [&state](Rows& first) {
        if (!first.next()) return false;
        const __int128 grown = unscaled(difference(state.total, kept(first.text(0))), 6);
        const __int128 per_day = grown * day_ms / (millis(state.at) - first.integer(1));
        state.per_day = from_unscaled(per_day / 1'000, 3);
        return true;
    };
    const std::int64_t from = millis(state.at) - window_ms;
    Rows oldest = database_.query(
        "SELECT total, at_ms FROM readings WHERE asset = ? AND meter = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms "
        "LIMIT 1");
    oldest.bind(std::string_view(asset)).bind(std::string_view(meter)).bind(from).bind(millis(state.at));
    if (rate_from(oldest)) return state;
    // Two readings far apart still give a rate.
    Rows before = database_.query(
        "SELECT total, at_ms FROM readings WHERE asset = ? AND meter = ? AND at_ms < ? ORDER BY at_ms DESC LIMIT 1");
    before.bind(std::string_view(asset)).bind(std::string_view(meter)).bind(from);
    rate_from(before);
    return state;
}

std::vector<MeterState> Meters::states(const std::string& asset) {
    std::vector<std::string> names;
    {
        Rows rows = database_.query("SELECT DISTINCT meter FROM readings WHERE asset = ? ORDER BY meter");
        rows.bind(std::string_view(asset));
        while (rows.next()) names.push_back(rows.text(0));
    }
    std::vector<MeterState> list;
    for (const std::string& name : names) list.push_back(*state(asset, name));
    return list;
}

Outcome<Json> Meters::list(const std::string& asset) {
    Outcome<Json> machine = assets_.read(asset);
    if (!machine) return machine.error();
    Json items = Json::array();
    for (const MeterState& state : states(asset)) items.push_back(json_of(state));
    return Json::object({{"asset", asset}, {"items", std::move(items)}});
}

Json Meters::snapshot(const std::string& asset) {
    Json items = Json::array();
    for (const MeterState& state : states(asset)) {
        items.push_back(Json::object({{"meter", state.meter},
                                      {"value", number_of(state.value)},
                                      {"unit", state.unit},
                                      {"at", format_time(state.at)}}));
    }
    return items;
}

Outcome<Json> Meters::readings(const std::string& asset, const std::string& meter, std::int64_t limit) {
    Outcome<Json> machine = assets_.read(asset);
    if (!machine) return machine.error();
    Json items = Json::array();
    Rows rows = database_.query(
        "SELECT value, total, unit, at_ms, is_reset, by_person, wonum FROM readings WHERE asset = ? AND meter = ? "
        "ORDER BY at_ms DESC LIMIT ?");
    rows.bind(std::string_view(asset)).bind(std::string_view(meter)).bind(limit);
    while (rows.next()) {
        items.push_back(Json::object({{"value", Json::number(rows.text(0))},
                                      {"total", Json::number(rows.text(1))},
                                      {"unit", rows.text(2)},
                                      {"at", format_time(WallTime{Millis{rows.integer(3)}})},
                                      {"reset", rows.integer(4) != 0},
                                      {"by", rows.text(5)},
                                      {"wonum", rows.text(6)}}));
    }
    return Json::object({{"asset", asset}, {"meter", meter}, {"items", std::move(items)}});
}

}  // namespace tieline::sandbox::cmms
