// A work order that is accepted is written as canonical JSON, which is accepted and written as the same bytes.

#include "model/work_order.h"

#include <cstdlib>

using tieline::base::Json;
using tieline::model::to_json;
using tieline::model::work_order_from_json;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto json = Json::parse(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!json) return 0;
    const auto order = work_order_from_json(*json);
    if (!order) {
        if (order.error().code.empty() || order.error().message.empty()) std::abort();
        return 0;
    }
    const std::string written = to_json(*order).dump();
    const auto again_json = Json::parse(written);
    if (!again_json) std::abort();
    const auto again = work_order_from_json(*again_json);
    if (!again || to_json(*again).dump() != written) std::abort();
    if (again->lines.size() != order->lines.size()) std::abort();
    for (std::size_t i = 0; i < order->lines.size(); ++i) {
        if (again->lines[i].amount != order->lines[i].amount) std::abort();
    }
    return 0;
}
