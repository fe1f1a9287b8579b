#include "sanitizer/sandboxed/html/html_table_grid.hpp"

#include <algorithm>
#include <utility>

#include "sanitizer/sandboxed/text/mail_columns.hpp"

namespace mugaika::sandboxed {

CellLines::CellLines(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty()) continue;
        if (first_.empty()) {
            first_ = line;
        } else {
            more_.push_back(line);
        }
    }
}

TableGrid::TableGrid(const std::vector<TableRow>& rows) {
    rows_.reserve(rows.size());
    for (const TableRow& row : rows) place(row);
    close_last_spans();
}

void TableGrid::place(const TableRow& cells) {
    Row& row = rows_.emplace_back();
    row.cells.reserve(cells.size());
    std::array<std::size_t, columns_max> held_below{};
    for (std::size_t i = 0; i < reached_; ++i) {
        row.continued[i] = held_[i] > 0 && held_continued_[i];
        held_below[i] = held_[i] > 0 ? held_[i] - 1 : 0;
    }
    std::size_t column = 0;
    for (const TableCell& cell : cells) {
        while (column < columns_max && held_[column] > 0) ++column;
        if (column == columns_max) {
            is_whole_ = false;
            break;
        }
        Placed placed{&cell, column, std::min(cell.column_span, columns_max - column), CellLines(cell.text), 0};
        for (std::size_t i = 0; i < placed.lines.size(); ++i)
            placed.width = std::max(placed.width, mail_columns(placed.lines[i]));
        row.height = std::max(row.height, placed.lines.size());
        if (!placed.lines.empty()) {
            ++row.filled;
            used_[column] = true;
        }
        columns_ = std::max(columns_, column + 1);
        for (std::size_t i = column; i < column + placed.span; ++i) {
            row.continued[i] = held_continued_[i] = i > column;
            held_below[i] = std::max(held_below[i], cell.row_span - 1);
        }
        column += placed.span;
        reached_ = std::max(reached_, column);
        row.cells.push_back(std::move(placed));
    }
    held_ = held_below;
}

// A span that reaches past the column that the last cell begins in ("colspan=99") ends there.
void TableGrid::close_last_spans() {
    for (Row& row : rows_) {
        for (Placed& placed : row.cells) placed.span = std::min(placed.span, columns_ - placed.column);
    }
}

}  // namespace mugaika::sandboxed
