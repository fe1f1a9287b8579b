// A line of ISO-2022-JP that somebody broke while two bytes were one character: is the next line its rest?
#pragma once

#include <string_view>

namespace mugaika::sandboxed {

enum class LineRest {
    ascii,     // it is what it looks like
    doubtful,  // could be either: shown as ASCII, and said
    pairs,     // two bytes a character, as before the break
};

// `rest` begins a line that follows a line which ended in a double-byte set; `has_half` when that line ended with the
// first byte of a character. Linear in the line.
LineRest judge_line_rest(std::string_view rest, bool has_half) noexcept;

}  // namespace mugaika::sandboxed
