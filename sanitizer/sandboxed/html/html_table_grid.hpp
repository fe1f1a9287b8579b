// The cells of one HTML table at their places, spans taken into account.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika::sandboxed {

struct TableCell {
    std::string text;  // finished lines
    std::size_t column_span = 1;
    std::size_t row_span = 1;
    bool heads = false;          // a <th>, or in a <thead>
    bool ends_in_table = false;  // what follows wants to stand apart
};
using TableRow = std::vector<TableCell>;

// The lines of a cell that are not empty. Most have one.
class CellLines {
public:
    explicit CellLines(std::string_view text);

    bool empty() const noexcept { return first_.empty(); }
    std::size_t size() const noexcept { return empty() ? 0 : 1 + more_.size(); }
    std::string_view operator[](std::size_t i) const { return i == 0 ? first_ : more_[i - 1]; }

private:
    std::string_view first_;
    std::vector<std::string_view> more_;
};

class TableGrid {
public:
    static constexpr std::size_t columns_max = 64;
    using Columns = std::bitset<columns_max>;

    struct Placed {
        const TableCell* cell;
        std::size_t column;
        std::size_t span;
        CellLines lines;
        std::size_t width;  // of the widest line, in columns of the screen
    };
    struct Row {
        std::vector<Placed> cells;  // from left to right
        Columns continued;          // within a cell that began further left
        std::size_t height = 0;     // lines of its highest cell
        std::size_t filled = 0;     // cells with text
    };

    // The rows outlive the grid. Cells past the last column that can be laid out are left out: see is_whole().
    explicit TableGrid(const std::vector<TableRow>& rows);

    const std::vector<Row>& rows() const noexcept { return rows_; }
    std::size_t columns() const noexcept { return columns_; }
    bool is_whole() const noexcept { return is_whole_; }
    bool is_used(std::size_t column) const { return used_[column]; }  // has it text in any row?
    std::size_t used_columns() const noexcept { return used_.count(); }

private:
    void place(const TableRow&);
    void close_last_spans();

    std::vector<Row> rows_;
    std::array<std::size_t, columns_max> held_{};  // rows that a cell above still takes, by column
    Columns held_continued_;                       // and whether that column is within it
    Columns used_;
    std::size_t reached_ = 0;  // columns that any cell took so far
    std::size_t columns_ = 0;
    bool is_whole_ = true;
};

}  // namespace mugaika::sandboxed
