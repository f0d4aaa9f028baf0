// One value of a field map: lookup, conversion to the type, rules, limits.

#include "base/decimal.h"
#include "base/suggest.h"
#include "base/time.h"
#include "connectors/map_compiled.h"
#include "model/work_order.h"

#include <algorithm>
#include <charconv>

namespace tieline::connectors {
namespace {

using Kind = MapRule::Kind;

MapOutcome fail(MapFailure& failure, const char* code, std::string what) {
    failure.code = code;
    failure.what = std::move(what);
    return MapOutcome::failed;
}

/// For messages: the value in quotes, cut at a sane length.
std::string shown(std::string_view text) {
    constexpr std::size_t most = 60;
    if (text.size() <= most) return "\"" + std::string(text) + "\"";
    std::size_t cut = most;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
    return "\"" + std::string(text.substr(0, cut)) + "…\"";
}

/// Bytes of the first `count` characters.
std::size_t bytes_of(std::string_view text, std::size_t count) {
    std::size_t at = 0;
    for (; at < text.size(); ++at) {
        const bool starts = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
        if (starts && count-- == 0) break;
    }
    return at;
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool scalar_text(const Json& value, std::string_view& out) {
    if (value.is_string()) {
        out = value.string();
    } else if (value.is_number()) {
        out = value.number_token();
    } else if (value.is_bool()) {
        out = value.boolean() ? "true" : "false";
    } else {
        return false;
    }
    return true;
}

void trim(std::string& text) {
    constexpr const char* blanks = " \t\r\n";
    const std::size_t last = text.find_last_not_of(blanks);
    text.erase(last == std::string::npos ? 0 : last + 1);
    text.erase(0, std::min(text.find_first_not_of(blanks), text.size()));
}

void apply_text_rule(const MapRule& rule, const MapScope& scope, std::string& text) {
    switch (rule.kind) {
        case Kind::trim:
            trim(text);
            break;
        case Kind::upper:
            for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
            break;
        case Kind::lower:
            for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            break;
        case Kind::truncate:
            text.resize(bytes_of(text, rule.count));
            break;
        case Kind::prefix:
            text.insert(0, rule.text);
            break;
        case Kind::suffix:
            text += rule.text;
            break;
        case Kind::pad:
            if (text.size() < rule.count && all_digits(text)) text.insert(0, rule.count - text.size(), '0');
            break;
        case Kind::concat: {
            const Json* other = resolve(*rule.path, scope);
            std::string_view more;
            if (other != nullptr && scalar_text(*other, more) && !more.empty()) text.append(rule.text).append(more);
            break;
        }
        default:
            break;  // number rules are refused on texts when the map is compiled
    }
}

MapOutcome convert_text(const MapRow& row, std::string_view source, const MapScope& scope, Json& out,
                        MapFailure& failure) {
    std::string text(source);
    for (const MapRule& rule : row.rules) apply_text_rule(rule, scope, text);
    if (text.empty()) {
        if (row.required) return fail(failure, "missing_field", "it is empty, but the field is required");
        if (row.omit_if_empty) return MapOutcome::left_out;
    }
    if (row.max > 0 && text.size() > row.max) {
        const std::size_t count = character_count(text);
        if (count > row.max) {
            return fail(failure, "too_long",
                        shown(text) + " has " + std::to_string(count) + " characters, at most " +
                            std::to_string(row.max) + " are allowed");
        }
    }
    out = Json(std::move(text));
    return MapOutcome::written;
}

/// "1.5E3" → "1500": some peers write exact decimals with an exponent. False when it is no such number or too long.
bool expand_exponent(std::string_view token, std::string& out) {
    const std::size_t mark = token.find_first_of("eE");
    std::string_view power = token.substr(mark + 1);
    if (!power.empty() && power.front() == '+') power.remove_prefix(1);
    int exponent = 0;
    const auto [end, problem] = std::from_chars(power.data(), power.data() + power.size(), exponent);
    if (problem != std::errc() || end != power.data() + power.size() || exponent > 40 || exponent < -40) return false;
    std::string_view mantissa = token.substr(0, mark);
    const bool negative = !mantissa.empty() && mantissa.front() == '-';
    if (negative) mantissa.remove_prefix(1);
    const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
    std::string digits(mantissa.substr(0, point));
    if (point < mantissa.size()) digits += mantissa.substr(point + 1);
    if (!all_digits(digits) || digits.size() > 80) return false;
    int whole = static_cast<int>(point) + exponent;  // digits before the point
    if (whole <= 0) {
        digits.insert(0, static_cast<std::size_t>(1 - whole), '0');
        whole = 1;
    }
    if (digits.size() < static_cast<std::size_t>(whole))
        digits.append(static_cast<std::size_t>(whole) - digits.size(), '0');
    std::string fraction = digits.substr(static_cast<std::size_t>(whole));
    std::string before = digits.substr(0, static_cast<std::size_t>(whole));
    before.erase(0, std::min(before.find_first_not_of('0'), before.size() - 1));
    fraction.erase(fraction.find_last_not_of('0') + 1);
    out = (negative ? "-" : "") + before + (fraction.empty() ? "" : "." + fraction);
    return true;
}

Result<Decimal> round_by_rule(const MapRule& rule, const MapScope& scope, const Decimal& value) {
    if (!rule.path) return value.rounded(static_cast<int>(rule.count));
    const Json* currency = resolve(*rule.path, scope);
    if (currency == nullptr || !currency->is_string()) {
        return make_error(ErrorKind::invalid,
                          "the currency in '" + rule.path->text + "' that it is rounded by is missing",
                          "unknown_currency");
    }
    TIELINE_TRY(const int digits, model::minor_units(currency->string()));
    return value.rounded(digits);
}

MapOutcome check_number(const MapRow& row, std::string_view text, MapFailure& failure) {
    if (row.max == 0) return MapOutcome::written;
    const std::size_t digits =
        static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }));
    if (digits <= row.max) return MapOutcome::written;
    return fail(failure, "too_long",
                shown(text) + " has " + std::to_string(digits) + " digits, at most " + std::to_string(row.max) +
                    " are allowed");
}

