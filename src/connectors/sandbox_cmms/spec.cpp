#include "connectors/sandbox_cmms/spec.h"

#include "base/suggest.h"
#include "base/time.h"
#include "connectors/sandbox_cmms/lists.h"
#include "connectors/sandbox_cmms/sandbox_cmms.h"
#include "connectors/sandbox_cmms/wire.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace tieline::connectors::sandbox_cmms {
namespace {

using Kind = Field::Kind;

constexpr std::int64_t horizon_most = 3660;

const std::string& all_reads() {
    static const std::string names = [] {
        std::string text;
        for (const List& list : lists()) {
            if (list.reads != Reads::due_plans && list.reads != Reads::jobs)
                text.append(text.empty() ? "" : ",").append(list.name);
        }
        return text;
    }();
    return names;
}

std::vector<Field> fields() {
    return {
        {"url", Kind::url, true, "", "Address of the CMMS, for example http://127.0.0.1:8082"},
        {"token", Kind::secret, true, "", "Token of a user of the CMMS that may read and write work orders"},
        {"site", Kind::text, true, "", "Name of the plant in Tieline that these work orders belong to"},
        {"webhook_secret", Kind::secret, false, "",
         "Secret shared with the CMMS that its webhooks are signed with; without it webhooks are refused and changes "
         "are found by asking"},
        {"reads", Kind::text, false, all_reads(),
         "Lists to read, with commas between them; all unless fewer are named. Technicians need jobs too: add it"},
        {"photos_folder", Kind::text, false, "",
         "Folder where the technicians' pictures wait to be sent; the hub's own unless another one is named"},
        {"plan_horizon_days", Kind::integer, false, "0",
         "How many days ahead preventive work is read that has no order yet, so that its parts can be reserved; 0: "
         "not at all"},
        {"timeout", Kind::duration_ms, false, "10s", "How long one request may take"},
    };
}

Result<void> check_reading(const Settings& settings) {
    const auto refuse = [&](const char* setting, const std::string& what) {
        return make_error(ErrorKind::invalid, "connector '" + settings.name + "', setting '" + setting + "': " + what,
                          "bad_setting", setting);
    };
    std::vector<std::string> known = split_names(all_reads());
    known.emplace_back("jobs");
    for (const std::string& name : split_names(settings.value("reads"))) {
        if (std::find(known.begin(), known.end(), name) == known.end())
            return refuse("reads", "the CMMS has no list '" + name + "'" + did_you_mean(name, known) +
                                       ". Known: " + all_reads() + ",jobs");
    }
    const std::int64_t days = settings.integer("plan_horizon_days");
    if (days < 0 || days > horizon_most) return refuse("plan_horizon_days", "it must be from 0 to 3660 days");
    return {};
}

Result<std::unique_ptr<Connector>> make(const Settings& given, const std::string& map_text) {
    TIELINE_TRY(const Settings settings, check_settings(fields(), given));
    const bool is_own = map_text.empty();
    TIELINE_TRY(FieldMap map, FieldMap::compile(is_own ? own_map() : std::string_view(map_text),
                                                is_own ? "sandbox_cmms/map.yaml" : "field map of " + given.name));
    TIELINE_TRY_VOID(check_reading(settings));
    std::vector<std::string> needed;
    for (const Route& route : routes()) needed.emplace_back(route.kind);
    for (const List& list : lists()) needed.emplace_back(list.table);
    for (const std::string& table : needed) {
        if (map.has_table(table)) continue;
        return make_error(ErrorKind::invalid,
                          "the field map of connector '" + given.name + "' has no table '" + table + "'; add it",
                          "map_meaning", table);
    }
    return std::unique_ptr<Connector>(std::make_unique<SandboxCmms>(settings, std::move(map), system_clock()));
}

ConnectorSpec build() {
    ConnectorSpec entry;
    entry.system = "sandbox_cmms";
    entry.title = "Tieline sandbox CMMS";
    entry.tested_with = "the sandbox CMMS of this source tree, in its process and over HTTP";
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

}  // namespace tieline::connectors::sandbox_cmms
