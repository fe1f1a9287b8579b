// Columns that text takes in the fixed-width fonts of Japanese mail programs.
#pragma once

#include <cstddef>
#include <string_view>

namespace mugaika::sandboxed {

// Wide, full-width and, as those fonts have it, ambiguous characters take two columns; marks and controls none (UAX
// 11).
std::size_t mail_columns(std::string_view utf8) noexcept;

// Of those that need no blank where a source line is broken between two of them: kana, kanji, full-width signs.
bool is_wide(char32_t) noexcept;

}  // namespace mugaika::sandboxed
