#include "connectors/sandbox_erp/spec.h"

#include "base/suggest.h"
#include "connectors/sandbox_erp/feed.h"
#include "connectors/sandbox_erp/sandbox_erp.h"
#include "connectors/sandbox_erp/wire.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

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
        {"kinds", Kind::text, false, all_kinds(),
         "Kinds of objects to read from the ERP's changes, with commas between them; all unless fewer are named"},
        {"timeout", Kind::duration_ms, false, "10s", "How long one request may take"},
    };
}

Result<void> check_kinds(const Settings& settings) {
    const std::vector<std::string> known = list_of(all_kinds());
    for (const std::string& kind : list_of(settings.value("kinds"))) {
        if (feed_kind(kind) != nullptr) continue;
        return make_error(ErrorKind::invalid,
                          "connector '" + settings.name + "', setting 'kinds': the ERP has no objects of kind '" +
                              kind + "'" + did_you_mean(kind, known) + ". Known: " + all_kinds(),
                          "bad_setting", "kinds");
    }
    return {};
}

Result<std::unique_ptr<Connector>> make(const Settings& given, const std::string& map_text) {
    TIELINE_TRY(const Settings settings, check_settings(fields(), given));
    const bool is_own = map_text.empty();
    TIELINE_TRY(FieldMap map, FieldMap::compile(is_own ? own_map() : std::string_view(map_text),
                                                is_own ? "sandbox_erp/map.yaml" : "field map of " + given.name));
    TIELINE_TRY_VOID(check_kinds(settings));
    std::vector<std::string_view> needed{"receipt", "receipt.object"};
    for (const FeedKind& kind : feed_kinds()) needed.push_back(kind.table);
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
    entry.own_map = own_map();
    entry.own_metadata = own_metadata();
    return entry;
}

}  // namespace

const ConnectorSpec& spec() {
    static const ConnectorSpec entry = build();
    return entry;
}

}  // namespace tieline::connectors::sandbox_erp
