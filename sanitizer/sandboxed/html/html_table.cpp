#include "sanitizer/sandboxed/html/html_table.hpp"

#include <algorithm>
#include <utility>

#include "sanitizer/sandboxed/html/html_table_lines.hpp"

namespace mugaika::sandboxed {
namespace {

bool has_several_lines(const TableGrid& grid) {
    return std::any_of(grid.rows().begin(), grid.rows().end(), [](const auto& row) { return row.height > 1; });
}

// Several rows of several cells, none of which is a text of its own.
bool holds_data(const TableGrid& grid) {
    constexpr std::size_t height_max = 15;
    const auto& rows = grid.rows();
    const auto has_pairs = [](const TableGrid::Row& row) { return row.filled > 1; };
    const auto is_low = [](const TableGrid::Row& row) { return row.height <= height_max; };
    return std::count_if(rows.begin(), rows.end(), has_pairs) > 1 && std::all_of(rows.begin(), rows.end(), is_low);
}

}  // namespace

void HtmlTable::start_row() {
    if (!rows_.empty() && rows_.back().empty()) return;
    const std::size_t cells_likely = rows_.empty() ? 0 : rows_.back().size();
    rows_.emplace_back().reserve(cells_likely);
}

void HtmlTable::add_cell(TableCell cell) {
    if (rows_.empty()) start_row();
    ++cells_;
    bytes_ += cell.text.size();
    cell.column_span = std::max<std::size_t>(cell.column_span, 1);
    cell.row_span = std::max<std::size_t>(cell.row_span, 1);
    rows_.back().push_back(std::move(cell));
}

HtmlTable::Text HtmlTable::take(TextPurse& purse) {
    was_full_ = was_full_ || is_full();
    Text text = is_one_column() ? Text{loose_lines(rows_), ends_in_table()} : laid_out();
    if (text.lines.size() > bytes_ && !purse.take(text.lines.size() - bytes_)) text.lines.clear();
    rows_.clear();
    cells_ = bytes_ = 0;
    return text;
}

// The most frequent case by far, of the tables that lay out pages.
bool HtmlTable::is_one_column() const {
    return std::all_of(rows_.begin(), rows_.end(), [](const TableRow& row) {
        return std::count_if(row.begin(), row.end(), [](const TableCell& cell) { return !cell.text.empty(); }) == 0 ||
               row.size() == 1;
    });
}

bool HtmlTable::ends_in_table() const {
    for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) {
        const auto cell = std::find_if(row->rbegin(), row->rend(), [](const TableCell& c) { return !c.text.empty(); });
        if (cell != row->rend()) return cell->ends_in_table;
    }
    return false;
}

HtmlTable::Text HtmlTable::laid_out() const {
    const TableGrid grid(rows_);
    const bool lines_up = !has_several_lines(grid) || (!for_layout_ && holds_data(grid));
    if (!grid.is_whole() || grid.used_columns() < 2 || !lines_up) return {loose_lines(rows_), ends_in_table()};
    std::string lines;
    if (!was_full_) lines = aligned_lines(grid, width_max);
    if (lines.empty() && !was_full_ && !for_layout_) lines = labelled_lines(grid);
    if (lines.empty()) lines = tabbed_lines(grid);
    return {std::move(lines), !for_layout_};
}

}  // namespace mugaika::sandboxed
