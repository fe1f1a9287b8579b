// Which characters may stand in text that people read, wherever it came from.
#pragma once

#include <cstddef>
#include <string_view>

namespace mugaika {

// May this character stand in shown text? Refused: C0 and C1 controls (TAB and LF are judged by the callers), DEL,
// U+00AD, U+034F, U+061C, U+115F, U+1160, U+17B4, U+17B5, U+180B-U+180F, U+200B-U+200F, U+2028-U+202E,
// U+2060-U+206F, U+3164, U+FEFF, U+FFA0, U+FFF0-U+FFFB, U+1D173-U+1D17A, U+E0000-U+E007F (tags), surrogates,
// noncharacters, and private use (carrier emoji must have been replaced before). Variation selectors stay:
// Japanese names need them.
bool is_showable(char32_t) noexcept;

// Printable ASCII and everyday Japanese: punctuation (U+3001-U+3029), kana with their marks of length and repetition,
// kanji (U+3400-U+4DBF, U+4E00-U+9FFF). Always shown; the same in NFC and NFKC, whatever stands before; two columns
// wide but for ASCII. Text of these alone, most of most mails, needs no second look.
constexpr bool is_everyday(char32_t c) noexcept {
    if (c < 0x3001) return c >= ' ' && c <= '~';
    if (c >= 0x3400) return c <= 0x4dbf || (c >= 0x4e00 && c <= 0x9fff);
    if (c <= 0x3096) return c >= 0x3041 || c <= 0x3029;
    return (c >= 0x30a0 && c <= 0x30fe) || c == 0x309d || c == 0x309e;
}

inline constexpr char32_t zero_width_joiner = 0x200d;

// May U+200D stand between `before` and `after`? Only where it makes one picture of two: an emoji (UTS 51) on either
// side, a variation selector or a skin tone behind the first. Everywhere else it is a character that nobody sees.
bool joins_emoji(std::string_view before, std::string_view after) noexcept;

// How many bytes of valid UTF-8 at the start of `text` are everyday characters.
std::size_t everyday_run(std::string_view untrusted_text) noexcept;

}  // namespace mugaika
