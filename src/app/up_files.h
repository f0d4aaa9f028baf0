#pragma once
// The folder of `tieline up`: configuration, secrets and data. A second start finds and reuses them.

#include "base/result.h"

#include <string>

namespace tieline::app {

struct UpFolder {
    std::string folder, config, erp_data, cmms_data;
    std::string erp_token, cmms_token, webhook_secret;
};
/// Makes what is missing; secrets are random and readable by the owner only.
Result<UpFolder> open_up_folder(const std::string& folder);

struct UpAddresses {
    std::string cmms, erp;
    std::uint16_t port = 0;
};
/// Writes tieline.yaml: templates/sandbox.yaml with these addresses.
/// `sign_in`: people sign in, programs of this machine use secrets/hub.token.
Result<void> write_up_config(const UpFolder& folder, const UpAddresses& addresses, bool sign_in);

/// templates/sandbox.yaml, as it was when this program was built.
std::string_view sandbox_template();
/// templates/floor-plan.svg.
std::string_view sandbox_floor_plan();

}  // namespace tieline::app
