#pragma once
// Reads the YAML of a field map into its compiled form. Private to map*.cpp.

#include "base/yaml/yaml.h"
#include "connectors/map_compiled.h"

#include <initializer_list>
#include <map>

namespace tieline::connectors {

/// A value of the file with its place.
struct MapNode {
    const Json* json = nullptr;
    const YamlPlaces* place = nullptr;

    MapNode item(std::size_t index) const;    ///< of a list
    MapNode member(std::size_t index) const;  ///< of a table
};

/// Used once: run(). Stops at the first mistake.
class MapCompiler {
public:
    explicit MapCompiler(std::string_view file_name);
    Result<std::shared_ptr<const FieldMap::Compiled>> run(std::string_view yaml);

private:
    // map_compile.cpp: the file as a whole
    Result<void> read_lookups(const MapNode& node);
    Result<void> read_lookup(const std::string& name, const MapNode& node);
    Result<void> read_tables(const MapNode& node);
    Result<void> read_table(MapTable& table, const MapNode& node);
    Result<void> read_rows(const MapNode& node, const MapTable& table, const std::string& prefix, MapShape& shape);
    Result<MapSlot*> slot_for(MapShape& shape, const std::vector<std::string>& keys, MapSlot::Kind kind,
                              const MapNode& to) const;
    /// Levels below a shape; depth_most + 1 and no more for what is too deep or contains itself.
    int levels(const MapShape& shape);

    // map_row.cpp: one row
    Result<void> read_row(const MapNode& node, const MapTable& table, const std::string& prefix, MapShape& shape);
    Result<void> read_type(MapRow& row) const;
    Result<void> read_limits(MapRow& row) const;
    Result<void> read_formats(MapRow& row) const;
    Result<void> read_source(MapRow& row) const;
    Result<void> read_constants(MapRow& row) const;
    Result<Json> read_constant(const MapRow& row, const MapNode& node) const;
    Result<void> read_rules(MapRow& row) const;
    Result<MapRule> read_rule(const MapNode& node) const;
    Result<void> read_rule_value(MapRule& rule, const MapNode& value) const;
    Result<void> read_element(MapRow& row, const MapTable& table, const std::string& prefix);
    Result<void> check_lookup(const MapRow& row) const;
    Result<std::vector<MapCondition>> read_conditions(const MapNode& node) const;

    // small readers
    Result<std::string> text(const MapNode& node, std::string_view what) const;  ///< a plain value, as text
    Result<bool> flag(const MapNode& node, std::string_view what) const;
    Result<int> count(const MapNode& node, std::string_view what, int least, int most) const;
    Result<MapPath> path(const MapNode& node) const;
    /// Members by name; refuses names that are not in `known`.
    Result<std::map<std::string, MapNode>> members(const MapNode& node, const std::string& what,
                                                   const std::vector<std::string>& known) const;
    const MapNode* key(const std::string& name) const;  ///< of the row in work
    Error syntax(const YamlPlace& place, const std::string& message) const;
    Error meaning(const YamlPlace& place, const std::string& message) const;

    std::string file_name_;
    std::shared_ptr<FieldMap::Compiled> map_;
    std::map<std::string, MapNode> row_;  ///< members of the row in work
    std::map<const MapShape*, int> levels_;
};

}  // namespace tieline::connectors
