// One HTML table as text: small tables of short cells become aligned columns, all others lines. Bounded: the caller
// writes out and clears a table that is full and goes on with the rest.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sanitizer/sandboxed/text/text_flow.hpp"

namespace mugaika::sandboxed {

class HtmlTable {
public:
    void start_row();
    // `text` holds finished lines. Spans as the HTML says, 0 counts as 1.
    void add_cell(std::string text, std::size_t column_span, std::size_t row_span);

    bool is_full() const noexcept { return cells_ >= cells_max || bytes_ >= bytes_max; }
    // Lines, no LF at the end; the table is empty afterwards. The purse pays for what aligning adds. A table that was
    // full once is not aligned any more: its columns would change in the middle.
    std::string take_lines(TextPurse&);

private:
    static constexpr std::size_t cells_max = 2000;
    static constexpr std::size_t bytes_max = 256u << 10;
    static constexpr std::size_t columns_max = 20;
    static constexpr std::size_t width_max = 100;

    struct Cell {
        std::string text;
        std::size_t column_span;
        std::size_t row_span;
    };
    using Row = std::vector<Cell>;
    struct Placed {
        std::size_t column;
        std::size_t span;
        const std::string* text;
        std::size_t width;  // in columns of the screen
    };
    using Grid = std::vector<std::vector<Placed>>;

    bool place(Grid&) const;
    std::vector<std::size_t> measure(const Grid&) const;
    std::string aligned(const Grid&, const std::vector<std::size_t>& widths) const;
    std::string as_lines() const;

    std::vector<Row> rows_;
    std::size_t cells_ = 0;
    std::size_t bytes_ = 0;
    bool was_full_ = false;
};

}  // namespace mugaika::sandboxed
