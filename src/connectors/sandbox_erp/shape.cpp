#include "connectors/sandbox_erp/shape.h"

#include <utility>

namespace tieline::connectors::sandbox_erp {

Json wire_shape(Json payload) {
    const Json* meters = payload.find("meters");
    if (meters == nullptr || !meters->is_array()) return payload;
    Json readings = Json::object();
    for (const Json& reading : meters->items()) {
        const Json* value = reading.find("value");
        if (reading.text_or("meter").empty() || value == nullptr) return payload;
        readings.set(reading.text_or("meter"), *value);
    }
    payload.set("meters", std::move(readings));
    return payload;
}

Json canonical_shape(Json body) {
    const Json* meters = body.find("meters");
    if (meters == nullptr || !meters->is_object()) return body;
    Json readings = Json::array();
    for (const auto& [meter, value] : meters->members())
        readings.push_back(Json::object({{"meter", meter}, {"value", value}}));
    body.set("meters", std::move(readings));
    return body;
}

}  // namespace tieline::connectors::sandbox_erp