MapOutcome convert_decimal(const MapRow& row, std::string_view source, const MapScope& scope, Json& out,
                           MapFailure& failure) {
    std::string expanded;
    if (source.find_first_of("eE") != std::string_view::npos && expand_exponent(source, expanded)) source = expanded;
    auto parsed = Decimal::parse(source);
    if (!parsed) return fail(failure, "bad_decimal", shown(source) + " is no exact decimal number such as \"12.50\"");
    Decimal value = *parsed;
    for (const MapRule& rule : row.rules) {
        if (rule.kind == Kind::negate) value = value.negated();
        if (rule.kind == Kind::absolute) value = value.abs();
        if (rule.kind != Kind::round) continue;
        const auto rounded = round_by_rule(rule, scope, value);
        if (!rounded) return fail(failure, rounded.error().code.c_str(), rounded.error().message);
        value = *rounded;
    }
    if (row.omit_if_empty && value.is_zero()) return MapOutcome::left_out;
    if (row.scale >= 0 && value.scale_needed() > row.scale) {
        return fail(failure, "too_many_decimals",
                    shown(source) + " has " + std::to_string(value.scale_needed()) +
                        " digits after the point, at most " + std::to_string(row.scale) + " are allowed");
    }
    if (row.scale >= 0 && value.scale() > row.scale) value = *value.rounded(row.scale);  // drops zeros only
    std::string text = value.str();
    if (check_number(row, text, failure) == MapOutcome::failed) return MapOutcome::failed;
    out = row.as_number ? Json::number(std::move(text)) : Json(std::move(text));
    return MapOutcome::written;
}

MapOutcome convert_integer(const MapRow& row, std::string_view source, Json& out, MapFailure& failure) {
    std::int64_t value = 0;
    const auto [end, problem] = std::from_chars(source.data(), source.data() + source.size(), value);
    const std::string_view digits = source.substr(source.front() == '-' ? 1 : 0);
    const bool leading_zero = digits.size() > 1 && digits.front() == '0';
    if (problem != std::errc() || end != source.data() + source.size() || leading_zero || value == INT64_MIN) {
        return fail(failure, "bad_integer", shown(source) + " is no whole number");
    }
    for (const MapRule& rule : row.rules) {
        if (rule.kind == Kind::negate || (rule.kind == Kind::absolute && value < 0)) value = -value;
    }
    if (row.omit_if_empty && value == 0) return MapOutcome::left_out;
    std::string text = std::to_string(value);
    if (check_number(row, text, failure) == MapOutcome::failed) return MapOutcome::failed;
    out = row.as_number ? Json::number(std::move(text)) : Json(std::move(text));
    return MapOutcome::written;
}

/// "/Date(1700000000000)/" or with "+0000" behind the number: milliseconds of UTC. The offset changes nothing.
std::optional<WallTime> odata_time(std::string_view text) {
    if (text.substr(0, 6) != "/Date(" || text.size() < 9 || text.substr(text.size() - 2) != ")/") return std::nullopt;
    std::string_view number = text.substr(6, text.size() - 8);
    const std::size_t offset = number.find_first_of("+-", 1);
    if (offset != std::string_view::npos) {
        if (!all_digits(number.substr(offset + 1))) return std::nullopt;
        number = number.substr(0, offset);
    }
    std::int64_t millis = 0;
    const auto [end, problem] = std::from_chars(number.data(), number.data() + number.size(), millis);
    if (problem != std::errc() || end != number.data() + number.size()) return std::nullopt;
    constexpr std::int64_t far = 253'402'300'800'000;  // year 10000
    if (millis <= -62'135'596'800'000 || millis >= far) return std::nullopt;
    return WallTime(Millis(millis));
}

