#pragma once
// Base64 (RFC 4648 section 4), for bytes that travel inside JSON.

#include "base/result.h"

#include <string>
#include <string_view>

namespace tieline::base {

std::string to_base64(std::string_view bytes);
/// Strict: the alphabet of section 4, padded, no blanks. Kind invalid, code "bad_base64".
Result<std::string> from_base64(std::string_view text);

}  // namespace tieline::base
