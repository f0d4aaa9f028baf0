#pragma once
// The life of a work order in this CMMS: which state may follow which.

#include <string>
#include <string_view>
#include <vector>

namespace tieline::sandbox::cmms {

/// REQ, APPR, RELEASED, INPRG, COMP, CLOSED, CANC, REOPEN.
const std::vector<std::string_view>& all_statuses();
/// States that may follow the given one; empty for a final one.
const std::vector<std::string_view>& next_statuses(std::string_view status);
bool may_follow(std::string_view from, std::string_view to);
/// Work may still be booked and the header changed: REQ, APPR, RELEASED, INPRG, REOPEN.
bool is_open(std::string_view status);

}  // namespace tieline::sandbox::cmms
