#include "sanitizer/sandboxed/html/html_table_lines.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/text/mail_columns.hpp"

namespace mugaika::sandboxed {
namespace {

using Row = TableGrid::Row;
using Placed = TableGrid::Placed;

constexpr std::string_view bar = " | ";
constexpr std::string_view between_labelled = " ／ ";
constexpr std::string_view behind_label = "：";
constexpr std::size_t label_bytes_max = 90;
constexpr std::size_t label_width_max = 24;
constexpr std::size_t carried_bytes_max = 90;  // of a cell over several rows, which is said in each of them
constexpr std::size_t head_rows_max = 3;

void end_line(std::string& lines, std::size_t line_start) {
    const std::size_t end = lines.find_last_not_of(" \t");
    lines.resize(end == std::string::npos || end < line_start ? line_start : end + 1);
    if (lines.size() > line_start) lines += '\n';
}

void drop_last_line_end(std::string& lines) {
    if (!lines.empty()) lines.pop_back();
}

// ---- aligned

// A cell over several columns widens the last of them where it does not fit.
std::vector<std::size_t> measure(const TableGrid& grid) {
    std::vector<std::size_t> widths(grid.columns(), 0);
    for (const bool spanning : {false, true}) {
        for (const Row& row : grid.rows()) {
            for (const Placed& cell : row.cells) {
                if ((cell.span > 1) != spanning) continue;
                const auto first = widths.begin() + static_cast<std::ptrdiff_t>(cell.column);
                const auto last = first + static_cast<std::ptrdiff_t>(cell.span) - 1;
                std::size_t room = *last;
                for (auto column = first; column != last; ++column) room += *column == 0 ? 0 : *column + bar.size();
                if (cell.width > room) *last += cell.width - room;
            }
        }
    }
    return widths;
}

// Where the columns stand; one that is empty everywhere takes no room.
class Columns {
public:
    explicit Columns(const TableGrid& grid) : widths_(measure(grid)) {
        std::size_t start = 0;
        for (const std::size_t width : widths_) {
            starts_.push_back(start);
            if (width > 0) start += width + bar.size();
        }
        width_ = start == 0 ? 0 : start - bar.size();
    }

    std::size_t width() const noexcept { return width_; }
    bool is_empty(std::size_t column) const { return widths_[column] == 0; }
    std::size_t start_of(std::size_t column) const { return starts_[column]; }

private:
    std::vector<std::size_t> widths_;
    std::vector<std::size_t> starts_;
    std::size_t width_ = 0;
};

class AlignedWriter {
public:
    AlignedWriter(const TableGrid& grid, const Columns& columns) : grid_(grid), columns_(columns) {}

    std::string write() {
        for (const Row& row : grid_.rows()) {
            for (std::size_t i = 0; i < row.height; ++i) write_line(row, i);
        }
        drop_last_line_end(lines_);
        return std::move(lines_);
    }

private:
    void write_line(const Row& row, std::size_t line) {
        const std::size_t line_start = lines_.size();
        written_ = 0;
        auto cell = row.cells.begin();
        for (std::size_t column = 0; column < grid_.columns() && cell != row.cells.end(); ++column) {
            const bool begins = cell->column == column;
            const bool has_text = begins && !cell->lines.empty();
            if (!row.continued[column] && (has_text || !columns_.is_empty(column))) begin_column(column);
            if (begins) {
                if (line < cell->lines.size()) write_text(*cell, line);
                ++cell;
            }
        }
        end_line(lines_, line_start);
    }

    void begin_column(std::size_t column) {
        const std::size_t start = columns_.start_of(column);
        if (start == 0) return;
        if (start > written_ + bar.size()) lines_.append(start - bar.size() - written_, ' ');
        lines_ += bar;
        written_ = start;
    }

    void write_text(const Placed& cell, std::size_t line) {
        lines_ += cell.lines[line];
        written_ += cell.lines.size() == 1 ? cell.width : mail_columns(cell.lines[line]);
    }

