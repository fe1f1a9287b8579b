// Emoji of the Japanese carriers before Unicode had them, and other private-use characters: nobody outside can show
// them, so they become 〓 (geta), the printers' mark for a missing character. AC-124.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mugaika::sandboxed {

inline constexpr char32_t geta = 0x3013;

// The same private-use number means different things by where it came from: CP932 maps its user-defined rows there.
enum class PrivateUse { unicode, cp932 };

constexpr bool is_private_use(char32_t c) noexcept { return (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000; }

// Of docomo, au, SoftBank or Google's relay of them; other private-use characters are somebody's 外字.
bool is_carrier_emoji(char32_t, PrivateUse) noexcept;

// SoftBank's web code: ESC $ and one of E F G O P Q, then one byte an emoji, ended by SI. 0 when `text` does not start
// so; else the length of the whole. A line is far longer than a real run, so the look ahead is bounded.
template <class Char>
constexpr std::size_t web_code_length(std::basic_string_view<Char> text) noexcept {
    constexpr std::size_t run_max = 80;
    if (text.size() < 5 || text[0] != 0x1b || text[1] != '$') return 0;
    if (std::string_view("EFGOPQ").find(static_cast<char>(text[2])) == std::string_view::npos || text[2] > 'Q')
        return 0;
    std::size_t end = 3;
    while (end < text.size() && end < run_max && text[end] > ' ' && text[end] <= 'z') ++end;
    return end > 3 && end < text.size() && text[end] == 0x0f ? end + 1 : 0;
}

struct ReplacedPrivateUse {
    std::uint64_t emoji = 0;
    std::uint64_t other = 0;  // lost characters
};

// Replaces web codes and private-use characters by 〓. Linear.
ReplacedPrivateUse replace_private_use(std::u16string& text, PrivateUse);

}  // namespace mugaika::sandboxed
