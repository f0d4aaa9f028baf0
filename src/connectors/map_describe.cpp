// What a compiled map reads and writes, for comparison with metadata.

#include "connectors/map_compiled.h"

#include <algorithm>

namespace tieline::connectors {
namespace {

constexpr std::size_t fields_most = 10'000;

std::string listed(const MapPath& path, const std::string& prefix) {
    if (path.base != MapPath::Base::here) return path.text;
    if (path.keys.empty()) return prefix.empty() ? path.text : prefix.substr(0, prefix.size() - 1);
    return prefix + path.text;
}

/// Walks all rows below a shape; `visit(row, target path, source prefix)`.
template <class Visit>
void each_row(const MapShape& shape, const std::string& target, const std::string& source, std::size_t& budget,
              const Visit& visit) {
    for (const MapSlot& slot : shape.slots) {
        const std::string path = target + slot.key;
        if (slot.object) each_row(*slot.object, path + ".", source, budget, visit);
        for (const MapRow& row : slot.rows) {
            if (budget == 0) return;
            --budget;
            visit(row, row.list ? path + "[]" : path, source);
            if (row.element == nullptr) continue;
            const std::string inner = row.from ? listed(*row.from, source) + "[]." : source;
            each_row(*row.element, path + "[].", inner, budget, visit);
        }
    }
}

std::vector<std::string> possible_values(const MapRow& row) {
    std::vector<std::string> values;
    if (row.constant && row.constant->is_string()) values.push_back(row.constant->string());
    if (row.constant && row.constant->is_number()) values.push_back(row.constant->number_token());
    const bool rewritten = !row.rules.empty();
    if (row.lookup != nullptr && !rewritten) {
        for (const auto& [source, result] : row.lookup->values) values.push_back(result);
        if (row.lookup->other && *row.lookup->other == MapLookup::unchanged) return {};  // anything
        if (row.lookup->other) values.push_back(*row.lookup->other);
        std::sort(values.begin(), values.end());
        values.erase(std::unique(values.begin(), values.end()), values.end());
    }
    return values;
}

/// Most characters that a text row can write; 0: no bound.
std::size_t longest_text(const MapRow& row, const std::vector<std::string>& values) {
    constexpr std::size_t unbounded = static_cast<std::size_t>(-1);
    std::size_t most = unbounded;
    if (row.lookup != nullptr && !row.lookup->other) {
        most = 0;
        for (const auto& [source, result] : row.lookup->values) most = std::max(most, character_count(result));
    }
    for (const MapRule& rule : row.rules) {
        if (rule.kind == MapRule::Kind::truncate) most = std::min(most, rule.count);
        if (rule.kind == MapRule::Kind::concat) most = unbounded;
        if (most == unbounded) continue;
        if (rule.kind == MapRule::Kind::pad) most = std::max(most, rule.count);
        const bool adds = rule.kind == MapRule::Kind::prefix || rule.kind == MapRule::Kind::suffix;
        if (adds) most += character_count(rule.text);
    }
    if (row.max > 0) most = std::min(most, row.max);
    if (most != unbounded && row.fallback && row.fallback->is_string())
        most = std::max(most, character_count(row.fallback->string()));
    if (row.constant && !values.empty()) most = character_count(values.front());
    return most == unbounded ? 0 : most;
}

/// Most digits after the point that a decimal row can write; -1: any number.
int most_places(const MapRow& row) {
    constexpr int of_any_currency = 4;  // ISO 4217: CLF, UYW
    int places = -1;
    for (const MapRule& rule : row.rules) {
        if (rule.kind == MapRule::Kind::round) places = rule.path ? of_any_currency : static_cast<int>(rule.count);
    }
    if (row.scale >= 0) places = places < 0 ? row.scale : std::min(places, row.scale);
    if (row.constant && row.constant->is_string()) {
        const auto value = Decimal::parse(row.constant->string());
        if (value) places = value->scale_needed();
    }
    return places;
}

void add_once(std::vector<std::string>& all, const std::string& text) {
    if (!text.empty() && std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
}

/// What a row reads besides its own source.
void add_further_sources(const MapRow& row, const std::string& prefix, std::vector<std::string>& paths) {
    for (const MapRule& rule : row.rules) {
        if (rule.path) add_once(paths, listed(*rule.path, prefix));
    }
    for (const MapCondition& condition : row.when) add_once(paths, listed(condition.path, prefix));
    for (const MapCondition& condition : row.only) {
        add_once(paths, listed(condition.path, row.from ? listed(*row.from, prefix) + "[]." : prefix));
    }
}

}  // namespace

std::vector<TargetField> FieldMap::targets(std::string_view table) const {
    std::vector<TargetField> fields;
    const MapTable* found = compiled_->find(table);
    if (found == nullptr) return fields;
    std::size_t budget = fields_most;
    each_row(*found->shape, "", "", budget, [&](const MapRow& row, const std::string& path, const std::string& prefix) {
        TargetField field;
        field.path = path;
        field.type = row.type;
        field.max = row.max;
        field.scale = row.scale;
        field.required = row.required;
        field.as_number = row.as_number;
        field.values = possible_values(row);
        field.line = row.line;
        if (row.from) field.source = listed(*row.from, prefix) + (row.list ? "[]" : "");
        field.longest = longest_text(row, field.values);
        field.places = most_places(row);
        field.certain = row.required || row.constant || row.fallback || (row.list && !row.from);
        field.conditional = !row.when.empty();
        field.looked_up = row.lookup != nullptr;
        add_further_sources(row, prefix, field.also);
        fields.push_back(std::move(field));
    });
    return fields;
}

std::vector<std::string> FieldMap::sources(std::string_view table) const {
    std::vector<std::string> paths;
    const MapTable* found = compiled_->find(table);
    if (found == nullptr) return paths;
    std::size_t budget = fields_most;
    each_row(*found->shape, "", "", budget, [&](const MapRow& row, const std::string&, const std::string& prefix) {
        if (row.from && row.from->text != "$index") add_once(paths, listed(*row.from, prefix) + (row.list ? "[]" : ""));
        add_further_sources(row, prefix, paths);
    });
    return paths;
}

}  // namespace tieline::connectors
