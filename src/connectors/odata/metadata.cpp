#include "connectors/odata/metadata.h"

#include <algorithm>
#include <charconv>

namespace tieline::connectors::odata {
namespace {

std::string without_namespace(std::string_view name) {
    const std::size_t dot = name.rfind('.');
    return std::string(dot == std::string_view::npos ? name : name.substr(dot + 1));
}

int number_of(std::string_view text) {
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

Property property_of(const base::XmlElement& element) {
    Property property;
    property.name = element.attribute("Name");
    property.type = element.attribute("Type");
    property.max_length = static_cast<std::size_t>(number_of(element.attribute("MaxLength")));
    property.precision = number_of(element.attribute("Precision"));
    property.scale = number_of(element.attribute("Scale"));
    property.nullable = element.attribute("Nullable") != "false";
    property.creatable = element.attribute("creatable") != "false";
    property.updatable = element.attribute("updatable") != "false";
    property.filterable = element.attribute("filterable") != "false";
    return property;
}

/// Version 2 says the target of a navigation by an association and a role.
std::string target_of(const base::XmlElement& navigation, const base::XmlElement& schema) {
    std::string_view type = navigation.attribute("Type");  // version 4: "Collection(NS.Type)"
    if (!type.empty()) {
        if (type.starts_with("Collection(")) type = type.substr(11, type.size() - 12);
        return without_namespace(type);
    }
    const std::string wanted = without_namespace(navigation.attribute("Relationship"));
    for (const base::XmlElement& association : schema.children) {
        if (association.name != "Association" || association.attribute("Name") != wanted) continue;
        for (const base::XmlElement& end : association.children) {
            if (end.attribute("Role") == navigation.attribute("ToRole"))
                return without_namespace(end.attribute("Type"));
        }
    }
    return {};
}

EntityType type_of(const base::XmlElement& element, const base::XmlElement& schema) {
    EntityType type;
    type.name = element.attribute("Name");
    for (const base::XmlElement& inner : element.children) {
        if (inner.name == "Key") {
            for (const base::XmlElement& key : inner.children) type.keys.emplace_back(key.attribute("Name"));
        } else if (inner.name == "Property") {
            type.properties.push_back(property_of(inner));
        } else if (inner.name == "NavigationProperty") {
            type.navigations.emplace_back(std::string(inner.attribute("Name")), target_of(inner, schema));
        }
    }
    return type;
}

}  // namespace

const Property* EntityType::property(std::string_view wanted) const {
    const auto found = std::find_if(properties.begin(), properties.end(),
                                    [&](const Property& property) { return property.name == wanted; });
    return found == properties.end() ? nullptr : &*found;
}

bool EntityType::is_key(std::string_view wanted) const {
    return std::find(keys.begin(), keys.end(), wanted) != keys.end();
}

Result<Metadata> Metadata::parse(std::string_view text, std::string service) {
    Metadata made;
    made.service_ = std::move(service);
    const auto xml = base::parse_xml(text);
    const base::XmlElement* services = xml ? xml->child("DataServices") : nullptr;
    if (services == nullptr) {
        return make_error(ErrorKind::invalid,
                          "the metadata of " + made.service_ + " is no EDMX" +
                              (xml ? std::string() : " (" + xml.error().message + ")") +
                              "; save what <service>/$metadata answers into the file",
                          "bad_metadata");
    }
    for (const base::XmlElement& schema : services->children) {
        for (const base::XmlElement& each : schema.children) {
            if (each.name == "EntityType") {
                EntityType type = type_of(each, schema);
                made.types_.emplace(type.name, std::move(type));
            }
            if (each.name != "EntityContainer") continue;
            for (const base::XmlElement& member : each.children) {
                if (member.name == "EntitySet") {
                    made.sets_.push_back(
                        {std::string(member.attribute("Name")), without_namespace(member.attribute("EntityType")),
                         member.attribute("creatable") != "false", member.attribute("updatable") != "false"});
                } else if (member.name == "FunctionImport") {
                    Function function{
                        std::string(member.attribute("Name")), std::string(member.attribute("HttpMethod")), {}};
                    for (const base::XmlElement& parameter : member.children) {
                        if (parameter.name != "Parameter") continue;
                        function.parameters.push_back(property_of(parameter));
                        // Only a parameter that says so may be left out.
                        function.parameters.back().nullable = parameter.attribute("Nullable") == "true";
                    }
                    made.functions_.push_back(std::move(function));
                }
            }
        }
    }
    if (made.sets_.empty())
        return make_error(ErrorKind::invalid, "the metadata of " + made.service_ + " names no entity set",
                          "bad_metadata");
    return made;
}

const EntitySet* Metadata::set(std::string_view name) const {
    const auto found =
        std::find_if(sets_.begin(), sets_.end(), [&](const EntitySet& each) { return each.name == name; });
    return found == sets_.end() ? nullptr : &*found;
}

const EntityType* Metadata::type(std::string_view name) const {
    const auto found = types_.find(name);
    return found == types_.end() ? nullptr : &found->second;
}

const EntityType* Metadata::type_of_set(std::string_view name) const {
    const EntitySet* found = set(name);
    return found == nullptr ? nullptr : type(found->type);
}

const EntityType* Metadata::target(const EntityType& from, std::string_view navigation) const {
    for (const auto& [name, target_type] : from.navigations)
        if (name == navigation) return type(target_type);
    return nullptr;
}

const Function* Metadata::function(std::string_view name) const {
    const auto found =
        std::find_if(functions_.begin(), functions_.end(), [&](const Function& each) { return each.name == name; });
    return found == functions_.end() ? nullptr : &*found;
}

}  // namespace tieline::connectors::odata
