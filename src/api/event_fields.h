#pragma once
// Checked reading of a pushed event's members. Every error is kind invalid and names the member. Pure.

#include "base/json.h"
#include "engine/core.h"

#include <initializer_list>
#include <string>
#include <string_view>

namespace tieline::api {

Error refuse(const char* code, std::string field, const std::string& what);
/// The same error of a member of `data`.
Error inside_data(Error error);
/// "unknown_member": a member that is not among `names`.
Result<void> allow_only(const Json& object, std::initializer_list<std::string_view> names, const std::string& prefix);
/// A text of at most 128 characters without control characters; "" when absent and not required.
Result<std::string> text(const Json& object, std::string_view name, bool required, const std::string& prefix = "");
/// A member of data: an exact decimal of at most 15 digits before the point.
Result<std::string> decimal_text(const Json& data, const char* name, bool positive);
Result<std::string> currency(const Json& data, const char* name);
Result<std::string> date(const Json& data, const char* name, bool required);

/// part_input.cpp: data of part.consumed and part.returned (docs/commands.md), into the item's canonical data.
Result<void> read_part_transaction(const Json& data, engine::Ingest& item);

}  // namespace tieline::api
