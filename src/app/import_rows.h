#pragma once
// A CSV file of work orders through a field map. Pure: text in, bodies for the CMMS out, mistakes with their lines.

#include "base/json.h"
#include "connectors/map.h"

#include <string>
#include <string_view>
#include <vector>

namespace tieline::app {

struct RowMistake {
    std::size_t line = 0;  ///< of the file, 1-based
    std::string object;    ///< number of the work order, where it is known
    std::string code, reason;
};
struct ImportRow {
    std::size_t line = 0;
    Json body;
};
struct ImportRows {
    std::vector<ImportRow> rows;
    std::vector<Json> assets;  ///< each once, where the map has a table "asset"
    std::vector<RowMistake> refused;
    std::size_t lines_read = 0;  ///< rows of the file without its header
};

/// Table "work_order" makes the body of each row, table "asset" (where there is one) the assets. A row reaches the map
/// as an object of its columns' texts and "line", the line's number: a number made of it is the same on each run.
/// Empty columns and "NA" are left out. Kind invalid when the file has no header or the map lacks the table.
Result<ImportRows> read_import(std::string_view csv, const connectors::FieldMap& map, const Json& settings);

}  // namespace tieline::app
