#pragma once
// "Did you mean …?" for error messages.

#include <string>
#include <string_view>
#include <vector>

namespace tieline::base {

/// The candidate closest to `word`, or "" when none is near enough (an edit distance of a third of the word's length,
/// at least one; letter case counts little). The first of equals.
std::string closest(std::string_view word, const std::vector<std::string>& candidates);
/// " (did you mean 'x'?)" or "".
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace tieline::base
