// What is read can be written and read again as the same value, in both layouts.

#include "base/json.h"

#include <cstdlib>

using tieline::base::is_utf8;
using tieline::base::Json;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto parsed = Json::parse(text);
    if (!parsed) {
        if (parsed.error().code.empty() || parsed.error().message.empty()) std::abort();
        return 0;
    }
    if (!is_utf8(text)) std::abort();
    const std::string written = parsed->dump();
    const auto again = Json::parse(written);
    if (!again || *again != *parsed || again->dump() != written) std::abort();
    const auto pretty = Json::parse(parsed->pretty(), {.bytes_max = 64 << 20});
    if (!pretty || *pretty != *parsed) std::abort();
    return 0;
}
