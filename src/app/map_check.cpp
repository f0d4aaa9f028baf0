#include "app/map_check.h"

#include "connectors/metadata.h"

namespace tieline::app {
namespace {

constexpr std::size_t told_most = 50;

}  // namespace

Result<void> check_field_map(const connectors::ConnectorSpec& spec, const std::string& map_text,
                             const std::string& map_file) {
    if (spec.own_metadata.empty()) return {};
    const std::string file = map_file.empty() ? spec.system + "/map.yaml" : map_file;
    TIELINE_TRY(const connectors::FieldMap map,
                connectors::FieldMap::compile(map_text.empty() ? spec.own_map : std::string_view(map_text), file));
    TIELINE_TRY(const connectors::Metadata metadata,
                connectors::read_metadata(spec.own_metadata, spec.system + "/metadata.yaml"));
    const std::vector<Error> mistakes = check_map(map, file, metadata, connectors::canonical_metadata());
    if (mistakes.empty()) return {};
    Error all = mistakes.front();
    for (std::size_t i = 1; i < mistakes.size() && i < told_most; ++i) all.message += "\n" + mistakes[i].message;
    if (mistakes.size() > told_most) all.message += "\nand " + std::to_string(mistakes.size() - told_most) + " more";
    return all;
}

}  // namespace tieline::app
