// A field map against the metadata of the services that it speaks to.

#include "base/suggest.h"
#include "connectors/odata/metadata.h"

#include <algorithm>

namespace tieline::connectors::odata {
namespace {

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

/// What a type of the map may become on the wire.
bool fits(FieldType type, std::string_view edm) {
    if (edm == "Edm.String") return type == FieldType::text || type == FieldType::enumeration;
    if (edm == "Edm.Decimal") return type == FieldType::decimal;
    if (edm == "Edm.Boolean") return type == FieldType::boolean;
    if (edm == "Edm.DateTime" || edm == "Edm.Date") return type == FieldType::date;
    if (edm == "Edm.DateTimeOffset") return type == FieldType::time;
    if (edm == "Edm.Int16" || edm == "Edm.Int32" || edm == "Edm.Int64" || edm == "Edm.Byte")
        return type == FieldType::integer;
    return false;
}

class Checker {
public:
    Checker(const Metadata& service, TableUse use, std::string table)
        : service_(service), use_(use), table_(std::move(table)) {}

    std::vector<MapFinding> findings;

    void find(int line, const std::string& what) { findings.push_back({line, "table '" + table_ + "': " + what}); }

    void check_property(const TargetField& field, const Property& property) {
        const std::string name = "'" + field.path + "'";
        if (use_ != TableUse::call && !may_be_sent(property))
            find(field.line, name + " is given by the service and cannot be sent; take the row out");
        if (!fits(field.type, property.type)) {
            find(field.line, name + " is " + to_string(field.type) + " in the map and " + property.type +
                                 " in the metadata; correct 'type'");
            return;
        }
        if (property.type == "Edm.String") check_text(field, property, name);
        if (property.type == "Edm.Decimal") check_decimal(field, property, name);
        if (field.as_number && property.type == "Edm.Decimal")
            find(field.line, name + " is written as a number; version 2 takes decimals as texts: take 'as' out");
    }

    void check_nested(const TargetField& field, const EntityType& root) {
        const EntityType* type = &root;
        std::string_view rest = field.path;
        for (;;) {
            const std::size_t dot = rest.find('.');
            std::string_view step = rest.substr(0, dot);
            const bool is_list = step.ends_with("[]");
            if (is_list) step.remove_suffix(2);
            if (dot == std::string_view::npos && !is_list) return check_last(field, *type, step);
            const EntityType* next = service_.target(*type, step);
            if (next == nullptr) {
                std::vector<std::string> names;
                for (const auto& [name, target] : type->navigations) names.push_back(name);
                find(field.line, "'" + field.path + "': " + type->name + " has no navigation '" + std::string(step) +
                                     "'" + did_you_mean(std::string(step), names));
                return;
            }
            if (dot == std::string_view::npos) return;  // the list itself; its rows come one by one
            type = next;
            rest = rest.substr(dot + 1);
        }
    }

private:
    bool may_be_sent(const Property& property) const {
        return use_ == TableUse::patch ? property.updatable : property.creatable;
    }

    void check_last(const TargetField& field, const EntityType& type, std::string_view name) {
        const Property* property = type.property(name);
        if (property != nullptr) return check_property(field, *property);
        std::vector<std::string> names;
        for (const Property& each : type.properties) names.push_back(each.name);
        find(field.line, "'" + field.path + "': " + type.name + " has no field '" + std::string(name) + "'" +
                             did_you_mean(std::string(name), names));
    }

    void check_text(const TargetField& field, const Property& property, const std::string& name) {
        if (property.max_length == 0) return;
        const std::string limit = std::to_string(property.max_length);
        for (const std::string& value : field.values) {
            if (characters(value) > property.max_length)
                find(field.line, name + " can become \"" + value + "\", the service takes " + limit + " characters");
        }
        if (!field.values.empty()) return;
        if (field.longest == 0)
            find(field.line, name + " has no 'max'; the service takes " + limit + " characters, write max: " + limit);
        if (field.longest > property.max_length)
            find(field.line, name + " may have " + std::to_string(field.longest) +
                                 " characters in the map, the service takes " + limit);
    }

    void check_decimal(const TargetField& field, const Property& property, const std::string& name) {
        if (field.scale < 0 || field.scale > property.scale)
            find(field.line, name + " may have " + (field.scale < 0 ? "any number of" : std::to_string(field.scale)) +
                                 " decimals in the map, the service takes " + std::to_string(property.scale) +
                                 "; write scale: " + std::to_string(property.scale));
        if (field.max == 0 || field.max > static_cast<std::size_t>(property.precision))
            find(field.line, name + " may have " + (field.max == 0 ? "any number of" : std::to_string(field.max)) +
                                 " digits in the map, the service takes " + std::to_string(property.precision) +
                                 "; write max: " + std::to_string(property.precision));
    }

