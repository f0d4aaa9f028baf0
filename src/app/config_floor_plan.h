#pragma once
// "floor_plan" of a site: the plant's own picture and its zones. For app's readers only.

#include "api/api.h"
#include "app/config_section.h"

namespace tieline::app {

/// Reads the picture too (SVG, PNG, JPEG or WebP, at most 2 MiB); its path is relative to `folder`.
Result<api::FloorPlan> read_floor_plan(const Section& section, const std::string& folder);

}  // namespace tieline::app
