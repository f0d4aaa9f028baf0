#pragma once
// For tests alone: the facts about a peer's fields, each said once and held together: a connector's metadata.yaml, the
// subsets of the services' metadata (which fakes and SAP's mock server read), and the peer's own definition files,
// where a developer keeps them.

#include "connectors/metadata.h"
#include "connectors/odata/metadata.h"
#include "connectors/test_golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace tieline::connectors::odata::test {

/// Each *.xml of the folder is the metadata of the service of that name.
inline std::vector<Metadata> subsets_in(const std::filesystem::path& folder) {
    std::vector<Metadata> all;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        auto service = Metadata::parse(text_of(file.path()), file.path().stem().string());
        EXPECT_TRUE(service) << file.path();
        if (service) all.push_back(std::move(*service));
    }
    return all;
}

/// The folder of SAP's own definition files: of the environment, else the one that the build names.
inline std::filesystem::path definitions_in(const char* folder) {
    const char* other = std::getenv("TIELINE_SAP_DEFINITIONS");
    return other != nullptr ? other : folder;
}

/// "Edm.String 40", "Edm.Decimal 13,3", "Edm.Boolean".
inline std::string facts_of(const Property& property) {
    std::string text = property.type;
    if (property.type == "Edm.String") text += " " + std::to_string(property.max_length);
    if (property.type == "Edm.Decimal")
        text += " " + std::to_string(property.precision) + "," + std::to_string(property.scale);
    return text;
}

/// The same words of a field of metadata.yaml.
inline std::string facts_of(const MetaField& field) {
    if (field.type == FieldType::text) return "Edm.String " + std::to_string(field.max_length);
    if (field.type == FieldType::decimal)
        return "Edm.Decimal " + std::to_string(field.precision) + "," + std::to_string(field.scale);
    if (field.type == FieldType::boolean) return "Edm.Boolean";
    if (field.type == FieldType::date) return "Edm.DateTime";
    return field.type == FieldType::time ? "Edm.DateTimeOffset" : to_string(field.type);
}

/// Fields of an entity of metadata.yaml that bear the peer's names are the peer's, whatever the connector adds beside
/// them; those of `besides` are of another set. How many were compared.
inline std::size_t expect_saps_fields(const connectors::Metadata& metadata, const std::vector<Metadata>& known,
                                      const std::string& name, const std::string& set,
                                      const std::vector<std::string>& besides = {}) {
    const Entity* entity = metadata.find(name);
    const auto service =
        std::find_if(known.begin(), known.end(), [&](const Metadata& each) { return each.set(set) != nullptr; });
    EXPECT_TRUE(entity != nullptr && service != known.end()) << name;
    if (entity == nullptr || service == known.end()) return 0;
    std::size_t compared = 0;
    for (const MetaField& field : entity->fields) {
        const bool is_beside = std::find(besides.begin(), besides.end(), field.name) != besides.end();
        if (field.name[0] < 'A' || field.name[0] > 'Z' || is_beside) continue;
        const Property* property = service->type_of_set(set)->property(field.name);
        EXPECT_NE(property, nullptr) << set << "/" << field.name;
        if (property != nullptr) EXPECT_EQ(facts_of(field), facts_of(*property)) << set << "/" << field.name;
        ++compared;
    }
    return compared;
}

/// Whether a subset must let write what the service does, or may keep to reading: master data is never written.
enum class Writes { same, less };

/// What the subset says of each of its sets is what the service itself says.
inline void expect_same_sets(const Metadata& ours, const Metadata& theirs, Writes writes = Writes::same) {
    for (const EntitySet& set : ours.sets()) {
        const EntitySet* real = theirs.set(set.name);
        const EntityType *type = ours.type_of_set(set.name), *real_type = theirs.type_of_set(set.name);
        ASSERT_TRUE(real != nullptr && type != nullptr && real_type != nullptr) << set.name;
        const bool is_less = writes == Writes::less;
        EXPECT_TRUE(set.creatable == real->creatable || (is_less && !set.creatable)) << set.name;
        EXPECT_TRUE(set.updatable == real->updatable || (is_less && !set.updatable)) << set.name;
        EXPECT_EQ(type->keys, real_type->keys) << set.name;
        for (const Property& property : type->properties) {
            const Property* fact = real_type->property(property.name);
            ASSERT_NE(fact, nullptr) << set.name << " has no " << property.name;
            const std::string name = set.name + "/" + property.name;
            EXPECT_EQ(facts_of(property), facts_of(*fact)) << name;
            EXPECT_EQ(property.nullable, fact->nullable) << name;
            EXPECT_EQ(property.creatable, fact->creatable) << name;
            EXPECT_EQ(property.updatable, fact->updatable) << name;
            EXPECT_EQ(property.filterable, fact->filterable) << name;
        }
        for (const auto& [name, target] : type->navigations)
            EXPECT_NE(theirs.target(*real_type, name), nullptr) << set.name << "/" << name;
    }
}

/// A function of the subset: its method and parameters are the service's.
inline void expect_same_function(const Metadata& ours, const Metadata& theirs, const std::string& name) {
    const Function *function = ours.function(name), *real = theirs.function(name);
    ASSERT_TRUE(function != nullptr && real != nullptr) << name;
    EXPECT_EQ(function->method, real->method) << name;
    ASSERT_EQ(function->parameters.size(), real->parameters.size()) << name;
    for (std::size_t at = 0; at < real->parameters.size(); ++at)
        EXPECT_EQ(function->parameters[at].name + facts_of(function->parameters[at]),
                  real->parameters[at].name + facts_of(real->parameters[at]));
}

}  // namespace tieline::connectors::odata::test