MapOutcome convert_date(const MapRow& row, std::string_view source, Json& out, MapFailure& failure) {
    std::string iso(source);
    bool readable = true;
    if (row.source_format == MapFormat::compact) {
        readable = source.size() == 8 && all_digits(source);
        if (readable) iso = std::string(source.substr(0, 4)) + "-" + iso.substr(4, 2) + "-" + iso.substr(6, 2);
    } else if (row.source_format == MapFormat::odata_v2) {
        const auto time = odata_time(source);
        readable = time.has_value();
        if (readable) iso = format_time(*time).substr(0, 10);
    }
    const auto date = parse_date(iso);
    if (!readable || !date) {
        const char* form = row.source_format == MapFormat::iso       ? "\"2026-11-24\""
                           : row.source_format == MapFormat::compact ? "\"20261124\""
                                                                     : "\"/Date(1795478400000)/\"";
        return fail(failure, "bad_date", shown(source) + " is no date of the form " + form);
    }
    if (row.format == MapFormat::compact) iso.erase(7, 1).erase(4, 1);
    if (row.format == MapFormat::odata_v2) {
        using namespace std::chrono;
        const sys_days day = year_month_day(year(date->year), month(static_cast<unsigned>(date->month)),
                                            std::chrono::day(static_cast<unsigned>(date->day)));
        iso = "/Date(" + std::to_string(duration_cast<milliseconds>(day.time_since_epoch()).count()) + ")/";
    }
    out = Json(std::move(iso));
    return MapOutcome::written;
}

MapOutcome convert_time(const MapRow& row, std::string_view source, Json& out, MapFailure& failure) {
    std::optional<WallTime> time;
    if (row.source_format == MapFormat::iso) {
        if (const auto parsed = parse_time(source)) time = *parsed;
    } else if (row.source_format == MapFormat::odata_v2) {
        time = odata_time(source);
    } else {
        const bool digits = all_digits(source.substr(source.front() == '-' ? 1 : 0));
        if (digits) time = odata_time("/Date(" + std::string(source) + ")/");
    }
    if (!time) {
        const char* form = row.source_format == MapFormat::iso        ? "\"2026-11-24T03:16:49Z\""
                           : row.source_format == MapFormat::epoch_ms ? "1795478400000 (milliseconds since 1970)"
                                                                      : "\"/Date(1795478400000)/\"";
        return fail(failure, "bad_time", shown(source) + " is no time of the form " + form);
    }
    const std::string millis = std::to_string(time->time_since_epoch().count());
    if (row.format == MapFormat::iso) out = Json(format_time(*time));
    if (row.format == MapFormat::odata_v2) out = Json("/Date(" + millis + ")/");
    if (row.format == MapFormat::epoch_ms) out = row.as_number ? Json::number(millis) : Json(millis);
    return MapOutcome::written;
}

MapOutcome unknown_code(const MapLookup& lookup, std::string_view source, MapFailure& failure) {
    return fail(
        failure, "unknown_code",
        shown(source) + " is not in the lookup '" + lookup.name + "'" + did_you_mean(source, lookup.source_values()));
}

}  // namespace

std::size_t character_count(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

const std::string* MapLookup::find(std::string_view source) const {
    const auto at = std::lower_bound(values.begin(), values.end(), source,
                                     [](const auto& entry, std::string_view key) { return entry.first < key; });
    if (at != values.end() && at->first == source) return &at->second;
    return other ? &*other : nullptr;
}

std::vector<std::string> MapLookup::source_values() const {
    std::vector<std::string> names;
    for (const auto& [source, target] : values) names.push_back(source);
    return names;
}

MapOutcome convert(const MapRow& row, const Json& source, const MapScope& scope, Json& out, MapFailure& failure) {
    if (row.type == FieldType::any) {
        out = source;
        return MapOutcome::written;
    }
    std::string_view text;
    if (!scalar_text(source, text)) {
        return fail(
            failure, "wrong_type",
            std::string("it is ") + (source.is_array() ? "a list" : "a table") + ", but a plain value is needed");
    }
    if (row.lookup != nullptr) {
        const std::string* found = row.lookup->find(text);
        if (found == nullptr) return unknown_code(*row.lookup, text, failure);
        if (*found != MapLookup::unchanged) text = *found;
    }
    if (row.type == FieldType::text || row.type == FieldType::enumeration) {
        return convert_text(row, text, scope, out, failure);
    }
    if (text.empty()) {
        if (row.required) return fail(failure, "missing_field", "it is empty, but the field is required");
        return MapOutcome::left_out;
    }
    switch (row.type) {
        case FieldType::decimal:
            return convert_decimal(row, text, scope, out, failure);
        case FieldType::integer:
            return convert_integer(row, text, out, failure);
        case FieldType::date:
            return convert_date(row, text, out, failure);
        case FieldType::time:
            return convert_time(row, text, out, failure);
        default:
            break;
    }
    if (text != "true" && text != "false") {
        return fail(failure, "bad_boolean", shown(text) + " is neither true nor false; use a lookup for other words");
    }
    out = Json(text == "true");
    return MapOutcome::written;
}

}  // namespace tieline::connectors
