// Where words end in text made of HTML: at blanks, U+00A0 among them.
#pragma once

#include <cstddef>
#include <string_view>

#include "policy/ascii.hpp"

namespace mugaika::sandboxed {

inline constexpr std::string_view no_break_space = "\xc2\xa0";

// Bytes up to the next ASCII blank or byte that may begin U+00A0, at least one. `text` must not be empty.
constexpr std::size_t word_run(std::string_view text) noexcept {
    std::size_t end = 1;
    while (end < text.size() && !ascii::is_space(text[end]) && text[end] != no_break_space[0]) ++end;
    return end;
}

}  // namespace mugaika::sandboxed
