#include "sanitizer/sandboxed/text/mail_columns.hpp"

#include <unicode/uchar.h>

#include "policy/showable.hpp"
#include "policy/utf8.hpp"

namespace mugaika::sandboxed {
namespace {

UEastAsianWidth east_asian_width(char32_t c) noexcept {
    return static_cast<UEastAsianWidth>(u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_EAST_ASIAN_WIDTH));
}

std::size_t columns(char32_t c) noexcept {
    const auto category_mask = U_GET_GC_MASK(static_cast<UChar32>(c));
    if ((category_mask & (U_GC_MN_MASK | U_GC_ME_MASK | U_GC_CF_MASK | U_GC_CC_MASK)) != 0) return 0;
    const UEastAsianWidth width = east_asian_width(c);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH || width == U_EA_AMBIGUOUS ? 2 : 1;
}

}  // namespace

std::size_t mail_columns(std::string_view utf8) noexcept {
    std::size_t width = 0;
    while (!utf8.empty()) {
        const utf8::Character c = utf8::first(utf8);
        const std::size_t everyday = c.value < 0x80 ? 1 : 2;  // kana and kanji are all wide
        width += is_everyday(c.value) ? everyday : columns(c.value);
        utf8.remove_prefix(c.bytes);
    }
    return width;
}

bool is_wide(char32_t c) noexcept {
    if (is_everyday(c)) return c >= 0x80;
    const UEastAsianWidth width = east_asian_width(c);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH;
}

}  // namespace mugaika::sandboxed
