// Any bytes as a field map, and then as a source for a map that compiled: never a crash, errors keep their promise,
// and what is written is well-formed JSON.

#include "connectors/map.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

using tieline::base::Json;
using tieline::connectors::FieldMap;

/// Uses every type and rule.
constexpr std::string_view known_map = R"(map: fuzz
lookups: {l: {a: b, "*": c}}
tables:
  t:
    - {to: a, from: a, rule: [trim, upper, {truncate: 3}, {prefix: x}, {suffix: y}, {pad: 5}, {concat: b}]}
    - {to: b.c, from: b, type: decimal, rule: [negate, {round: c}], scale: 2, max: 9}
    - {to: b.d, from: b, type: decimal, as: number}
    - {to: i, from: i, type: integer, rule: absolute}
    - {to: d, from: d, type: date, source_format: odata_v2, format: compact}
    - {to: e, from: d, type: time, source_format: epoch_ms, format: odata_v2, when: a present}
    - {to: f, from: d, type: time, source_format: odata_v2, format: iso, when: b = 1}
    - to: l[]
      from: l[]
      only: a in x | y
      rows:
        - {to: n, from: $index}
        - {to: v, from: $.c, type: enum, lookup: l}
        - {to: w, from: ., type: any}
)";

void try_sources(const FieldMap& map, const Json& source) {
    for (const std::string& table : map.tables()) {
        const auto out = map.apply(table, source, source);
        if (!out) {
            if (out.error().code.empty() || out.error().message.empty()) std::abort();
            continue;
        }
        const auto again = Json::parse(out->dump(), {std::size_t{1} << 26, 200, 2'000'000});
        if (!again || !(*again == *out)) std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const FieldMap known = *FieldMap::compile(known_map, "known.yaml");
    static const Json sample = *Json::parse(R"({"a":"x","b":"1.5","c":"EUR","l":[{"a":"x"},{"b":[1]}]})");
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto source = Json::parse(text); source && source->is_object()) try_sources(known, *source);
    const auto map = FieldMap::compile(text, "fuzz.yaml");
    if (!map) {
        if (map.error().message.rfind("fuzz.yaml:", 0) != 0) std::abort();
        return 0;
    }
    try_sources(*map, sample);
    for (const std::string& table : map->tables()) {
        (void)map->targets(table);
        (void)map->sources(table);
    }
    return 0;
}
