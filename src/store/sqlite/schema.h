#pragma once
// The tables, and how an older file becomes a present one.

#include "store/sqlite/database.h"

namespace tieline::store::sqlite {

constexpr int schema_version = 1;

/// Creates the tables in an empty file, or runs the migrations that are missing, in one transaction each.
/// A file of a newer version is refused (kind unsupported, code "store_version").
Result<void> prepare_schema(Database& database);

}  // namespace tieline::store::sqlite
