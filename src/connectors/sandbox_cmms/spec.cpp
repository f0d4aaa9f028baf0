#include "connectors/sandbox_cmms/spec.h"

#include "connectors/sandbox_cmms/sandbox_cmms.h"

#include <memory>
#include <utility>

namespace tieline::connectors::sandbox_cmms {
namespace {

using Kind = Field::Kind;

std::vector<Field> fields() {
    return {
        {"url", Kind::url, true, "", "Address of the CMMS, for example http://127.0.0.1:8082"},
        {"token", Kind::secret, true, "", "Token of a user of the CMMS that may read and write work orders"},
        {"site", Kind::text, true, "", "Name of the plant in Tieline that these work orders belong to"},
        {"webhook_secret", Kind::secret, false, "",
         "Secret shared with the CMMS that its webhooks are signed with; without it webhooks are refused and changes "
         "are found by asking"},
        {"timeout", Kind::duration_ms, false, "10s", "How long one request may take"},
    };
}

Result<std::unique_ptr<Connector>> make(const Settings& given, const std::string& map_text) {
    TIELINE_TRY(const Settings settings, check_settings(fields(), given));
    const bool is_own = map_text.empty();
    TIELINE_TRY(FieldMap map, FieldMap::compile(is_own ? own_map() : std::string_view(map_text),
                                                is_own ? "sandbox_cmms/map.yaml" : "field map of " + given.name));
    for (const char* table : {"work_order", "workorder.link"}) {
        if (map.has_table(table)) continue;
        return make_error(ErrorKind::invalid,
                          "the field map of connector '" + given.name + "' has no table '" + table + "'; add it",
                          "map_meaning", table);
    }
    return std::unique_ptr<Connector>(std::make_unique<SandboxCmms>(settings, std::move(map)));
}

ConnectorSpec build() {
    ConnectorSpec entry;
    entry.system = "sandbox_cmms";
    entry.title = "Tieline sandbox CMMS";
    entry.tested_with = "the sandbox CMMS of this source tree, in its process and over HTTP";
    entry.kinds = {"workorder.link"};
    entry.fields = fields();
    entry.make = make;
    return entry;
}

}  // namespace

const ConnectorSpec& spec() {
    static const ConnectorSpec entry = build();
    return entry;
}

}  // namespace tieline::connectors::sandbox_cmms
