// A table for a terminal: columns as wide as their widest cell, aligned by display width, numbers to the right. Cells
// from outside go through shown_text() here, so that no caller can forget it (AC-255).
#pragma once

#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

namespace mugaika {

class TextTable {
public:
    enum class Align { left, right };
    struct Column {
        std::string title;
        Align align = Align::left;
        std::size_t columns_max = 60;  // longer cells are cut
    };

    explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}
    void add(std::vector<std::string> untrusted_cells);  // as many as there are columns
    bool empty() const noexcept { return rows_.empty(); }
    void print(std::ostream&) const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace mugaika
