// The file of a field map as a whole: lookups, tables, how rows come together to objects.

#include "base/suggest.h"
#include "connectors/map_compiler.h"

#include <algorithm>

namespace tieline::connectors {
namespace {

constexpr std::size_t tables_most = 1000;
constexpr int depth_most = 16;  ///< lists within lists and objects within objects

std::vector<std::string> names_of(const Json& table) {
    std::vector<std::string> names;
    for (const auto& [name, value] : table.members()) names.push_back(name);
    return names;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

}  // namespace

MapNode MapNode::item(std::size_t index) const { return MapNode{&json->items()[index], &place->children[index]}; }
MapNode MapNode::member(std::size_t index) const {
    return MapNode{&json->members()[index].second, &place->children[index]};
}

MapCompiler::MapCompiler(std::string_view file_name)
    : file_name_(file_name), map_(std::make_shared<FieldMap::Compiled>()) {
    map_->file_name = file_name_;
}

Error MapCompiler::syntax(const YamlPlace& place, const std::string& message) const {
    return make_error(ErrorKind::invalid, place_text(file_name_, place) + message, "map_syntax");
}
Error MapCompiler::meaning(const YamlPlace& place, const std::string& message) const {
    return make_error(ErrorKind::invalid, place_text(file_name_, place) + message, "map_meaning");
}

Result<std::string> MapCompiler::text(const MapNode& node, std::string_view what) const {
    if (node.json->is_string()) return node.json->string();
    if (node.json->is_number()) return node.json->number_token();
    if (node.json->is_bool()) return std::string(node.json->boolean() ? "true" : "false");
    return syntax(node.place->value, std::string(what) + " must be a plain text");
}

Result<bool> MapCompiler::flag(const MapNode& node, std::string_view what) const {
    if (node.json->is_bool()) return node.json->boolean();
    return syntax(node.place->value, std::string(what) + " must be true or false");
}

Result<int> MapCompiler::count(const MapNode& node, std::string_view what, int least, int most) const {
    const std::string token = node.json->is_number() ? node.json->number_token() : std::string();
    const bool whole = !token.empty() && token.size() < 9 &&
                       std::all_of(token.begin(), token.end(), [](char c) { return c >= '0' && c <= '9'; });
    const int value = whole ? std::stoi(token) : -1;
    if (whole && value >= least && value <= most) return value;
    return syntax(node.place->value, std::string(what) + " must be a whole number from " + std::to_string(least) +
                                         " to " + std::to_string(most));
}

Result<MapPath> MapCompiler::path(const MapNode& node) const {
    TIELINE_TRY(const std::string written, text(node, "a source path"));
    auto parsed = parse_path(written);
    if (!parsed) return syntax(node.place->value, parsed.error().message);
    return parsed;
}

Result<std::map<std::string, MapNode>> MapCompiler::members(const MapNode& node, const std::string& what,
                                                            const std::vector<std::string>& known) const {
    if (!node.json->is_object()) {
        return syntax(node.place->value, what + " must be written as 'key: value' pairs (" + joined(known) + ")");
    }
    std::map<std::string, MapNode> found;
    for (std::size_t i = 0; i < node.json->members().size(); ++i) {
        const std::string& name = node.json->members()[i].first;
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            return syntax(node.member(i).place->key, "unknown key '" + name + "' in " + what +
                                                         did_you_mean(name, known) + ". Known are: " + joined(known));
        }
        found.emplace(name, node.member(i));
    }
    return found;
}

Result<std::shared_ptr<const FieldMap::Compiled>> MapCompiler::run(std::string_view yaml) {
    auto file = parse_yaml(yaml, file_name_);
    if (!file) {
        Error error = file.error();
        error.code = "map_syntax";
        return error;
    }
    const MapNode root{&file->root, &file->places};
    TIELINE_TRY(const auto parts, members(root, "a field map", {"map", "description", "lookups", "tables"}));
    for (const char* needed : {"map", "tables"}) {
        if (!parts.contains(needed)) {
            return syntax(root.place->value,
                          std::string("the key '") + needed + "' is missing at the top of the field map");
        }
    }
    TIELINE_TRY(map_->name, text(parts.at("map"), "'map' (the name of the field map)"));
    if (const auto found = parts.find("lookups"); found != parts.end()) TIELINE_TRY_VOID(read_lookups(found->second));
    TIELINE_TRY_VOID(read_tables(parts.at("tables")));
    return std::shared_ptr<const FieldMap::Compiled>(map_);
}

Result<void> MapCompiler::read_lookups(const MapNode& node) {
    if (!node.json->is_object()) return syntax(node.place->value, "'lookups' must be a table of named lookups");
    for (std::size_t i = 0; i < node.json->members().size(); ++i) {
        TIELINE_TRY_VOID(read_lookup(node.json->members()[i].first, node.member(i)));
    }
    return {};
}

Result<void> MapCompiler::read_lookup(const std::string& name, const MapNode& node) {
    if (!node.json->is_object() || node.json->members().empty()) {
        return syntax(node.place->value,
                      "the lookup '" + name + "' needs at least one pair 'source value: target value'");
    }
    auto lookup = std::make_unique<MapLookup>();
    lookup->name = name;
    for (std::size_t i = 0; i < node.json->members().size(); ++i) {
        const std::string& source = node.json->members()[i].first;
        TIELINE_TRY(std::string target, text(node.member(i), "what '" + source + "' becomes in lookup '" + name + "'"));
        if (source == "*") {
            lookup->other = std::move(target);
        } else {
            lookup->values.emplace_back(source, std::move(target));
        }
    }
    std::sort(lookup->values.begin(), lookup->values.end());
    map_->lookups.push_back(std::move(lookup));
    return {};
}

Result<void> MapCompiler::read_tables(const MapNode& node) {
    if (!node.json->is_object() || node.json->members().empty()) {
        return syntax(node.place->value, "'tables' must hold at least one table of rows");
    }
    if (node.json->members().size() > tables_most) {
        return syntax(node.place->value,
                      "more than " + std::to_string(tables_most) + " tables in one field map; split it");
    }
    for (const std::string& name : names_of(*node.json)) {
        auto table = std::make_unique<MapTable>();
        table->name = name;
        table->shape = std::make_unique<MapShape>();
        map_->tables.push_back(std::move(table));
    }
    for (std::size_t i = 0; i < map_->tables.size(); ++i) {
        TIELINE_TRY_VOID(read_table(*map_->tables[i], node.member(i)));
    }
    for (std::size_t i = 0; i < map_->tables.size(); ++i) {
        if (levels(*map_->tables[i]->shape) > depth_most) {
            return meaning(node.member(i).place->key,
                           "the table '" + map_->tables[i]->name + "' contains itself, or is nested deeper than " +
                               std::to_string(depth_most) + " levels; mend the keys 'table'");
        }
    }
    return {};
}

Result<void> MapCompiler::read_table(MapTable& table, const MapNode& node) {
    if (node.json->is_array()) return read_rows(node, table, "", *table.shape);
    TIELINE_TRY(const auto parts, members(node, "the table '" + table.name + "'", {"entity", "description", "rows"}));
    if (!parts.contains("rows")) {
        return syntax(node.place->key, "the table '" + table.name + "' has no 'rows'");
    }
    if (const auto found = parts.find("entity"); found != parts.end()) {
        TIELINE_TRY(table.entity, text(found->second, "'entity'"));
    }
    return read_rows(parts.at("rows"), table, "", *table.shape);
}

Result<void> MapCompiler::read_rows(const MapNode& node, const MapTable& table, const std::string& prefix,
                                    MapShape& shape) {
    if (!node.json->is_array() || node.json->items().empty()) {
        return syntax(node.place->value, "the rows of table '" + table.name + "' must be a list of '- to: …' rows");
    }
    for (std::size_t i = 0; i < node.json->items().size(); ++i) {
        TIELINE_TRY_VOID(read_row(node.item(i), table, prefix, shape));
    }
    return {};
}

Result<MapSlot*> MapCompiler::slot_for(MapShape& shape, const std::vector<std::string>& keys, MapSlot::Kind kind,
                                       const MapNode& to) const {
    MapShape* level = &shape;
    for (std::size_t i = 0;; ++i) {
        const bool last = i + 1 == keys.size();
        const MapSlot::Kind wanted = last ? kind : MapSlot::Kind::object;
        auto slot = std::find_if(level->slots.begin(), level->slots.end(),
                                 [&](const MapSlot& each) { return each.key == keys[i]; });
        if (slot == level->slots.end()) {
            MapSlot added;
            added.key = keys[i];
            added.kind = wanted;
            if (wanted == MapSlot::Kind::object) added.object = std::make_unique<MapShape>();
            level->slots.push_back(std::move(added));
            slot = level->slots.end() - 1;
        }
        if (slot->kind != wanted) {
            return meaning(to.place->value, "'" + keys[i] +
                                                "' is written as a plain value, as a table and as a list in "
                                                "different rows; decide for one");
        }
        if (last) return &*slot;
        level = slot->object.get();
    }
}

int MapCompiler::levels(const MapShape& shape) {
    constexpr int too_deep = depth_most + 1;
    const auto [known, added] = levels_.emplace(&shape, too_deep);  // stands while below: met again, it is a circle
    if (!added) return known->second;
    int most = 0;
    for (const MapSlot& slot : shape.slots) {
        if (slot.object) most = std::max(most, levels(*slot.object));
        for (const MapRow& row : slot.rows) {
            if (row.element != nullptr) most = std::max(most, levels(*row.element));
        }
    }
    return levels_[&shape] = std::min(most + 1, too_deep);
}

}  // namespace tieline::connectors
