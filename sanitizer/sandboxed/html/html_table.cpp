#include "sanitizer/sandboxed/html/html_table.hpp"

#include <algorithm>
#include <array>
#include <numeric>

#include "sanitizer/sandboxed/text/mail_columns.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::string_view separator = " | ";

bool is_one_line(const std::string& text) { return text.find('\n') == std::string::npos; }

}  // namespace

void HtmlTable::start_row() {
    if (!rows_.empty() && rows_.back().empty()) return;
    const std::size_t cells_likely = rows_.empty() ? 0 : rows_.back().size();
    rows_.emplace_back().reserve(cells_likely);
}

void HtmlTable::add_cell(std::string text, std::size_t column_span, std::size_t row_span) {
    if (rows_.empty()) start_row();
    ++cells_;
    bytes_ += text.size();
    rows_.back().push_back(
        {std::move(text), std::max<std::size_t>(column_span, 1), std::max<std::size_t>(row_span, 1)});
}

std::string HtmlTable::take_lines(TextPurse& purse) {
    was_full_ = was_full_ || is_full();
    Grid grid;
    grid.reserve(rows_.size());
    std::string lines;
    if (!was_full_ && place(grid)) {
        const std::vector<std::size_t> widths = measure(grid);
        const std::size_t columns = static_cast<std::size_t>(
            std::count_if(widths.begin(), widths.end(), [](std::size_t width) { return width > 0; }));
        const std::size_t width = std::accumulate(widths.begin(), widths.end(), columns * separator.size());
        if (columns > 1 && width <= width_max) lines = aligned(grid, widths);
    }
    if (lines.empty()) lines = as_lines();
    if (lines.size() > bytes_ && !purse.take(lines.size() - bytes_)) lines.clear();
    rows_.clear();
    cells_ = bytes_ = 0;
    return lines;
}

// Gives each cell its column. False when it is no simple table: cells of several lines, too many columns.
bool HtmlTable::place(Grid& grid) const {
    std::array<std::size_t, columns_max> held{};  // rows that a cell above still takes in each column
    for (const Row& row : rows_) {
        std::array<std::size_t, columns_max> held_below{};
        for (std::size_t i = 0; i < columns_max; ++i) held_below.at(i) = held.at(i) > 0 ? held.at(i) - 1 : 0;
        auto& placed = grid.emplace_back();
        placed.reserve(row.size());
        std::size_t column = 0;
        for (const Cell& cell : row) {
            while (column < columns_max && held.at(column) > 0) ++column;
            if (!is_one_line(cell.text) || cell.column_span > columns_max || column + cell.column_span > columns_max)
                return false;
            placed.push_back({column, cell.column_span, &cell.text, mail_columns(cell.text)});
            for (const std::size_t end = column + cell.column_span; column < end; ++column) {
                held_below.at(column) = std::max(held_below.at(column), cell.row_span - 1);
            }
        }
        held = held_below;
    }
    return true;
}

// A cell over several columns widens the last of them where it does not fit.
std::vector<std::size_t> HtmlTable::measure(const Grid& grid) const {
    std::vector<std::size_t> widths(columns_max, 0);
    for (const bool spanning : {false, true}) {
        for (const auto& row : grid) {
            for (const Placed& cell : row) {
                if ((cell.span > 1) != spanning) continue;
                const auto first = widths.begin() + static_cast<std::ptrdiff_t>(cell.column);
                const auto last = first + static_cast<std::ptrdiff_t>(cell.span) - 1;
                std::size_t room = *last;
                for (auto column = first; column != last; ++column)
                    room += *column == 0 ? 0 : *column + separator.size();
                if (cell.width > room) *last += cell.width - room;
            }
        }
    }
    return widths;
}

std::string HtmlTable::aligned(const Grid& grid, const std::vector<std::size_t>& widths) const {
    // Where each column begins on the screen; one that is empty everywhere takes no room.
    std::vector<std::size_t> starts{0};
    for (const std::size_t width : widths)
        starts.push_back(starts.back() + (width == 0 ? 0 : width + separator.size()));
    std::string lines;
    for (const auto& row : grid) {
        const std::size_t line_start = lines.size();
        std::size_t written = 0;
        for (const Placed& cell : row) {
            if (cell.text->empty()) continue;
            const std::size_t start = starts[cell.column];
            if (start > 0) lines.append(start - separator.size() - written, ' ').append(separator);
            lines += *cell.text;
            written = start + cell.width;
        }
        if (lines.size() > line_start) lines += '\n';
    }
    if (!lines.empty()) lines.pop_back();
    return lines;
}

// Rows of short cells keep to one line with TABs, all other cells come one below the other.
std::string HtmlTable::as_lines() const {
    std::string lines;
    for (const Row& row : rows_) {
        const bool one_line =
            std::all_of(row.begin(), row.end(), [](const Cell& cell) { return is_one_line(cell.text); });
        bool first = true;
        for (const Cell& cell : row) {
            if (cell.text.empty()) continue;
            if (!first) lines.push_back(one_line ? '\t' : '\n');
            lines += cell.text;
            first = false;
        }
        if (!first) lines.push_back('\n');
    }
    if (!lines.empty()) lines.pop_back();
    return lines;
}

}  // namespace mugaika::sandboxed
