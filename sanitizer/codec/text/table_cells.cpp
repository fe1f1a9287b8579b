#include "sanitizer/codec/text/table_cells.hpp"

#include <algorithm>
#include <array>

namespace mugaika::codec {

bool TableCells::next(Cell& cell) {
    if (is_done_) return false;
    cell = {at_, text_.size(), text_.size(), at_ < text_.size() && text_[at_] == '"'};
    std::size_t behind_quotes = at_;
    for (std::size_t from = at_ + 1; cell.is_quoted; from = behind_quotes + 1) {
        const std::size_t quote = text_.find('"', from);
        if (quote == text_.npos) {
            is_done_ = looks_again_;
            if (looks_again_) return true;
            looks_again_ = true;
            const std::size_t end = end_of_line_or_cell(at_ + 1);
            is_done_ = end == text_.size();
            at_ = end + 1;
            return true;
        }
        behind_quotes = quote + 1;
        if (behind_quotes == text_.size() || text_[behind_quotes] != '"') break;
    }
    cell.end = end_of_line_or_cell(behind_quotes);
    cell.value_end = cell.is_quoted && behind_quotes == cell.end ? cell.end - 1 : cell.end;
    is_done_ = cell.end == text_.size();
    at_ = cell.end + 1;
    return true;
}

std::size_t TableCells::end_of_line_or_cell(std::size_t from) const noexcept {
    const std::array ends{separator_, '\n'};
    return std::min(text_.find_first_of(std::string_view(ends.data(), ends.size()), from), text_.size());
}

}  // namespace mugaika::codec
