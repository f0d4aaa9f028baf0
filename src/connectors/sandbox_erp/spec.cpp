#include "connectors/sandbox_erp/spec.h"

#include "connectors/sandbox_erp/sandbox_erp.h"
#include "connectors/sandbox_erp/wire.h"

#include <memory>
#include <utility>

namespace tieline::connectors::sandbox_erp {
namespace {

using Kind = Field::Kind;

std::vector<Field> fields() {
    return {
        {"url", Kind::url, true, "", "Address of the ERP, for example http://127.0.0.1:8081"},
        {"token", Kind::secret, true, "", "Token of a user of the ERP that may post and read documents"},
        {"company_codes", Kind::text, false, "",
         "Company codes that must exist in the ERP, with commas between them; the check looks for them"},
        {"accounts", Kind::text, false, "",
         "Accounts that the flows post to, with commas between them; the check looks for them"},
        {"timeout", Kind::duration_ms, false, "10s", "How long one request may take"},
    };
}

Result<std::unique_ptr<Connector>> make(const Settings& given, const std::string& map_text) {
    TIELINE_TRY(const Settings settings, check_settings(fields(), given));
    const bool is_own = map_text.empty();
    TIELINE_TRY(FieldMap map, FieldMap::compile(is_own ? own_map() : std::string_view(map_text),
                                                is_own ? "sandbox_erp/map.yaml" : "field map of " + given.name));
    std::vector<std::string_view> needed{"receipt", "invoice", "rate"};
    for (const Route& route : routes()) needed.push_back(route.table);
    for (const std::string_view table : needed) {
        if (map.has_table(table)) continue;
        return make_error(
            ErrorKind::invalid,
            "the field map of connector '" + given.name + "' has no table '" + std::string(table) + "'; add it",
            "map_meaning", std::string(table));
    }
    return std::unique_ptr<Connector>(std::make_unique<SandboxErp>(settings, std::move(map)));
}

ConnectorSpec build() {
    ConnectorSpec entry;
    entry.system = "sandbox_erp";
    entry.title = "Tieline sandbox ERP";
    entry.tested_with = "the sandbox ERP of this source tree, in its process and over HTTP";
    for (const Route& route : routes()) entry.kinds.emplace_back(route.kind);
    entry.fields = fields();
    entry.make = make;
    return entry;
}

}  // namespace

const ConnectorSpec& spec() {
    static const ConnectorSpec entry = build();
    return entry;
}

}  // namespace tieline::connectors::sandbox_erp