    const TableGrid& grid_;
    const Columns& columns_;
    std::string lines_;
    std::size_t written_ = 0;  // columns of the screen on the current line
};

// ---- labelled

std::string joined(const Placed& cell) {
    std::string text;
    for (std::size_t i = 0; i < cell.lines.size(); ++i) text.append(text.empty() ? "" : " ").append(cell.lines[i]);
    return text;
}

// "日時：" as "日時": we write one behind each label.
std::string without_colon(std::string_view label) {
    for (const std::string_view end : {":", "：", " ", "\u00a0", "\u3000", ":"}) {
        while (label.ends_with(end)) label.remove_suffix(end.size());
    }
    return std::string(label);
}

bool has_digit(const Placed& cell) {
    std::string_view text = cell.cell->text;
    for (; !text.empty(); text.remove_prefix(utf8::first(text).bytes)) {
        const char32_t c = utf8::first(text).value;
        if ((c >= U'0' && c <= U'9') || (c >= U'０' && c <= U'９')) return true;
    }
    return false;
}

// The one cell of a row that stands for all columns, as a title does.
bool is_title(const Row& row, const TableGrid& grid) {
    return row.filled == 1 && (row.cells.size() == 1 || row.cells.front().span >= grid.columns());
}

// Is there a column whose cells below all hold numbers, while the one above holds none?
bool counts_something(const TableGrid& grid, std::size_t first) {
    std::vector<int> numbers(grid.columns(), 0);
    for (std::size_t i = first + 1; i < grid.rows().size(); ++i) {
        for (const Placed& cell : grid.rows()[i].cells) {
            if (!cell.lines.empty() && numbers[cell.column] >= 0) numbers[cell.column] = has_digit(cell) ? 1 : -1;
        }
    }
    return std::find(numbers.begin(), numbers.end(), 1) != numbers.end();
}

bool looks_like_heads(const TableGrid& grid, std::size_t first) {
    const Row& row = grid.rows()[first];
    const bool are_short = std::all_of(row.cells.begin(), row.cells.end(), [&](const Placed& cell) {
        const bool is_needed = grid.is_used(cell.column);
        return cell.span == 1 && (!is_needed || (cell.lines.size() == 1 && cell.width <= label_width_max)) &&
               !has_digit(cell);
    });
    return are_short && row.filled >= 3 && row.filled == grid.used_columns() && counts_something(grid, first);
}

struct Heads {
    std::size_t first = 0;  // rows before it are titles
    std::size_t behind = 0;
};

std::optional<Heads> find_heads(const TableGrid& grid) {
    const std::vector<Row>& rows = grid.rows();
    Heads heads;
    while (heads.first < rows.size() && (rows[heads.first].filled == 0 || is_title(rows[heads.first], grid)))
        ++heads.first;
    heads.behind = heads.first;
    const auto are_heads = [](const Row& row) {
        return row.filled > 1 &&
               std::all_of(row.cells.begin(), row.cells.end(), [](const Placed& cell) { return cell.cell->heads; });
    };
    while (heads.behind < rows.size() && heads.behind - heads.first < head_rows_max && are_heads(rows[heads.behind]))
        ++heads.behind;
    if (heads.behind == heads.first && heads.first < rows.size() && looks_like_heads(grid, heads.first)) ++heads.behind;
    return heads.behind > heads.first && heads.behind < rows.size() ? std::optional(heads) : std::nullopt;
}

std::vector<std::string> labels_of(const TableGrid& grid, const Heads& heads) {
    std::vector<std::string> labels(grid.columns());
    for (std::size_t i = heads.first; i < heads.behind; ++i) {
        for (const Placed& cell : grid.rows()[i].cells) {
            const std::string text = joined(cell);
            for (std::size_t column = cell.column; column < cell.column + cell.span && !text.empty(); ++column) {
                std::string& label = labels[column];
                if (label.size() + text.size() < label_bytes_max) label += (label.empty() ? "" : " ") + text;
            }
        }
    }
    for (std::string& label : labels) label = without_colon(utf8::cut(label, label_bytes_max));
    return labels;
}

class LabelledWriter {
public:
    LabelledWriter(const TableGrid& grid, const Heads& heads)
        : grid_(grid), heads_(heads), labels_(labels_of(grid, heads)), carried_(grid.columns()) {}

    std::string write() {
        for (std::size_t i = 0; i < grid_.rows().size(); ++i) {
            if (i < heads_.first || i >= heads_.behind) write_row(grid_.rows()[i]);
        }
        drop_last_line_end(lines_);
        return std::move(lines_);
    }

private:
    struct Carried {
        std::string text;
        std::size_t rows = 0;
    };

