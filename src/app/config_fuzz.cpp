// Any bytes as tieline.yaml: never a crash, and each refusal says where and what.

#include "app/config.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    // A folder that is not there: files named by the text cannot be read by accident.
    const auto config = tieline::app::read_config(text, "fuzz.yaml", "/nonexistent/folder");
    if (!config && (config.error().code.empty() || config.error().message.empty())) std::abort();
    if (config && config->sites.empty()) std::abort();
    return 0;
}
