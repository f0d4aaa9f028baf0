// Any bytes: never a crash; what is accepted is well-formed JSON within the limits, and every value has a place.

#include "base/yaml/yaml.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

using tieline::base::Json;
using tieline::base::YamlPlaces;

void walk(const Json& value, const YamlPlaces& places) {
    if (places.value.line < 1 || places.key.line < 1) std::abort();
    const std::size_t size = value.is_object() ? value.members().size() : value.is_array() ? value.items().size() : 0;
    if (places.children.size() != size) std::abort();
    for (std::size_t i = 0; i < size; ++i) {
        walk(value.is_object() ? value.members()[i].second : value.items()[i], places.children[i]);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto yaml = tieline::base::parse_yaml(text, "fuzz.yaml");
    if (!yaml) {
        if (yaml.error().message.rfind("fuzz.yaml:", 0) != 0) std::abort();
        return 0;
    }
    const auto again = Json::parse(yaml->root.dump());
    if (!again || !(*again == yaml->root)) std::abort();
    if (!yaml->root.is_null()) walk(yaml->root, yaml->places);
    return 0;
}
