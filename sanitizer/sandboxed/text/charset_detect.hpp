// Which charset are these bytes in? Made for Japanese mail: ICU's own detector knows nothing below some thirty
// characters.
#pragma once

#include <cstddef>
#include <string_view>

#include "sanitizer/sandboxed/text/charset_names.hpp"

namespace mugaika::sandboxed {

// Signs so clear that they outweigh a label: a byte order mark, JIS escapes in seven-bit text or in UTF-8, UTF-8 beyond
// ASCII that holds nearly throughout. nullptr when there are none. Characters of two bytes alone are a sign when there
// are so many of them.
const Charset* unmistakable_charset(std::string_view untrusted_bytes, std::size_t two_byte_characters_min = 2);

// UTF-8 but for its last character, of which only the beginning is there; a lone byte behind ASCII is no sign of that.
bool is_cut_utf8(std::string_view untrusted_bytes) noexcept;

enum class Guess {
    any,       // whole texts: Japanese first, else ICU's detector
    japanese,  // names and header words: too short for ICU's detector
};

// Looks at the first 64 KB. Pure ASCII is US-ASCII, never anything else.
const Charset& guess_charset(std::string_view untrusted_bytes, Guess);

// Would a reader of Japanese take these bytes, labelled with a charset in which nothing is ever wrong, for Japanese?
// Other scripts fit the kanji of EUC-JP by chance, but not the kana.
enum class JapaneseLook { none, kanji, kana };
JapaneseLook japanese_look(std::string_view untrusted_bytes) noexcept;

}  // namespace mugaika::sandboxed
