#pragma once
// A table for people: columns as wide as their widest cell.

#include <initializer_list>
#include <string>
#include <vector>

namespace tieline::app {

class Table {
public:
    enum class Side { left, right };
    struct Column {
        std::string title;
        Side side = Side::left;
    };
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
    /// As many cells as there are columns; missing ones are empty.
    void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    bool empty() const { return rows_.empty(); }
    /// With the titles, two blanks between columns, no blanks at the ends of lines. "" without rows.
    std::string text() const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace tieline::app
