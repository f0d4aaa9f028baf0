#pragma once
// The tables of the sandbox ERP's database.

namespace tieline::sandbox::erp {

extern const char* const schema_sql;
/// Materials management: after the one above.
extern const char* const schema_parts_sql;

}  // namespace tieline::sandbox::erp
