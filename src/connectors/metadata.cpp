#include "connectors/metadata.h"

#include "base/suggest.h"
#include "base/yaml/yaml.h"

#include <algorithm>
#include <utility>

namespace tieline::connectors {
namespace {

constexpr std::size_t paths_most = 2'000;
constexpr int depth_most = 8;

using Does = TableUse::Does;
const std::vector<std::pair<std::string, Does>> uses = {
    {"create", Does::create}, {"update", Does::update}, {"read", Does::read}};
const std::vector<std::pair<std::string, FieldType>> types = {
    {"text", FieldType::text}, {"decimal", FieldType::decimal},  {"integer", FieldType::integer},
    {"date", FieldType::date}, {"boolean", FieldType::boolean},  {"time", FieldType::time},
    {"any", FieldType::any},   {"enum", FieldType::enumeration},
};

template <class Value>
const Value* named(const std::vector<std::pair<std::string, Value>>& all, std::string_view word) {
    for (const auto& [name, value] : all)
        if (name == word) return &value;
    return nullptr;
}

template <class Value>
std::string words_of(const std::vector<std::pair<std::string, Value>>& all) {
    std::string words;
    for (const auto& [name, value] : all) words += (words.empty() ? "" : ", ") + name;
    return words;
}

/// Walks one file; every error has its place.
class Reader {
public:
    explicit Reader(const Yaml& file) : file_(file) {}

    Result<Metadata> run() {
        TIELINE_TRY_VOID(
            only("", file_.root, {"metadata", "version", "source", "settings", "adds", "tables", "entities"}));
        Metadata metadata;
        metadata.name = file_.root.text_or("metadata");
        if (metadata.name.empty()) return syntax("", "the file must begin with 'metadata: <name of the system>'");
        metadata.version = file_.root.text_or("version");
        metadata.source = file_.root.text_or("source");
        TIELINE_TRY(metadata.settings, texts("", file_.root, "settings"));
        TIELINE_TRY(metadata.adds, texts("", file_.root, "adds"));
        if (const Json* entities = file_.root.find("entities")) {
            TIELINE_TRY_VOID(table("/entities", *entities));
            for (const auto& [name, fields] : entities->members()) {
                TIELINE_TRY(Entity entity, read_entity("/entities/" + name, name, fields));
                metadata.entities.push_back(std::move(entity));
            }
        }
        if (const Json* tables = file_.root.find("tables")) {
            TIELINE_TRY_VOID(table("/tables", *tables));
            for (const auto& [name, use] : tables->members()) {
                TIELINE_TRY(TableUse made, read_use("/tables/" + name, name, use, metadata));
                metadata.tables.push_back(std::move(made));
            }
        }
        TIELINE_TRY_VOID(check_references(metadata));
        return metadata;
    }

private:
    Error syntax(const std::string& pointer, const std::string& message) const {
        return file_.error_at(pointer, message, "metadata_syntax");
    }
    Result<void> table(const std::string& pointer, const Json& json) const {
        if (json.is_object()) return {};
        return syntax(pointer, "a table is needed here");
    }
    Result<void> only(const std::string& pointer, const Json& json, const std::vector<std::string>& known) const {
        TIELINE_TRY_VOID(table(pointer, json));
        for (const auto& [name, value] : json.members()) {
            if (std::find(known.begin(), known.end(), name) == known.end())
                return syntax(pointer + "/" + name, "unknown key '" + name + "'" + did_you_mean(name, known));
        }
        return {};
    }
    Result<std::vector<std::string>> texts(const std::string& pointer, const Json& json, const char* key) const {
        std::vector<std::string> list;
        const Json* value = json.find(key);
        if (value == nullptr) return list;
        if (!value->is_array()) return syntax(pointer + "/" + key, std::string("'") + key + "' is a list of words");
        for (const Json& each : value->items()) {
            if (!each.is_string()) return syntax(pointer + "/" + key, std::string("'") + key + "' is a list of words");
            list.push_back(each.string());
        }
        return list;
    }
    Result<int> whole(const std::string& pointer, const Json& json, const char* key, int otherwise) const {
        const Json* value = json.find(key);
        if (value == nullptr) return otherwise;
        const std::int64_t number = value->is_number() ? json.int_or(key, -1) : -1;
        if (number >= 0 && number <= 1'000'000) return static_cast<int>(number);
        return syntax(pointer + "/" + key, std::string("'") + key + "' is a whole number from 0 to 1000000");
    }
    Result<bool> flag(const std::string& pointer, const Json& json, const char* key) const {
        const Json* value = json.find(key);
        if (value == nullptr) return false;
        if (value->is_bool()) return value->boolean();
        return syntax(pointer + "/" + key, std::string("'") + key + "' is true or false");
    }

    Result<Entity> read_entity(const std::string& pointer, const std::string& name, const Json& fields) const {
        TIELINE_TRY_VOID(table(pointer, fields));
        Entity entity;
        entity.name = name;
        for (const auto& [field, json] : fields.members()) {
            TIELINE_TRY(MetaField made, read_field(pointer + "/" + field, field, json));
            entity.fields.push_back(std::move(made));
        }
        return entity;
    }

