#include "app/config_floor_plan.h"

#include "app/config.h"
#include "app/config_connectors.h"

#include <algorithm>

namespace tieline::app {
namespace {

constexpr std::size_t picture_bytes_max = std::size_t{2} << 20, zones_max = 500;

std::string type_of(std::string_view path) {
    constexpr std::pair<std::string_view, std::string_view> types[] = {{".svg", "image/svg+xml"},
                                                                       {".png", "image/png"},
                                                                       {".jpg", "image/jpeg"},
                                                                       {".jpeg", "image/jpeg"},
                                                                       {".webp", "image/webp"}};
    for (const auto& [suffix, type] : types) {
        if (path.ends_with(suffix)) return std::string(type);
    }
    return "";
}

Result<api::FloorPlan::Zone> read_zone(const Section& section) {
    TIELINE_TRY_VOID(section.only({"code", "name", "x", "y", "width", "height"}));
    api::FloorPlan::Zone zone;
    TIELINE_TRY(zone.code, section.required_text("code"));
    TIELINE_TRY(zone.name, section.text("name", zone.code));
    TIELINE_TRY(const std::int64_t x, section.whole("x", 0, 0, 99));
    TIELINE_TRY(const std::int64_t y, section.whole("y", 0, 0, 99));
    TIELINE_TRY(const std::int64_t width, section.whole("width", 10, 1, 100));
    TIELINE_TRY(const std::int64_t height, section.whole("height", 10, 1, 100));
    if (x + width > 100 || y + height > 100) {
        return section.wrong("code",
                             "zone '" + zone.code +
                                 "' leaves the picture: x + width and y + height must be at "
                                 "most 100",
                             "bad_zone");
    }
    zone.x = static_cast<int>(x);
    zone.y = static_cast<int>(y);
    zone.width = static_cast<int>(width);
    zone.height = static_cast<int>(height);
    return zone;
}

}  // namespace

Result<api::FloorPlan> read_floor_plan(const Section& section, const std::string& folder) {
    TIELINE_TRY_VOID(section.only({"picture", "zones"}));
    api::FloorPlan plan;
    TIELINE_TRY(const std::string path, section.text("picture"));
    if (!path.empty()) {
        plan.type = type_of(path);
        if (plan.type.empty()) {
            return section.wrong("picture", "'picture' must be an .svg, .png, .jpg or .webp file", "bad_picture");
        }
        Result<std::string> bytes = read_file(path_in(folder, path), picture_bytes_max);
        if (!bytes) return section.wrong("picture", bytes.error().message, "no_file");
        plan.picture = std::move(*bytes);
    }
    const Json* list = section.find("zones");
    if (list == nullptr || !list->is_array() || list->items().empty() || list->items().size() > zones_max) {
        return section.wrong("zones", "'zones' must be a list of 1 to 500 zones, each with its 'code'", "missing_key");
    }
    for (std::size_t index = 0; index < list->items().size(); ++index) {
        const Section inner(section.yaml(), list->items()[index],
                            section.pointer_of("zones") + "/" + std::to_string(index));
        TIELINE_TRY(api::FloorPlan::Zone zone, read_zone(inner));
        for (const api::FloorPlan::Zone& other : plan.zones) {
            if (other.code == zone.code) return inner.wrong("code", "this zone is there twice", "duplicate");
        }
        plan.zones.push_back(std::move(zone));
    }
    return plan;
}

}  // namespace tieline::app
