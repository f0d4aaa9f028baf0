#pragma once
// The tables of the sandbox ERP's database.

namespace tieline::sandbox::erp {

extern const char* const schema_sql;

}  // namespace tieline::sandbox::erp
