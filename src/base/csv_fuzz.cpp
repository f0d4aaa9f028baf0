// The reader always comes to the end, never goes back, and what it read can be written and read again.

#include "base/csv.h"

#include <cstdlib>

using tieline::base::CsvLimits;
using tieline::base::CsvReader;

namespace {

std::string quoted(const std::vector<std::string>& fields) {
    std::string text;
    for (const auto& field : fields) {
        text += text.empty() ? "\"" : ",\"";
        for (const char c : field) text += c == '"' ? std::string("\"\"") : std::string(1, c);
        text += '"';
    }
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const CsvLimits limits{.fields_max = 20, .field_bytes_max = 100};
    CsvReader reader(text, limits);
    std::size_t rows = 0;
    while (!reader.at_end()) {
        const std::size_t line = reader.line_of_next();
        if (++rows > size + 1) std::abort();
        const auto row = reader.next();
        if (!reader.at_end() && reader.line_of_next() <= line) std::abort();
        if (!row) continue;
        if (row->line != line || row->fields.empty() || row->fields.size() > limits.fields_max) std::abort();
        const std::string copy = quoted(row->fields);
        CsvReader second(copy, limits);
        const auto same = second.next();
        if (!same || same->fields != row->fields || !second.at_end()) std::abort();
    }
    return 0;
}
