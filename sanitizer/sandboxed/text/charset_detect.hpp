// Which charset are these bytes in? Made for Japanese mail: ICU's own detector knows nothing below some thirty
// characters.
#pragma once

#include <string_view>

#include "sanitizer/sandboxed/text/charset_names.hpp"

namespace mugaika::sandboxed {

// Signs so clear that they outweigh a label: a byte order mark, JIS escapes in seven-bit text, UTF-8 beyond ASCII that
// holds throughout. nullptr when there are none.
const Charset* unmistakable_charset(std::string_view untrusted_bytes);

enum class Guess {
    any,       // whole texts: Japanese first, else ICU's detector
    japanese,  // names and header words: too short for ICU's detector
};

// Looks at the first 64 KB. Pure ASCII is US-ASCII, never anything else.
const Charset& guess_charset(std::string_view untrusted_bytes, Guess);

// Would a reader of Japanese take these bytes, labelled with a charset in which nothing is ever wrong, for Japanese?
bool is_surely_japanese(std::string_view untrusted_bytes) noexcept;

}  // namespace mugaika::sandboxed
