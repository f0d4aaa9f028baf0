#include "app/config_section.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace tieline::app {
namespace {

std::string known(std::initializer_list<std::string_view> names) {
    std::string list;
    for (const std::string_view name : names) list.append(list.empty() ? "" : ", ").append(name);
    return list;
}

std::string escaped(std::string_view name) {
    std::string out;
    for (const char c : name) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return out;
}

/// "500ms", "5s", "2m", "1h"; a bare number is milliseconds.
std::optional<Millis> duration_from(std::string_view text) {
    std::int64_t count = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (failed != std::errc() || count < 0 || count > 1'000'000'000) return std::nullopt;
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> units{
        {{"", 1}, {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
    for (const auto& [name, millis] : units) {
        if (unit == name) return Millis(count * millis);
    }
    return std::nullopt;
}

}  // namespace

std::string Section::pointer_of(std::string_view name) const { return pointer_ + "/" + escaped(name); }

Error Section::wrong(std::string_view name, std::string_view message, std::string_view code) const {
    return yaml_.error_at(pointer_of(name), message, code);
}

Result<void> Section::only(std::initializer_list<std::string_view> names) const {
    if (!json_.is_object()) return yaml_.error_at(pointer_, "this must be a table of keys and values", "wrong_type");
    for (const Json::Member& member : json_.members()) {
        if (std::find(names.begin(), names.end(), member.first) != names.end()) continue;
        return wrong(member.first, "'" + member.first + "' is not known here; known are: " + known(names),
                     "unknown_key");
    }
    return {};
}

Result<std::string> Section::text(std::string_view name, std::string_view fallback) const {
    const Json* value = find(name);
    if (value == nullptr) return std::string(fallback);
    if (value->is_string()) return value->string();
    if (value->is_number()) return value->number_token();
    if (value->is_bool()) return std::string(value->boolean() ? "true" : "false");
    return wrong(name, "'" + std::string(name) + "' must be a text", "wrong_type");
}

Result<std::string> Section::required_text(std::string_view name) const {
    TIELINE_TRY(std::string value, text(name));
    if (!value.empty()) return value;
    return yaml_.error_at(find(name) ? pointer_of(name) : pointer_, "'" + std::string(name) + "' is missing; add it",
                          "missing_key");
}

Result<std::int64_t> Section::whole(std::string_view name, std::int64_t fallback, std::int64_t min,
                                    std::int64_t max) const {
    if (find(name) == nullptr) return fallback;
    const Result<std::int64_t> value = json_.integer(name);
    if (value && *value >= min && *value <= max) return *value;
    return wrong(
        name,
        "'" + std::string(name) + "' must be a whole number from " + std::to_string(min) + " to " + std::to_string(max),
        "bad_number");
}

Result<bool> Section::flag(std::string_view name, bool fallback) const {
    const Json* value = find(name);
    if (value == nullptr) return fallback;
    if (value->is_bool()) return value->boolean();
    return wrong(name, "'" + std::string(name) + "' must be true or false", "wrong_type");
}

Result<Millis> Section::duration(std::string_view name, Millis fallback) const {
    if (find(name) == nullptr) return fallback;
    TIELINE_TRY(const std::string value, text(name));
    if (const std::optional<Millis> read = duration_from(value)) return *read;
    return wrong(name, "'" + std::string(name) + "' must be a duration like 500ms, 5s or 2m", "bad_duration");
}

Result<std::vector<std::string>> Section::texts(std::string_view name) const {
    std::vector<std::string> list;
    const Json* value = find(name);
    if (value == nullptr) return list;
    if (!value->is_array()) return wrong(name, "'" + std::string(name) + "' must be a list", "wrong_type");
    for (const Json& item : value->items()) {
        if (!item.is_string()) return wrong(name, "'" + std::string(name) + "' must be a list of texts", "wrong_type");
        list.push_back(item.string());
    }
    return list;
}

}  // namespace tieline::app
