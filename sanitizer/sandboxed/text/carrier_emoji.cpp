#include "sanitizer/sandboxed/text/carrier_emoji.hpp"

#include <algorithm>
#include <array>

namespace mugaika::sandboxed {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

constexpr std::array unicode_emoji{
    Range{0xe001, 0xe05a},    // SoftBank
    Range{0xe101, 0xe15a},    //
    Range{0xe201, 0xe25a},    //
    Range{0xe301, 0xe34d},    //
    Range{0xe401, 0xe44c},    //
    Range{0xe468, 0xe5df},    // au
    Range{0xe501, 0xe55a},    // SoftBank
    Range{0xe63e, 0xe757},    // docomo
    Range{0xea80, 0xeb8e},    // au
    Range{0xec40, 0xf0fc},    // au, as its mail gateway wrote them in UTF-8
    Range{0xfe000, 0xfeeff},  // Google's relay
};

// Where CP932's table puts F340-F4FC (au), F640-F7FC (au, SoftBank), F89F-F9FC (docomo) and F941-F9FC (SoftBank).
constexpr std::array cp932_emoji{Range{0xe234, 0xe3ab}, Range{0xe468, 0xe757}};

template <class Ranges>
bool in_any(const Ranges& ranges, char32_t c) noexcept {
    return std::any_of(ranges.begin(), ranges.end(), [c](const Range& r) { return c >= r.first && c <= r.last; });
}

constexpr bool is_lead(char16_t c) { return c >= 0xd800 && c <= 0xdbff; }
constexpr bool is_private_lead(char16_t c) { return c >= 0xdb80 && c <= 0xdbff; }  // U+F0000 and above
constexpr bool is_trail(char16_t c) { return c >= 0xdc00 && c <= 0xdfff; }

bool has_any(std::u16string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char16_t c) { return c == 0x1b || is_private_use(c) || is_private_lead(c); });
}

}  // namespace

bool is_carrier_emoji(char32_t c, PrivateUse from) noexcept {
    return from == PrivateUse::cp932 ? in_any(cp932_emoji, c) : in_any(unicode_emoji, c);
}

ReplacedPrivateUse replace_private_use(std::u16string& text, PrivateUse from) {
    ReplacedPrivateUse replaced;
    if (!has_any(text)) return replaced;
    const std::u16string_view in(text);
    std::u16string out;
    out.reserve(in.size());
    for (std::size_t i = 0; i < in.size();) {
        if (const std::size_t length = web_code_length(in.substr(i))) {
            out.append(length - 4, static_cast<char16_t>(geta));
            replaced.emoji += length - 4;
            i += length;
            continue;
        }
        char32_t c = in[i++];
        if (is_lead(static_cast<char16_t>(c)) && i < in.size() && is_trail(in[i])) {
            c = 0x10000 + ((c - 0xd800) << 10) + (in[i++] - 0xdc00u);
        }
        if (is_private_use(c)) {
            ++(is_carrier_emoji(c, from) ? replaced.emoji : replaced.other);
            c = geta;
        }
        if (c >= 0x10000) out.push_back(static_cast<char16_t>(0xd7c0 + (c >> 10)));
        out.push_back(static_cast<char16_t>(c >= 0x10000 ? 0xdc00 | (c & 0x3ff) : c));
    }
    text = std::move(out);
    return replaced;
}

}  // namespace mugaika::sandboxed
