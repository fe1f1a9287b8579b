// Where words end in text made of HTML: at blanks, U+00A0 among them.
#pragma once

#include <cstddef>
#include <string_view>

#include "policy/ascii.hpp"
#include "policy/byte_set.hpp"

namespace mugaika::sandboxed {

inline constexpr std::string_view no_break_space = "\xc2\xa0";

// ASCII blanks, and the byte that U+00A0 begins with.
inline constexpr ByteSet may_end_word([](char c) { return ascii::is_space(c) || c == no_break_space[0]; });

// Bytes up to the next byte that may end a word, at least one. `text` must not be empty.
constexpr std::size_t word_run(std::string_view text) noexcept { return may_end_word.find_in(text, 1); }

}  // namespace mugaika::sandboxed
