// Source paths and conditions of field maps: read once, followed on every apply().

#include "connectors/map_compiled.h"

#include <algorithm>

namespace tieline::connectors {
namespace {

Error wrong(std::string what) { return make_error(ErrorKind::invalid, std::move(what), "map_syntax"); }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

/// Splits at dots; "\." is a dot inside a name.
Result<std::vector<std::string>> split_names(std::string_view text, std::string_view whole) {
    std::vector<std::string> names(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '.') {
            names.back() += text[++i];
        } else if (text[i] == '.') {
            names.emplace_back();
        } else {
            names.back() += text[i];
        }
    }
    for (const std::string& name : names) {
        if (name.empty())
            return wrong("the path '" + std::string(whole) + "' has an empty part; write names between dots");
        if (name.find_first_of(" []\t\n") != std::string::npos) {
            return wrong("the path '" + std::string(whole) +
                         "' has a blank or a bracket in a name; [] may stand only at the end of a list");
        }
    }
    return names;
}

/// The member's value as the text that conditions compare; false when it is absent, null or no plain value.
bool plain_text(const Json* value, std::string_view& out) {
    if (value == nullptr) return false;
    if (value->is_string()) {
        out = value->string();
    } else if (value->is_number()) {
        out = value->number_token();
    } else if (value->is_bool()) {
        out = value->boolean() ? "true" : "false";
    } else {
        return false;
    }
    return true;
}

bool is_empty(const Json* value) {
    if (value == nullptr || value->is_null()) return true;
    if (value->is_string()) return value->string().empty();
    if (value->is_array()) return value->items().empty();
    return value->is_object() && value->members().empty();
}

}  // namespace

Result<MapPath> parse_path(std::string_view text) {
    MapPath path;
    path.text = std::string(text);
    if (text.empty()) return wrong("the path is empty; write the name of a source field");
    if (text == ".") return path;
    if (text == "$index") {
        path.base = MapPath::Base::index;
        return path;
    }
    if (text.front() == '$') {
        if (text == "$settings" || text == "$")
            return wrong("'" + path.text + "' needs a field behind it: '" + path.text + ".name'");
        if (text.substr(0, 2) == "$.") {
            path.base = MapPath::Base::root;
            text.remove_prefix(2);
        } else if (text.substr(0, 10) == "$settings.") {
            path.base = MapPath::Base::settings;
            text.remove_prefix(10);
        } else {
            return wrong("'" + path.text + "' is unknown; $.field, $settings.field and $index exist");
        }
    }
    TIELINE_TRY(path.keys, split_names(text, path.text));
    return path;
}

Result<MapCondition> parse_condition(std::string_view text) {
    const std::string_view whole = trimmed(text);
    const std::size_t blank = std::min(whole.find(' '), whole.size());
    const std::string_view rest = trimmed(whole.substr(blank));
    MapCondition condition;
    TIELINE_TRY(condition.path, parse_path(whole.substr(0, blank)));
    const auto starts = [&](std::string_view word) { return rest.substr(0, word.size()) == word; };
    if (rest == "present" || rest == "absent") {
        condition.test = rest == "present" ? MapCondition::Test::present : MapCondition::Test::absent;
        return condition;
    }
    if (starts("= ")) {
        condition.values.emplace_back(trimmed(rest.substr(2)));
        condition.test = MapCondition::Test::equals;
    } else if (starts("!= ")) {
        condition.values.emplace_back(trimmed(rest.substr(3)));
        condition.test = MapCondition::Test::differs;
    } else if (starts("in ")) {
        condition.test = MapCondition::Test::among;
        for (std::string_view list = rest.substr(3); !list.empty();) {
            const std::size_t bar = std::min(list.find('|'), list.size());
            condition.values.emplace_back(trimmed(list.substr(0, bar)));
            list.remove_prefix(std::min(bar + 1, list.size()));
        }
    }
    const bool blank_value = std::any_of(condition.values.begin(), condition.values.end(),
                                         [](const std::string& value) { return value.empty(); });
    if (condition.values.empty() || blank_value) {
        return wrong("the condition '" + std::string(whole) +
                     "' cannot be read; write 'field = value', 'field != value', 'field in a | b', 'field present' or "
                     "'field absent', with blanks between");
    }
    return condition;
}

const Json* resolve(const MapPath& path, const MapScope& scope) {
    const Json* value = scope.here;
    if (path.base == MapPath::Base::root) value = scope.root;
    if (path.base == MapPath::Base::settings) value = scope.settings;
    for (const std::string& key : path.keys) {
        value = value->find(key);
        if (value == nullptr) return nullptr;
    }
    return value;
}

bool holds(const MapCondition& condition, const MapScope& scope) {
    const Json* value = resolve(condition.path, scope);
    if (condition.test == MapCondition::Test::present) return !is_empty(value);
    if (condition.test == MapCondition::Test::absent) return is_empty(value);
    std::string_view text;
    const bool plain = plain_text(value, text);
    const bool among =
        plain && std::find(condition.values.begin(), condition.values.end(), text) != condition.values.end();
    return condition.test == MapCondition::Test::differs ? !among : among;
}

}  // namespace tieline::connectors
