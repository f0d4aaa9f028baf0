// One row of a field map: its keys, and what fits together.

#include "base/suggest.h"
#include "connectors/map_compiler.h"

#include <algorithm>

namespace tieline::connectors {
namespace {

using Kind = MapRule::Kind;

const std::vector<std::string> value_keys = {"to",   "from",  "constant", "default", "type",          "as",
                                             "max",  "scale", "required", "lookup",  "source_format", "format",
                                             "when", "rule",  "rows",     "table",   "only"};

const std::vector<std::pair<std::string, FieldType>> types = {
    {"text", FieldType::text},        {"decimal", FieldType::decimal}, {"integer", FieldType::integer},
    {"boolean", FieldType::boolean},  {"date", FieldType::date},       {"time", FieldType::time},
    {"enum", FieldType::enumeration}, {"any", FieldType::any}};

const std::vector<std::pair<std::string, MapFormat>> formats = {{"iso", MapFormat::iso},
                                                                {"compact", MapFormat::compact},
                                                                {"odata_v2", MapFormat::odata_v2},
                                                                {"epoch_ms", MapFormat::epoch_ms}};

struct RuleWord {
    std::string name;
    Kind kind;
    bool takes_value;
    bool text;     ///< fits texts
    bool decimal;  ///< fits decimals
    bool integer;  ///< fits integers
};
const std::vector<RuleWord> rule_words = {
    {"trim", Kind::trim, false, true, false, false},    {"upper", Kind::upper, false, true, false, false},
    {"lower", Kind::lower, false, true, false, false},  {"truncate", Kind::truncate, true, true, false, false},
    {"prefix", Kind::prefix, true, true, false, false}, {"suffix", Kind::suffix, true, true, false, false},
    {"pad", Kind::pad, true, true, false, false},       {"concat", Kind::concat, true, true, false, false},
    {"negate", Kind::negate, false, false, true, true}, {"absolute", Kind::absolute, false, false, true, true},
    {"round", Kind::round, true, false, true, false},   {"omit_if_empty", Kind::omit_if_empty, false, true, true, true},
};

template <class Entry>
std::vector<std::string> words_of(const std::vector<Entry>& entries) {
    std::vector<std::string> words;
    for (const auto& entry : entries) {
        if constexpr (requires { entry.name; }) {
            words.push_back(entry.name);
        } else {
            words.push_back(entry.first);
        }
    }
    return words;
}

std::string list_of(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

bool ends_in_list(std::string_view path) { return path.size() > 2 && path.substr(path.size() - 2) == "[]"; }

}  // namespace

const MapNode* MapCompiler::key(const std::string& name) const {
    const auto found = row_.find(name);
    return found == row_.end() ? nullptr : &found->second;
}

Result<void> MapCompiler::read_row(const MapNode& node, const MapTable& table, const std::string& prefix,
                                   MapShape& shape) {
    TIELINE_TRY(row_, members(node, "a row of table '" + table.name + "'", value_keys));
    const MapNode* to = key("to");
    if (to == nullptr) return syntax(node.place->value, "this row has no 'to'; name the target field");
    TIELINE_TRY(std::string target, text(*to, "'to'"));
    MapRow row;
    row.line = node.place->value.line;
    row.table = &table.name;
    row.to = prefix + target;
    row.list = ends_in_list(target);
    if (row.list) target.resize(target.size() - 2);
    auto path = parse_path(target);
    if (!path) return syntax(to->place->value, path.error().message);
    if (path->base != MapPath::Base::here || path->keys.empty()) {
        return syntax(to->place->value, "'" + target + "' is no target field");
    }
    TIELINE_TRY_VOID(read_type(row));
    TIELINE_TRY_VOID(read_formats(row));
    TIELINE_TRY_VOID(read_limits(row));
    TIELINE_TRY_VOID(read_source(row));
    TIELINE_TRY_VOID(read_rules(row));
    TIELINE_TRY_VOID(read_constants(row));
    TIELINE_TRY_VOID(check_lookup(row));
    const MapNode place = *to;  // read_element reads rows of its own into row_
    TIELINE_TRY_VOID(read_element(row, table, prefix));
    TIELINE_TRY(MapSlot * slot,
                slot_for(shape, path->keys, row.list ? MapSlot::Kind::list : MapSlot::Kind::value, place));
    if (!row.list && !slot->rows.empty() && (row.when.empty() || slot->rows.front().when.empty())) {
        return meaning(place.place->value, "'" + row.to + "' is written by another row already (line " +
                                               std::to_string(slot->rows.front().line) +
                                               "); give each of them a 'when', or remove one");
    }
    slot->rows.push_back(std::move(row));
    return {};
}

Result<void> MapCompiler::read_type(MapRow& row) const {
    if (const MapNode* node = key("type")) {
        TIELINE_TRY(const std::string word, text(*node, "'type'"));
        const auto found =
            std::find_if(types.begin(), types.end(), [&](const auto& each) { return each.first == word; });
        if (found == types.end()) {
            return syntax(node->place->value, "unknown type '" + word + "'" + did_you_mean(word, words_of(types)) +
                                                  ". Known are: " + list_of(words_of(types)));
        }
        row.type = found->second;
    }
    if (const MapNode* node = key("lookup")) {
        TIELINE_TRY(const std::string name, text(*node, "'lookup'"));
        std::vector<std::string> names;
        for (const auto& lookup : map_->lookups) {
            names.push_back(lookup->name);
            if (lookup->name == name) row.lookup = lookup.get();
        }
        if (row.lookup == nullptr) {
            return meaning(node->place->value,
                           "there is no lookup '" + name + "' in this file" + did_you_mean(name, names));
        }
    }
    if (row.type == FieldType::enumeration && row.lookup == nullptr) {
        return meaning(row_.at("type").place->value, "a row of type enum needs a 'lookup' that lists its values");
    }
    if (row.type == FieldType::any && row.lookup != nullptr) {
        return meaning(row_.at("lookup").place->value, "type any copies the value as it is; it takes no lookup");
    }
    return {};
}

Result<void> MapCompiler::read_formats(MapRow& row) const {
    for (const char* name : {"source_format", "format"}) {
        const MapNode* node = key(name);
        if (node == nullptr) continue;
        TIELINE_TRY(const std::string word, text(*node, std::string("'") + name + "'"));
        const auto found =
            std::find_if(formats.begin(), formats.end(), [&](const auto& each) { return each.first == word; });
        const bool fits =
            found != formats.end() && ((row.type == FieldType::date && found->second != MapFormat::epoch_ms) ||
                                       (row.type == FieldType::time && found->second != MapFormat::compact));
        if (!fits) {
            return syntax(node->place->value,
                          "the format '" + word +
                              "' does not exist here; a date takes iso, compact or odata_v2, a time "
                              "iso, odata_v2 or epoch_ms, other types none");
        }
        (std::string_view(name) == "format" ? row.format : row.source_format) = found->second;
    }
    row.as_number =
        row.type == FieldType::integer || (row.type == FieldType::time && row.format == MapFormat::epoch_ms);
    if (const MapNode* node = key("as")) {
        TIELINE_TRY(const std::string word, text(*node, "'as'"));
        const bool numeric = row.type == FieldType::decimal || row.as_number;
        if (!numeric || (word != "number" && word != "text")) {
            return syntax(node->place->value, "'as' takes number or text, on rows of type decimal or integer");
        }
        row.as_number = word == "number";
    }
    return {};
}

Result<void> MapCompiler::read_limits(MapRow& row) const {
    if (const MapNode* node = key("max")) {
        if (row.type != FieldType::text && row.type != FieldType::enumeration && row.type != FieldType::decimal &&
            row.type != FieldType::integer) {
            return syntax(node->place->value, "'max' fits rows of type text, enum, decimal and integer only");
        }
        TIELINE_TRY(const int most, count(*node, "'max'", 1, 1'000'000));
        row.max = static_cast<std::size_t>(most);
    }
    if (const MapNode* node = key("scale")) {
        if (row.type != FieldType::decimal) return syntax(node->place->value, "'scale' fits rows of type decimal only");
        TIELINE_TRY(row.scale, count(*node, "'scale'", 0, Decimal::scale_max));
    }
    if (const MapNode* node = key("required")) {
        TIELINE_TRY(row.required, flag(*node, "'required'"));
    }
    if (const MapNode* node = key("when")) {
        TIELINE_TRY(row.when, read_conditions(*node));
    }
    if (const MapNode* node = key("only")) {
        if (!row.list) return syntax(node->place->value, "'only' chooses elements: it fits lists ('to: name[]') only");
        TIELINE_TRY(row.only, read_conditions(*node));
    }
    return {};
}

Result<std::vector<MapCondition>> MapCompiler::read_conditions(const MapNode& node) const {
    std::vector<MapCondition> conditions;
    const bool list = node.json->is_array();
    for (std::size_t i = 0; i < (list ? node.json->items().size() : 1); ++i) {
        const MapNode one = list ? node.item(i) : node;
        TIELINE_TRY(const std::string written, text(one, "a condition"));
        auto condition = parse_condition(written);
        if (!condition) return syntax(one.place->value, condition.error().message);
        conditions.push_back(std::move(*condition));
    }
    if (conditions.empty()) return syntax(node.place->value, "the list of conditions is empty; leave the key away");
    return conditions;
}

Result<void> MapCompiler::read_source(MapRow& row) const {
    const MapNode* from = key("from");
    const MapNode* constant = key("constant");
    const bool adds_one = row.list && (key("rows") != nullptr || key("table") != nullptr);
    if (from != nullptr && constant != nullptr) {
        return syntax(constant->place->key, "a row has either 'from' or 'constant', not both");
    }
    if (from == nullptr) {
        if (constant != nullptr || adds_one) return {};
        return syntax(row_.at("to").place->key, "the row for '" + row.to + "' needs 'from' or 'constant'");
    }
    TIELINE_TRY(std::string written, text(*from, "'from'"));
    if (row.list != ends_in_list(written)) {
        return syntax(from->place->value,
                      row.list ? "'" + row.to + "' is a list, so 'from' must be one too: '" + written + "[]'"
                               : "'from' is a list ('" + written + "'), so 'to' must be one too: '" + row.to + "[]'");
    }
    if (row.list) written.resize(written.size() - 2);
    auto path = parse_path(written);
    if (!path) return syntax(from->place->value, path.error().message);
    row.from = std::move(*path);
    return {};
}

Result<void> MapCompiler::read_constants(MapRow& row) const {
    if (const MapNode* node = key("constant")) {
        for (const char* other : {"default", "lookup", "rule", "source_format", "required", "rows", "table", "only"}) {
            if (const MapNode* extra = key(other)) {
                return syntax(extra->place->key, std::string("'") + other + "' has no meaning beside 'constant'");
            }
        }
        if (row.list) return syntax(node->place->key, "a list takes no 'constant'");
        TIELINE_TRY(row.constant, read_constant(row, *node));
    }
    if (const MapNode* node = key("default")) {
        if (row.list) return syntax(node->place->key, "a list takes no 'default'");
        TIELINE_TRY(row.fallback, read_constant(row, *node));
    }
    return {};
}

Result<Json> MapCompiler::read_constant(const MapRow& row, const MapNode& node) const {
    if (!node.json->is_string() && key("type") == nullptr && !node.json->is_null()) {
        return syntax(
            node.place->value,
            "write this value in quotes if it is a text, or give the row a 'type' (integer, decimal, boolean)");
    }
    MapRow plain = row;
    plain.lookup = nullptr;
    plain.rules.clear();
    plain.omit_if_empty = false;
    plain.required = true;
    plain.source_format = MapFormat::iso;
    const Json nothing;
    const MapScope scope{&nothing, &nothing, &nothing, nullptr, nullptr, 0};
    Json value;
    MapFailure failure;
    if (node.json->is_null()) return syntax(node.place->value, "the value is empty; leave the key away");
    if (convert(plain, *node.json, scope, value, failure) == MapOutcome::failed) {
        return meaning(node.place->value, "the fixed value does not fit the row: " + failure.what);
    }
    return value;
}

Result<void> MapCompiler::read_rules(MapRow& row) const {
    const MapNode* node = key("rule");
    if (node == nullptr) return {};
    const bool list = node->json->is_array();
    for (std::size_t i = 0; i < (list ? node->json->items().size() : 1); ++i) {
        const MapNode one = list ? node->item(i) : *node;
        TIELINE_TRY(MapRule rule, read_rule(one));
        const auto word = std::find_if(rule_words.begin(), rule_words.end(),
                                       [&](const RuleWord& each) { return each.kind == rule.kind; });
        const bool text_like = row.type == FieldType::text || row.type == FieldType::enumeration;
        const bool plain = !row.list || (key("rows") == nullptr && key("table") == nullptr);
        const bool fits = rule.kind == Kind::omit_if_empty ||
                          (plain && ((text_like && word->text) || (row.type == FieldType::decimal && word->decimal) ||
                                     (row.type == FieldType::integer && word->integer)));
        if (!fits) {
            return meaning(one.place->value, "the rule '" + word->name + "' does not fit this row: it works on " +
                                                 (word->text ? "texts" : "numbers") + "; set 'type', or remove it");
        }
        if (rule.kind == Kind::omit_if_empty) {
            row.omit_if_empty = true;
        } else {
            row.rules.push_back(std::move(rule));
        }
    }
    return {};
}

Result<MapRule> MapCompiler::read_rule(const MapNode& node) const {
    const bool with_value = node.json->is_object() && node.json->members().size() == 1;
    if (!with_value && !node.json->is_string()) {
        return syntax(node.place->value, "a rule is a word such as trim, or one pair such as {truncate: 50}");
    }
    const std::string name = with_value ? node.json->members()[0].first : node.json->string();
    const auto word =
        std::find_if(rule_words.begin(), rule_words.end(), [&](const RuleWord& each) { return each.name == name; });
    if (word == rule_words.end()) {
        return syntax(node.place->value, "unknown rule '" + name + "'" + did_you_mean(name, words_of(rule_words)) +
                                             ". Known are: " + list_of(words_of(rule_words)));
    }
    if (word->takes_value != with_value) {
        return syntax(node.place->value, word->takes_value
                                             ? "the rule '" + name + "' needs a value: {" + name + ": …}"
                                             : "the rule '" + name + "' takes no value; write only the word");
    }
    MapRule rule;
    rule.kind = word->kind;
    if (with_value) TIELINE_TRY_VOID(read_rule_value(rule, node.member(0)));
    return rule;
}

Result<void> MapCompiler::read_rule_value(MapRule& rule, const MapNode& value) const {
    if (rule.kind == Kind::prefix || rule.kind == Kind::suffix) {
        TIELINE_TRY(rule.text, text(value, "what is added"));
    } else if (rule.kind == Kind::truncate || rule.kind == Kind::pad) {
        TIELINE_TRY(const int most, count(value, "the number of characters", 1, 10'000));
        rule.count = static_cast<std::size_t>(most);
    } else if (rule.kind == Kind::round && value.json->is_number()) {
        TIELINE_TRY(const int digits, count(value, "the number of digits", 0, Decimal::scale_max));
        rule.count = static_cast<std::size_t>(digits);
    } else if (rule.kind == Kind::concat && value.json->is_object()) {
        TIELINE_TRY(const auto parts, members(value, "the rule concat", {"field", "with"}));
        if (!parts.contains("field"))
            return syntax(value.place->value, "concat needs 'field', the source field to add");
        TIELINE_TRY(rule.path, path(parts.at("field")));
        if (parts.contains("with")) {
            TIELINE_TRY(rule.text, text(parts.at("with"), "'with'"));
        }
    } else {
        TIELINE_TRY(rule.path, path(value));
    }
    if (rule.path && rule.path->base == MapPath::Base::index) {
        return syntax(value.place->value, "$index cannot stand here; name a field");
    }
    return {};
}

Result<void> MapCompiler::read_element(MapRow& row, const MapTable& table, const std::string& prefix) {
    const MapNode* rows = key("rows");
    const MapNode* other = key("table");
    if (rows == nullptr && other == nullptr) return {};
    const MapNode& at = rows != nullptr ? *rows : *other;
    if (!row.list) return syntax(at.place->key, "only a list has rows of its own; write 'to: " + row.to + "[]'");
    if (rows != nullptr && other != nullptr) return syntax(other->place->key, "a list has either 'rows' or 'table'");
    for (const char* word : {"type", "lookup", "max", "scale", "as", "format", "source_format"}) {
        if (const MapNode* extra = key(word)) {
            return syntax(extra->place->key,
                          std::string("'") + word + "' belongs to the rows of the elements, not to the list");
        }
    }
    row.type = FieldType::list;
    if (other != nullptr) {
        TIELINE_TRY(const std::string name, text(*other, "'table'"));
        std::vector<std::string> names;
        for (const auto& each : map_->tables) {
            names.push_back(each->name);
            if (each->name == name) row.element = each->shape.get();
        }
        if (row.element == nullptr) {
            return meaning(other->place->value,
                           "there is no table '" + name + "' in this file" + did_you_mean(name, names));
        }
        return {};
    }
    auto shape = std::make_unique<MapShape>();
    const MapNode inner = *rows;
    TIELINE_TRY_VOID(read_rows(inner, table, prefix + row.to.substr(prefix.size()) + ".", *shape));
    row.element = shape.get();
    map_->inline_shapes.push_back(std::move(shape));
    return {};
}

Result<void> MapCompiler::check_lookup(const MapRow& row) const {
    const bool needs_source =
        std::any_of(row.rules.begin(), row.rules.end(), [](const MapRule& r) { return r.path.has_value(); });
    if (row.lookup == nullptr || needs_source) return {};
    MapRow plain = row;
    plain.lookup = nullptr;
    plain.required = false;
    const Json nothing;
    const MapScope scope{&nothing, &nothing, &nothing, nullptr, nullptr, 0};
    for (const auto& [source, target] : row.lookup->values) {
        Json value;
        MapFailure failure;
        if (convert(plain, Json(target), scope, value, failure) == MapOutcome::failed) {
            return meaning(row_.at("lookup").place->value,
                           "the lookup '" + row.lookup->name + "' turns '" + source +
                               "' into a value that does not fit this row: " + failure.what);
        }
    }
    return {};
}

}  // namespace tieline::connectors
