#pragma once
// CSV as RFC 4180 has it: quotes, doubled quotes, line ends inside quotes, CRLF or LF. Strict and bounded.

#include "base/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tieline::base {

struct CsvRow {
    std::size_t line = 0;  ///< line of the file on which the row starts, 1-based
    std::vector<std::string> fields;
};

struct CsvLimits {
    std::size_t fields_max = 1000;
    std::size_t field_bytes_max = 64 * 1024;
};

/// Reads row after row out of a text that the caller keeps alive. A byte order mark at the start is skipped.
class CsvReader {
public:
    explicit CsvReader(std::string_view text, CsvLimits limits = {}, char separator = ',');
    bool at_end() const { return position_ >= text_.size(); }
    /// The next row. On a malformed row (invalid: "csv_quote", "csv_size", "csv_nul") the reader skips to the next
    /// line end, so that the caller can report that row and go on. `line_of_next()` before the call tells which.
    Result<CsvRow> next();
    std::size_t line_of_next() const { return line_; }

private:
    Result<std::string> field(std::size_t& at, std::size_t& line);
    bool ends_row(std::size_t& at, std::size_t& line);
    void skip_line(std::size_t from, std::size_t line);

    std::string_view text_;
    CsvLimits limits_;
    char separator_;
    std::size_t position_ = 0;
    std::size_t line_ = 1;
};

}  // namespace tieline::base
