#include "app/table.h"

#include <algorithm>

namespace tieline::app {
namespace {

/// Characters, not bytes: names of plants have umlauts.
std::size_t width_of(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

std::string Table::text() const {
    if (rows_.empty()) return {};
    std::vector<std::size_t> widths;
    std::vector<std::string> titles;
    for (const Column& column : columns_) {
        titles.push_back(column.title);
        widths.push_back(width_of(column.title));
    }
    for (const auto& row : rows_) {
        for (std::size_t at = 0; at < row.size() && at < widths.size(); ++at) {
            widths[at] = std::max(widths[at], width_of(row[at]));
        }
    }
    std::string all;
    const auto write = [&](const std::vector<std::string>& cells) {
        std::string line;
        for (std::size_t at = 0; at < columns_.size(); ++at) {
            const std::string cell = at < cells.size() ? cells[at] : std::string();
            const std::string blanks(widths[at] - width_of(cell), ' ');
            line += (at == 0 ? "" : "  ") + (columns_[at].side == Side::right ? blanks + cell : cell + blanks);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        all += line + "\n";
    };
    write(titles);
    for (const auto& row : rows_) write(row);
    return all;
}

}  // namespace tieline::app
