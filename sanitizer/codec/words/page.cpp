#include "sanitizer/codec/words/page.hpp"

#include <algorithm>

#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::words {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string_view without_end_blanks(std::string_view text) {
    const std::size_t last = text.find_last_not_of(blanks);
    return text.substr(0, last == text.npos ? 0 : last + 1);
}

}  // namespace

void Page::add(std::string_view lines) {
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        add_line(lines.substr(0, end));
        if (end == lines.npos) return;
        lines.remove_prefix(end + 1);
    }
}

void Page::add_line(std::string_view line) {
    line = without_end_blanks(line);
    if (line.empty()) return gap();
    expect(line.size() + 1);
    text_.append(line).push_back('\n');
    says_something_ = true;
}

void Page::expect(std::uint64_t bytes) const {
    if (bytes > bytes_max_ - std::min<std::uint64_t>(bytes_max_, text_.size())) {
        throw zip::Refused{Reason::files_too_large, "more text than one file may have"};
    }
}

void Page::title(std::string_view text) {
    const bool said_something = says_something_;
    heading(text);
    says_something_ = said_something;
}

void Page::heading(std::string_view text) {
    gap();
    add_line("■ " + in_one_line(text));
    gap();
}

void Page::gap() {
    if (!text_.empty() && !text_.ends_with("\n\n")) text_.push_back('\n');
}

std::string Page::take() && {
    text_.resize(without_end_blanks(text_).size());
    if (!text_.empty()) text_.push_back('\n');
    return std::move(text_);
}

std::string in_one_line(std::string_view text) {
    std::string line;
    for (const char c : without_end_blanks(text)) {
        const bool is_blank = blanks.find(c) != blanks.npos;
        if (!is_blank) line.push_back(c);
        if (is_blank && !line.empty() && line.back() != ' ') line.push_back(' ');
    }
    return line;
}

std::string joined_cells(const std::vector<std::string>& cells) {
    std::string line;
    std::size_t tabs = 0;
    for (const std::string& cell : cells) {
        if (!cell.empty()) line.append(tabs, '\t').append(cell), tabs = 0;
        ++tabs;
    }
    return line;
}

}  // namespace mugaika::codec::words
