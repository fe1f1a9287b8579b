// The cells of a table in one of the ways in which programs part it.
#pragma once

#include <cstddef>
#include <string_view>

namespace mugaika::codec {

struct Cell {
    std::size_t begin = 0;      // with the quote in front
    std::size_t end = 0;        // where its separator, its line end or the end of the text stands
    std::size_t value_end = 0;  // the closing quote, where it is the last of the cell; else the end
    bool is_quoted = false;     // begins with a quote
};

// Cell by cell, as Excel reads: a quote at the start of a cell opens it, two of them inside are one, what follows the
// closing one belongs to the cell as it stands. A quote that nothing closes makes one cell of the rest, and to other
// programs of none: what stands behind it is given a second time, as if the quote were a letter. Linear: a third time
// is not needed, because all quotes behind such a one stand in pairs.
class TableCells {
public:
    // `text` has LF line ends and must outlive the reader.
    TableCells(std::string_view text, char separator) : text_(text), separator_(separator) {}

    bool next(Cell&);  // false: there are no more

private:
    std::size_t end_of_line_or_cell(std::size_t from) const noexcept;

    std::string_view text_;
    char separator_;
    std::size_t at_ = 0;
    bool is_done_ = false;
    bool looks_again_ = false;
};

}  // namespace mugaika::codec
