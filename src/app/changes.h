#pragma once
// What people changed in the console: settings.json in the data folder, which counts over tieline.yaml. The file that
// somebody wrote by hand is never touched. Taking a change back: change it again, or remove settings.json.

#include "base/json.h"
#include "base/result.h"

#include <string>

namespace tieline::app {

/// {"connectors": {"erp": {"url": "…"}}, "sites": {"plant1": {"thresholds": [80, 100]}}}; an empty object where nobody
/// changed anything. Kind invalid: it cannot be read.
Result<Json> read_changes(const std::string& data_dir);
/// Whole or not at all; on disk when it returns.
Result<void> write_changes(const std::string& data_dir, const Json& changes);
/// Puts the changes over a configuration as read. What is no longer in the configuration is left out.
void apply_changes(Json& root, const Json& changes);

}  // namespace tieline::app