    void write_row(const Row& row) {
        line_start_ = lines_.size();
        const bool title = is_title(row, grid_);
        auto cell = row.cells.begin();
        for (std::size_t column = 0; column < grid_.columns(); ++column) {
            const bool begins = cell != row.cells.end() && cell->column == column;
            if (begins) {
                const std::string text = joined(*cell);
                say(title ? std::string_view() : labels_[column], text);
                carried_[column] = {text.size() <= carried_bytes_max ? text : "", cell->cell->row_span - 1};
                ++cell;
            } else if (carried_[column].rows > 0) {
                say(labels_[column], carried_[column].text);
                --carried_[column].rows;
            }
        }
        if (lines_.size() > line_start_) lines_ += '\n';
    }

    void say(std::string_view label, std::string_view text) {
        if (text.empty()) return;
        if (lines_.size() > line_start_) lines_ += between_labelled;
        if (!label.empty()) lines_.append(label).append(behind_label);
        lines_ += text;
    }

    const TableGrid& grid_;
    Heads heads_;
    std::vector<std::string> labels_;
    std::vector<Carried> carried_;  // of cells above, by column
    std::string lines_;
    std::size_t line_start_ = 0;
};

// Two columns, the first of short words: each row is a label and what it names.
bool is_list_of_labels(const TableGrid& grid) {
    const auto is_label = [](const Row& row) {
        const bool has_label =
            !row.cells.empty() && row.cells.front().column == 0 && row.cells.front().lines.size() == 1;
        return row.filled == 0 || (has_label && row.cells.front().width <= label_width_max);
    };
    return grid.columns() == 2 && grid.used_columns() == 2 && grid.rows().size() > 1 &&
           std::all_of(grid.rows().begin(), grid.rows().end(), is_label);
}

std::string listed_labels(const TableGrid& grid) {
    std::string lines;
    for (const Row& row : grid.rows()) {
        if (row.filled == 0) continue;
        const std::string label = without_colon(row.cells.front().lines[0]);
        lines += label;
        if (row.cells.size() > 1) {
            lines += behind_label;
            const std::size_t indent = mail_columns(label) + 2;
            for (std::size_t i = 0; i < row.cells[1].lines.size(); ++i) {
                if (i > 0) lines.append("\n").append(indent, ' ');
                lines += row.cells[1].lines[i];
            }
        }
        lines += '\n';
    }
    drop_last_line_end(lines);
    return lines;
}

}  // namespace

std::string aligned_lines(const TableGrid& grid, std::size_t width_max) {
    const Columns columns(grid);
    return columns.width() > width_max ? std::string() : AlignedWriter(grid, columns).write();
}

std::string labelled_lines(const TableGrid& grid) {
    if (const auto heads = find_heads(grid)) return LabelledWriter(grid, *heads).write();
    return is_list_of_labels(grid) ? listed_labels(grid) : std::string();
}

std::string tabbed_lines(const TableGrid& grid) {
    std::string lines;
    for (const Row& row : grid.rows()) {
        for (std::size_t line = 0; line < row.height; ++line) {
            const std::size_t line_start = lines.size();
            auto cell = row.cells.begin();
            bool is_first = true;
            for (std::size_t column = 0; column < grid.columns() && cell != row.cells.end(); ++column) {
                if (grid.is_used(column)) {
                    if (!is_first) lines += '\t';
                    is_first = false;
                }
                if (cell->column != column) continue;
                if (line < cell->lines.size()) lines += cell->lines[line];
                ++cell;
            }
            end_line(lines, line_start);
        }
    }
    drop_last_line_end(lines);
    return lines;
}

std::string loose_lines(const std::vector<TableRow>& rows) {
    const auto is_one_line = [](const TableCell& cell) { return cell.text.find('\n') == std::string::npos; };
    std::string lines;
    bool stands_apart = false;
    for (const TableRow& row : rows) {
        const char between = std::all_of(row.begin(), row.end(), is_one_line) ? '\t' : '\n';
        const std::size_t line_start = lines.size();
        for (const TableCell& cell : row) {
            if (cell.text.empty()) continue;
            if (lines.size() > line_start) lines.push_back(between);
            if (stands_apart) lines.push_back('\n');
            lines += cell.text;
            stands_apart = cell.ends_in_table;
        }
        if (lines.size() > line_start) lines.push_back('\n');
    }
    drop_last_line_end(lines);
    return lines;
}

}  // namespace mugaika::sandboxed
