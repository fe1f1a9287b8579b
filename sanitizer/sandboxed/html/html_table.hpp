// One HTML table as text: what holds data becomes aligned columns or labelled rows, what only serves the layout of a
// page becomes lines. Bounded: the caller writes out and clears a table that is full and goes on with the rest.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sanitizer/sandboxed/html/html_table_grid.hpp"
#include "sanitizer/sandboxed/text/text_flow.hpp"

namespace mugaika::sandboxed {

class HtmlTable {
public:
    // `for_layout`: the page itself says that it holds no data (role="presentation").
    explicit HtmlTable(bool for_layout) noexcept : for_layout_(for_layout) {}

    void start_row();
    // `text` holds finished lines. Spans as the HTML says, 0 counts as 1.
    void add_cell(TableCell);
    // A table of several cells stands in one of its own.
    void holds_table() noexcept { for_layout_ = true; }

    bool is_full() const noexcept { return cells_ >= cells_max || bytes_ >= bytes_max; }
    bool has_several_cells() const noexcept { return cells_ > 1; }

    struct Text {
        std::string lines;  // no LF at the end
        bool is_grid;       // several columns, at its end at least: what follows wants to stand apart
    };
    // The table is empty afterwards. The purse pays for what the layout adds. A table that was full once is not aligned
    // any more: its columns would change in the middle.
    Text take(TextPurse&);

private:
    static constexpr std::size_t cells_max = 2000;
    static constexpr std::size_t bytes_max = 256u << 10;
    static constexpr std::size_t width_max = 100;

    bool is_one_column() const;
    bool ends_in_table() const;
    Text laid_out() const;

    std::vector<TableRow> rows_;
    std::size_t cells_ = 0;
    std::size_t bytes_ = 0;
    bool for_layout_;
    bool was_full_ = false;
};

}  // namespace mugaika::sandboxed