    const Metadata& service_;
    TableUse use_;
    std::string table_;
};

void check_call(Checker& checker, const Function& function, const std::vector<TargetField>& fields, int first_line) {
    for (const TargetField& field : fields) {
        const auto found = std::find_if(function.parameters.begin(), function.parameters.end(),
                                        [&](const Property& each) { return each.name == field.path; });
        if (found == function.parameters.end()) {
            checker.find(field.line, "function " + function.name + " has no parameter '" + field.path + "'");
        } else {
            checker.check_property(field, *found);
        }
    }
    for (const Property& parameter : function.parameters) {
        const bool given = std::any_of(fields.begin(), fields.end(), [&](const TargetField& field) {
            return field.path == parameter.name && (field.required || !field.values.empty());
        });
        if (!given && parameter.type == "Edm.String" && !parameter.nullable)
            checker.find(first_line, "function " + function.name + " needs the parameter '" + parameter.name +
                                         "'; add a row for it with required: true");
    }
}

void check_keys(Checker& checker, const EntityType& type, const std::vector<TargetField>& fields, int first_line) {
    for (const std::string& key : type.keys) {
        const bool given =
            std::any_of(fields.begin(), fields.end(), [&](const TargetField& field) { return field.path == key; });
        if (!given)
            checker.find(first_line, "the key '" + key + "' of " + type.name +
                                         " is missing: the object could not be addressed; add a row for it");
    }
}

/// The other direction: what the rows read must be there.
void check_read(Checker& checker, const EntityType& type, const Metadata& service,
                const std::vector<TargetField>& fields) {
    for (TargetField field : fields) {
        const bool is_of_service = !field.source.empty() && field.source.front() != '$' && field.source != ".";
        if (!is_of_service) continue;
        const EntityType* at = &type;
        std::string_view rest = field.source;
        while (at != nullptr) {
            const std::size_t dot = rest.find('.');
            std::string_view step = rest.substr(0, dot);
            const bool is_list = step.ends_with("[]");
            if (is_list) step.remove_suffix(2);
            const bool is_last = dot == std::string_view::npos;
            const bool known =
                is_last && !is_list ? at->property(step) != nullptr : service.target(*at, step) != nullptr;
            if (!known) {
                std::vector<std::string> names;
                for (const Property& each : at->properties) names.push_back(each.name);
                checker.find(field.line, "reads '" + field.source + "', which " + at->name + " does not have" +
                                             did_you_mean(std::string(step), names));
                break;
            }
            if (is_last) break;
            at = service.target(*at, step);
            rest = rest.substr(dot + 1);
        }
    }
}

}  // namespace

std::vector<MapFinding> check_table(const FieldMap& map, std::string_view table, TableUse use,
                                    const std::vector<Metadata>& known) {
    const std::string entity = map.entity(table);
    const std::vector<TargetField> fields = map.targets(table);
    const int first_line = fields.empty() ? 0 : fields.front().line;
    const std::size_t slash = entity.find('/');
    const std::string name = entity.substr(0, slash);
    const std::string set = slash == std::string::npos ? std::string() : entity.substr(slash + 1);
    const auto service =
        std::find_if(known.begin(), known.end(), [&](const Metadata& each) { return each.service() == name; });
    if (service == known.end()) {
        return {{first_line, "table '" + std::string(table) + "' speaks to the service '" + name +
                                 "', of which no metadata is given; name its file, called " + name + ".edmx"}};
    }
    Checker checker(*service, use, std::string(table));
    if (use == TableUse::call) {
        const Function* function = service->function(set);
        if (function == nullptr)
            checker.find(first_line, "the service " + name + " has no function '" + set + "'");
        else
            check_call(checker, *function, fields, first_line);
        return checker.findings;
    }
    const EntityType* type = service->type_of_set(set);
    if (type == nullptr) {
        checker.find(first_line, "the service " + name + " has no set '" + set + "'");
        return checker.findings;
    }
    if (use == TableUse::read) {
        check_read(checker, *type, *service, fields);
        return checker.findings;
    }
    const EntitySet& of_set = *service->set(set);
    if (use == TableUse::create && !of_set.creatable)
        checker.find(first_line, "nothing can be created in " + set + "; use the set that it is nested in");
    if (use == TableUse::patch) check_keys(checker, *type, fields, first_line);
    for (const TargetField& field : fields) {
        const bool addresses = use == TableUse::patch && type->is_key(field.path);
        if (addresses) {
            Property key = *type->property(field.path);
            key.updatable = true;  // it only addresses
            checker.check_property(field, key);
            continue;
        }
        checker.check_nested(field, *type);
    }
    return checker.findings;
}

}  // namespace tieline::connectors::odata
