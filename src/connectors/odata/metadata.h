#pragma once
// What a service says of itself ($metadata, EDMX of version 2 or 4), and field maps compared with it.

#include "base/result.h"
#include "base/xml/xml.h"
#include "connectors/map.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tieline::connectors::odata {

struct Property {
    std::string name;
    std::string type;            ///< "Edm.String"
    std::size_t max_length = 0;  ///< 0: none given
    int precision = 0, scale = 0;
    bool nullable = true;
    bool creatable = true, updatable = true;  ///< by SAP's annotations
    bool filterable = true;
};
struct EntityType {
    std::string name;
    std::vector<std::string> keys;
    std::vector<Property> properties;
    std::vector<std::pair<std::string, std::string>> navigations;  ///< name → type, without namespace

    const Property* property(std::string_view wanted) const;
    bool is_key(std::string_view wanted) const;
};
struct EntitySet {
    std::string name, type;
    bool creatable = true, updatable = true;
};
struct Function {
    std::string name, method;
    std::vector<Property> parameters;
};

/// Metadata of one service. Value type.
class Metadata {
public:
    /// `service`: name under which maps speak of it ("API_X"). Kind invalid, code "bad_metadata".
    static Result<Metadata> parse(std::string_view text, std::string service);

    const std::string& service() const { return service_; }
    const EntitySet* set(std::string_view name) const;
    const EntityType* type(std::string_view name) const;
    const EntityType* type_of_set(std::string_view name) const;
    /// Type at the end of a navigation; nullptr when there is none.
    const EntityType* target(const EntityType& from, std::string_view navigation) const;
    const Function* function(std::string_view name) const;
    const std::vector<EntitySet>& sets() const { return sets_; }

private:
    std::string service_;
    std::vector<EntitySet> sets_;
    std::map<std::string, EntityType, std::less<>> types_;
    std::vector<Function> functions_;
};

/// What is wrong with one row of a map.
struct MapFinding {
    int line = 0;
    std::string message;
};
/// How a table's rows are used.
enum class TableUse {
    create,  ///< body of a POST, nested by navigations
    patch,   ///< keys into the address, the rest into the body
    call,    ///< parameters of a function
    read,    ///< the other direction: what the rows take from the entity
};
/// Compares a table with the metadata of the service that its entity ("API_X/A_Set") names: every field exists, its
/// type and decimals fit, nothing can be longer than the service takes, every key or parameter that must be there is
/// there, nothing is sent that the service only gives. Empty when all is well. A service that none of the metadata
/// describes is a finding.
std::vector<MapFinding> check_table(const FieldMap& map, std::string_view table, TableUse use,
                                    const std::vector<Metadata>& known);

}  // namespace tieline::connectors::odata
