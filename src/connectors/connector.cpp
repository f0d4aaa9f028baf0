#include "connectors/connector.h"

#include "base/suggest.h"

#include <algorithm>
#include <charconv>

namespace tieline::connectors {
namespace {

Error bad_setting(const Settings& settings, const std::string& field, const std::string& what) {
    return make_error(ErrorKind::invalid, "connector '" + settings.name + "', setting '" + field + "': " + what,
                      "bad_setting", field);
}

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// "500", "500ms", "5s", "2m", "1h"; at most ten years.
std::optional<Millis> duration_from(std::string_view text) {
    const std::size_t unit_at = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string_view unit = text.substr(unit_at);
    const auto number = whole_number(text.substr(0, unit_at));
    std::int64_t factor = 0;
    if (unit.empty() || unit == "ms") factor = 1;
    if (unit == "s") factor = 1000;
    if (unit == "m") factor = 60'000;
    if (unit == "h") factor = 3'600'000;
    constexpr std::int64_t most = std::int64_t{10} * 366 * 24 * 3'600'000;
    if (!number || factor == 0 || *number > most / factor) return std::nullopt;
    return Millis(*number * factor);
}

std::optional<bool> boolean_from(std::string_view text) {
    if (text == "true" || text == "yes" || text == "on") return true;
    if (text == "false" || text == "no" || text == "off") return false;
    return std::nullopt;
}

bool is_web_address(std::string_view text) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        const bool starts = text.substr(0, scheme.size()) == scheme;
        const std::string_view rest = starts ? text.substr(scheme.size()) : std::string_view();
        const bool fine = starts && !rest.empty() && rest.front() != '/' && rest.front() != ':' &&
                          rest.find_first_of(" \t\r\n\"<>\\@") == std::string_view::npos;
        if (fine) return true;
    }
    return false;
}

/// What is wrong with a given value; empty when nothing is.
std::string fault_of(const Field& field, const std::string& value) {
    const std::string given = "'" + value + "'";
    switch (field.kind) {
        case Field::Kind::url:
            return is_web_address(value)
                       ? ""
                       : given + " is no web address; write it as https://host/path, without a user name in it";
        case Field::Kind::integer:
            return whole_number(value) ? "" : given + " is no whole number, such as 32";
        case Field::Kind::boolean:
            return boolean_from(value) ? "" : given + " is neither true nor false";
        case Field::Kind::duration_ms:
            return duration_from(value) ? "" : given + " is no duration, such as 500ms, 5s, 2m or 1h";
        case Field::Kind::secret: {
            const bool control = std::any_of(value.begin(), value.end(),
                                             [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
            return control ? "the secret contains a line end or another control character; check the file it comes from"
                           : "";
        }
        case Field::Kind::text:
        case Field::Kind::file:
            break;
    }
    return value.find('\0') == std::string::npos ? "" : "it contains a NUL character";
}

std::string hint(const Field& field) { return field.help.empty() ? std::string() : " (" + field.help + ")"; }

}  // namespace

std::string Settings::value(std::string_view field) const {
    for (const auto& [setting, text] : values) {
        if (setting == field) return text;
    }
    return {};
}
std::int64_t Settings::integer(std::string_view field) const { return whole_number(value(field)).value_or(0); }
Millis Settings::duration(std::string_view field) const { return duration_from(value(field)).value_or(Millis(0)); }
bool Settings::boolean(std::string_view field) const { return boolean_from(value(field)).value_or(false); }

Exchange<Page> Connector::list(std::string what, std::string /*from*/, std::string /*to*/, std::string /*cursor*/) {
    co_return make_error(ErrorKind::unsupported, "this system cannot list " + what, "unsupported_topic");
}

Result<Settings> check_settings(const std::vector<Field>& fields, Settings settings) {
    std::vector<std::string> known;
    for (const Field& field : fields) known.push_back(field.name);
    for (std::size_t i = 0; i < settings.values.size(); ++i) {
        const std::string& name = settings.values[i].first;
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            std::string list;
            for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
            return bad_setting(settings, name,
                               "this connector has no such setting" + did_you_mean(name, known) + ". It has: " + list);
        }
        for (std::size_t j = 0; j < i; ++j) {
            if (settings.values[j].first == name) return bad_setting(settings, name, "it is given twice; remove one");
        }
    }
    Settings checked;
    checked.name = settings.name;
    for (const Field& field : fields) {
        std::string value = settings.value(field.name);
        if (value.empty()) value = field.fallback;
        if (value.empty()) {
            if (field.required) return bad_setting(settings, field.name, "it is required and missing" + hint(field));
            continue;
        }
        const std::string fault = fault_of(field, value);
        if (!fault.empty()) return bad_setting(settings, field.name, fault + hint(field));
        checked.values.emplace_back(field.name, std::move(value));
    }
    return checked;
}

}  // namespace tieline::connectors
