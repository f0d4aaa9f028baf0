#pragma once
// What a peer says of its own objects: fields, types, lengths, decimals, keys. A field map is compared with it before
// anything is sent. The model is small on purpose, so that it can be filled from a YAML file beside the map
// (metadata.yaml, README.md describes it) as well as from an EDMX or OpenAPI file.

#include "connectors/map.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::connectors {

/// One field of an object. Value type.
struct MetaField {
    std::string name;  ///< as in a map's path, without "[]"; may have dots: "charge_to.code"
    FieldType type = FieldType::text;
    std::size_t max_length = 0;  ///< characters of a text; 0: no limit known
    int precision = 0;           ///< decimal, integer: digits in all at most; 0: no limit known
    int scale = -1;              ///< decimal: digits after the point at most; -1: not known, or by currency or unit
    bool nullable = true;        ///< false: must be given when the object is created
    bool key = false;            ///< identifies the object: a table that reads it must read this
    bool list = false;           ///< of such values, or of such objects
    std::string entity;          ///< of a nested object: the name of its Entity; empty: a plain value
    std::vector<std::string> values;  ///< the only values that it takes; empty: anything of its type
};

/// One kind of object.
struct Entity {
    std::string name;
    std::vector<MetaField> fields;

    const MetaField* find(std::string_view field) const;  ///< by its exact name; nullptr: none
};

/// What a table of a field map is for.
struct TableUse {
    enum class Does { create, update, read };  ///< create, update: canonical → peer; read: peer → canonical
    std::string table;
    std::string entity;     ///< of the peer
    std::string canonical;  ///< entity of the canonical model; the table's own name unless said
    Does does = Does::create;
    std::vector<std::string> needs;  ///< update: fields that must be written all the same
};

/// All that is known of a peer. Immutable once read; thread-safe.
struct Metadata {
    std::string name;                   ///< of the system: "sandbox_erp"
    std::string version;                ///< of the peer that it describes
    std::string source;                 ///< where it was taken from: document and clause
    std::vector<std::string> settings;  ///< what maps may reach as $settings.x
    std::vector<std::string> adds;      ///< texts that the connector adds to a canonical command before the map sees it
    std::vector<Entity> entities;
    std::vector<TableUse> tables;

    const Entity* find(std::string_view entity) const;
    /// The field at a map's path below an entity: "lines[].receiver.code"; nullptr when there is none.
    const MetaField* at(const Entity& entity, std::string_view path) const;
    /// Paths of all fields of an entity, those of nested objects with their full path; at most 2,000.
    std::vector<std::string> paths(const Entity& entity) const;
};

/// Reads a metadata file. Kind invalid, code "metadata_syntax" or "metadata_meaning", message "file:line:column: …".
Result<Metadata> read_metadata(std::string_view yaml, std::string_view file_name);

/// The canonical model (docs/commands.md) in the same form: entities by kind of command, event or object.
const Metadata& canonical_metadata();

/// What is wrong with a map as far as metadata can tell, in the order of the file; empty: nothing. Each is of kind
/// invalid with code "unknown_field", "too_long", "wrong_type", "missing_key", "too_many_decimals" or "unknown_value";
/// the message begins with "file:line: " and says what to do, `field` is the path. Tables of the map that the metadata
/// does not name are not looked at.
std::vector<Error> check_map(const FieldMap& map, std::string_view map_file, const Metadata& peer,
                             const Metadata& canonical);

}  // namespace tieline::connectors
