#include "relay/stats/text_table.hpp"

#include <algorithm>

#include "policy/shown_text.hpp"
#include "policy/terminal_columns.hpp"

namespace mugaika {
namespace {

std::string aligned(const std::string& cell, TextTable::Align align, std::size_t width) {
    const std::size_t taken = terminal_columns(cell);
    if (align == TextTable::Align::left || taken > width) return fitted(cell, width);
    return std::string(width - taken, ' ') + cell;
}

}  // namespace

void TextTable::add(std::vector<std::string> untrusted_cells) {
    for (std::string& cell : untrusted_cells) cell = shown_text(cell);
    untrusted_cells.resize(columns_.size());
    rows_.push_back(std::move(untrusted_cells));
}

void TextTable::print(std::ostream& out) const {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::size_t width = terminal_columns(columns_[i].title);
        for (const auto& row : rows_) width = std::max(width, terminal_columns(row[i]));
        widths.push_back(std::min(width, std::max(columns_[i].columns_max, terminal_columns(columns_[i].title))));
    }
    const auto print_line = [&](const auto& cell_of) {
        std::string line;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (i > 0) line += "  ";
            line += aligned(cell_of(i), columns_[i].align, widths[i]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out << line << "\n";
    };
    print_line([&](std::size_t i) { return columns_[i].title; });
    for (const auto& row : rows_) print_line([&](std::size_t i) { return row[i]; });
}

}  // namespace mugaika