    Result<MetaField> read_field(const std::string& pointer, const std::string& name, const Json& json) const {
        TIELINE_TRY_VOID(
            only(pointer, json, {"type", "max", "digits", "scale", "required", "key", "list", "entity", "values"}));
        MetaField field;
        field.name = name;
        const std::string word = json.text_or("type", "text");
        const FieldType* type = named(types, word);
        if (type == nullptr)
            return syntax(pointer + "/type", "unknown type '" + word + "'. Known are: " + words_of(types));
        field.type = *type;
        TIELINE_TRY(const int most, whole(pointer, json, "max", 0));
        field.max_length = static_cast<std::size_t>(most);
        TIELINE_TRY(field.precision, whole(pointer, json, "digits", 0));
        TIELINE_TRY(field.scale, whole(pointer, json, "scale", -1));
        TIELINE_TRY(field.key, flag(pointer, json, "key"));
        TIELINE_TRY(const bool required, flag(pointer, json, "required"));
        field.nullable = !required && !field.key;
        TIELINE_TRY(field.list, flag(pointer, json, "list"));
        field.entity = json.text_or("entity");
        TIELINE_TRY(field.values, texts(pointer, json, "values"));
        return field;
    }

    Result<TableUse> read_use(const std::string& pointer, const std::string& name, const Json& json,
                              const Metadata& metadata) const {
        TIELINE_TRY_VOID(only(pointer, json, {"entity", "does", "canonical", "needs"}));
        TableUse use;
        use.table = name;
        use.entity = json.text_or("entity");
        use.canonical = json.text_or("canonical", name);
        const std::string word = json.text_or("does");
        const Does* does = named(uses, word);
        if (does == nullptr) return syntax(pointer, "'does' must be one of: " + words_of(uses));
        use.does = *does;
        TIELINE_TRY(use.needs, texts(pointer, json, "needs"));
        const Entity* entity = metadata.find(use.entity);
        if (entity == nullptr) return meaning(pointer, "there is no entity '" + use.entity + "' in this file");
        for (const std::string& field : use.needs) {
            if (metadata.at(*entity, field) == nullptr)
                return meaning(pointer + "/needs", use.entity + " has no field '" + field + "'");
        }
        return use;
    }

    Error meaning(const std::string& pointer, const std::string& message) const {
        return file_.error_at(pointer, message, "metadata_meaning");
    }
    Result<void> check_references(const Metadata& metadata) const {
        for (const Entity& entity : metadata.entities) {
            for (const MetaField& field : entity.fields) {
                if (field.entity.empty() || metadata.find(field.entity) != nullptr) continue;
                return meaning("/entities/" + entity.name + "/" + field.name,
                               "there is no entity '" + field.entity + "' in this file");
            }
        }
        return {};
    }

    const Yaml& file_;
};

void add_paths(const Metadata& metadata, const Entity& entity, const std::string& prefix, int depth,
               std::vector<std::string>& paths) {
    for (const MetaField& field : entity.fields) {
        if (paths.size() >= paths_most) return;
        const std::string path = prefix + field.name + (field.list ? "[]" : "");
        const Entity* inner = field.entity.empty() ? nullptr : metadata.find(field.entity);
        if (inner == nullptr || field.list) paths.push_back(path);
        if (inner != nullptr && depth < depth_most) add_paths(metadata, *inner, path + ".", depth + 1, paths);
    }
}

}  // namespace

const MetaField* Entity::find(std::string_view field) const {
    for (const MetaField& each : fields)
        if (each.name == field) return &each;
    return nullptr;
}

const Entity* Metadata::find(std::string_view entity) const {
    for (const Entity& each : entities)
        if (each.name == entity) return &each;
    return nullptr;
}

const MetaField* Metadata::at(const Entity& entity, std::string_view path) const {
    const bool is_list = path.ends_with("[]");
    const MetaField* exact = entity.find(is_list ? path.substr(0, path.size() - 2) : path);
    if (exact != nullptr) return exact->list == is_list ? exact : nullptr;
    for (const MetaField& field : entity.fields) {
        const Entity* inner = field.entity.empty() ? nullptr : find(field.entity);
        const std::string step = field.name + (field.list ? "[]." : ".");
        if (inner == nullptr || !path.starts_with(step)) continue;
        // A path gets shorter with every step, so that entities that contain themselves end too.
        if (const MetaField* found = at(*inner, path.substr(step.size()))) return found;
    }
    return nullptr;
}

std::vector<std::string> Metadata::paths(const Entity& entity) const {
    std::vector<std::string> paths;
    add_paths(*this, entity, "", 0, paths);
    return paths;
}

Result<Metadata> read_metadata(std::string_view yaml, std::string_view file_name) {
    TIELINE_TRY(const Yaml file, parse_yaml(yaml, file_name));
    return Reader(file).run();
}

}  // namespace tieline::connectors
