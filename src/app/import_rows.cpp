#include "app/import_rows.h"

#include "base/csv.h"

#include <set>

namespace tieline::app {
namespace {

Json source_of(const std::vector<std::string>& columns, const CsvRow& row) {
    Json source = Json::object({{"line", std::to_string(row.line)}});
    for (std::size_t index = 0; index < columns.size(); ++index) {
        const std::string& field = row.fields[index];
        if (!field.empty() && field != "NA") source.set(columns[index], field);
    }
    return source;
}

RowMistake mistake(std::size_t line, const Error& error) {
    const std::string where = error.field.empty() ? "" : error.field + ": ";
    return RowMistake{line, "", error.code, where + error.message};
}

void map_row(const connectors::FieldMap& map, const Json& settings, std::size_t line, const Json& source,
             std::set<std::string>& known_assets, ImportRows& out) {
    Result<Json> body = map.apply("work_order", source, settings);
    if (!body) {
        out.refused.push_back(mistake(line, body.error()));
        return;
    }
    if (map.has_table("asset")) {
        Result<Json> asset = map.apply("asset", source, settings);
        if (!asset) {
            out.refused.push_back(mistake(line, asset.error()));
            return;
        }
        if (known_assets.insert(asset->dump()).second) out.assets.push_back(std::move(*asset));
    }
    out.rows.push_back({line, std::move(*body)});
}

}  // namespace

Result<ImportRows> read_import(std::string_view csv, const connectors::FieldMap& map, const Json& settings) {
    if (!map.has_table("work_order")) {
        return make_error(ErrorKind::invalid, "The map has no table 'work_order'; add it.", "map_meaning");
    }
    CsvReader reader(csv);
    if (reader.at_end()) return make_error(ErrorKind::invalid, "The CSV file is empty.", "csv_empty");
    TIELINE_TRY(const CsvRow header, reader.next());
    ImportRows out;
    std::set<std::string> known_assets;
    while (!reader.at_end()) {
        const std::size_t line = reader.line_of_next();
        const Result<CsvRow> row = reader.next();
        ++out.lines_read;
        if (!row) {
            out.refused.push_back(mistake(line, row.error()));
            continue;
        }
        const bool blank = row->fields.size() == 1 && row->fields[0].empty();
        if (blank) {
            --out.lines_read;
            continue;
        }
        if (row->fields.size() != header.fields.size()) {
            out.refused.push_back({row->line, "", "column_count",
                                   "has " + std::to_string(row->fields.size()) + " columns, the header has " +
                                       std::to_string(header.fields.size()) + "; mend the line"});
            continue;
        }
        map_row(map, settings, row->line, source_of(header.fields, *row), known_assets, out);
    }
    return out;
}

}  // namespace tieline::app
