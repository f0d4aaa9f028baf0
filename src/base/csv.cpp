#include "base/csv.h"

namespace tieline::base {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

Error row_error(std::size_t line, const std::string& what, const char* code) {
    return make_error(ErrorKind::invalid, "CSV row starting on line " + std::to_string(line) + ": " + what, code);
}

Error quote_error(std::size_t line, const char* what) { return row_error(line, what, "csv_quote"); }

Error nul_error(std::size_t line) {
    return row_error(line,
                     "it holds a NUL character. The file is damaged or not a text file (perhaps UTF-16); "
                     "save it as CSV UTF-8.",
                     "csv_nul");
}

Error field_size_error(std::size_t line, std::size_t bytes_max) {
    return row_error(
        line, "a field is longer than " + std::to_string(bytes_max) + " bytes. Perhaps a closing quote is missing.",
        "csv_size");
}

}  // namespace

CsvReader::CsvReader(std::string_view text, CsvLimits limits, char separator)
    : text_(text), limits_(limits), separator_(separator) {
    // Spreadsheets put a byte order mark in front; it is no part of the first field.
    if (text_.substr(0, byte_order_mark.size()) == byte_order_mark) position_ = byte_order_mark.size();
}

void CsvReader::skip_line(std::size_t from, std::size_t line) {
    const std::size_t end = text_.find('\n', from);
    position_ = end == std::string_view::npos ? text_.size() : end + 1;
    line_ = line + (end == std::string_view::npos ? 0 : 1);
}

// Reads one field at `at`. Leaves `at` on the separator, the line end or the end of the text.
Result<std::string> CsvReader::field(std::size_t& at, std::size_t& line) {
    std::string value;
    if (at >= text_.size() || text_[at] != '"') {
        const std::size_t start = at;
        for (; at < text_.size() && text_[at] != separator_ && text_[at] != '\n'; ++at) {
            const char c = text_[at];
            if (c == '\r' && at + 1 < text_.size() && text_[at + 1] == '\n') break;
            if (c == '\0') return nul_error(line_);
            if (c == '"') return quote_error(line_, "a quote stands inside a field that does not start with one.");
            if (at - start >= limits_.field_bytes_max) return field_size_error(line_, limits_.field_bytes_max);
        }
        value.assign(text_.substr(start, at - start));
        return value;
    }
    for (++at; at < text_.size(); ++at) {
        const char c = text_[at];
        if (c == '\0') return nul_error(line_);
        if (c == '"') {
            ++at;
            if (at >= text_.size() || text_[at] != '"') return value;
        }
        if (c == '\n') ++line;
        if (value.size() >= limits_.field_bytes_max) return field_size_error(line_, limits_.field_bytes_max);
        value += c;
    }
    return quote_error(line_, "a quoted field is not closed before the end of the file.");
}

// Past the row's end, or an error where neither separator nor line end follows a field.
bool CsvReader::ends_row(std::size_t& at, std::size_t& line) {
    if (at >= text_.size()) return true;
    if (text_[at] == '\r' && at + 1 < text_.size() && text_[at + 1] == '\n') ++at;
    if (text_[at] != '\n') return false;
    ++at;
    ++line;
    return true;
}

Result<CsvRow> CsvReader::next() {
    if (at_end()) return make_error(ErrorKind::not_found, "The CSV text has no further row.", "csv_end");
    CsvRow row;
    row.line = line_;
    const std::size_t start = position_;
    std::size_t at = start;
    std::size_t line = line_;
    while (true) {
        const std::size_t field_start = at;
        auto value = field(at, line);
        if (!value) {
            // A quote that never closes would swallow the rest of the file: go on behind the row's first line.
            const bool swallowed = value.error().code == "csv_size" || at >= text_.size();
            const bool quoted = field_start < text_.size() && text_[field_start] == '"';
            if (swallowed && quoted) {
                skip_line(start, row.line);
            } else {
                skip_line(at, line);
            }
            return value.error();
        }
        row.fields.push_back(std::move(*value));
        if (ends_row(at, line)) break;
        if (text_[at] != separator_) {
            skip_line(at, line);
            return quote_error(row.line, "text follows the closing quote of a field.");
        }
        ++at;
        if (row.fields.size() >= limits_.fields_max) {
            skip_line(at, line);
            return row_error(row.line, "it has more than " + std::to_string(limits_.fields_max) + " fields.",
                             "csv_size");
        }
    }
    position_ = at;
    line_ = line;
    return row;
}

}  // namespace tieline::base
