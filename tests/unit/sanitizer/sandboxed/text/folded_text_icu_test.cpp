// The table of policy/folded_text against ICU, which the relay must not link.
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <catch2/catch.hpp>
#include <string>

#include "policy/folded_text.hpp"
#include "policy/utf8.hpp"

using namespace mugaika;

namespace {

std::u32string folded_by_icu(const std::string& text) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCCasefoldInstance(error);
    const icu::UnicodeString folded = nfkc->normalize(icu::UnicodeString::fromUTF8(text), error);
    REQUIRE(U_SUCCESS(error));
    std::u32string out;
    for (std::int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
        out.push_back(static_cast<char32_t>(folded.char32At(i)));
    }
    return out;
}

// The blocks that the table is of.
bool is_covered(char32_t c) {
    return c < 0x588 || (c >= 0x1e00 && c < 0x1f00) || (c >= 0x2000 && c < 0x2c00) || (c >= 0x2e80 && c < 0xa000) ||
           (c >= 0xf900 && c < 0xfb07) || (c >= 0xfe30 && c < 0xfe50) || (c >= 0xff01 && c < 0xfff0);
}

// What is no character of Unicode 14, with which the table was made, or what we fold on purpose (wave dash, minus) or
// what no text holds (controls, fillers).
bool is_left_out(char32_t c) {
    UVersionInfo age;
    u_charAge(static_cast<UChar32>(c), age);
    return age[0] == 0 || age[0] > 14 || c == 0x301c || c == 0x2212 || c == 0x3164 || c == 0xffa0 || c == 0x61c;
}

}  // namespace

TEST_CASE("each character of the table's blocks is folded for a search as ICU folds it") {
    std::size_t changed = 0;
    for (char32_t c = 1; c < 0x10000; ++c) {
        if (!is_covered(c) || is_left_out(c)) continue;
        std::string text;
        utf8::append(text, c);
        const std::u32string ours = folded_text(text);
        CAPTURE(static_cast<std::uint32_t>(c), text);
        CHECK(ours == folded_by_icu(text));
        changed += ours != std::u32string(1, c) ? 1 : 0;
    }
    CHECK(changed > 2000);
}

TEST_CASE("a kana with a mark behind it is folded for a search as ICU folds it") {
    for (char32_t c = 0x3041; c < 0x30ff; ++c) {
        for (const char* mark : {"\u3099", "\u309a", "ﾞ", "ﾟ"}) {
            std::string text;
            utf8::append(text, c);
            text += mark;
            CAPTURE(text);
            CHECK(folded_text(text) == folded_by_icu(text));
        }
    }
}
