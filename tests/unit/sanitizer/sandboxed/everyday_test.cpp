// What showable.hpp promises of everyday characters, held against ICU's tables.
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <catch2/catch.hpp>
#include <string>

#include "policy/showable.hpp"
#include "policy/terminal_columns.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/text/mail_columns.hpp"

using namespace mugaika;

namespace {

constexpr char32_t last_tried = 0x1ffff;  // no everyday character lies near

std::string utf8_of(char32_t c) {
    std::string text;
    utf8::append(text, c);
    return text;
}

bool is_scalar(char32_t c) { return c < 0xd800 || c > 0xdfff; }

}  // namespace

TEST_CASE("everyday characters are shown, combine with nothing and stay as they are") {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
    const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(error);
    const icu::Normalizer2* folder = icu::Normalizer2::getNFKCCasefoldInstance(error);
    REQUIRE(U_SUCCESS(error));
    for (char32_t value = 0; value <= last_tried; ++value) {
        if (!is_everyday(value)) continue;
        const auto c = static_cast<UChar32>(value);
        INFO(static_cast<unsigned>(value));
        REQUIRE(is_showable(value));
        REQUIRE(u_getCombiningClass(c) == 0);
        for (const icu::Normalizer2* form : {nfc, nfkc}) {
            REQUIRE(form->isNormalized(icu::UnicodeString(c), error));
            REQUIRE(form->hasBoundaryBefore(c));
        }
        REQUIRE(folder->hasBoundaryBefore(c));
        REQUIRE(folder->normalize(icu::UnicodeString(c), error) == icu::UnicodeString(u_tolower(c)));
        REQUIRE(U_SUCCESS(error));
    }
}

TEST_CASE("everyday characters are one column wide in ASCII, two in Japanese") {
    for (char32_t value = 0; value <= last_tried; ++value) {
        if (!is_everyday(value)) continue;
        const auto width = u_getIntPropertyValue(static_cast<UChar32>(value), UCHAR_EAST_ASIAN_WIDTH);
        INFO(static_cast<unsigned>(value));
        REQUIRE((width == U_EA_WIDE) == (value >= 0x80));
        REQUIRE(sandboxed::is_wide(value) == (value >= 0x80));
        REQUIRE(terminal_columns(utf8_of(value)) == (value < 0x80 ? 1 : 2));
    }
}

TEST_CASE("a run of everyday characters holds each of them and ends at any other") {
    for (char32_t value = 0; value <= last_tried; ++value) {
        if (!is_scalar(value)) continue;
        const std::string text = "漢a" + utf8_of(value) + "か";
        INFO(static_cast<unsigned>(value));
        REQUIRE(everyday_run(text) == (is_everyday(value) ? text.size() : 4));
        const std::string longer =
            text + "かな漢字 and eight more";  // not at the end, where bytes are looked at otherwise
        REQUIRE(everyday_run(longer) == (is_everyday(value) ? longer.size() : 4));
    }
}

TEST_CASE("a run of everyday ASCII ends at a byte that is none, wherever it stands among eight") {
    for (int byte = 0; byte < 256; ++byte) {
        const bool everyday = byte >= ' ' && byte <= '~';
        for (std::size_t at = 0; at < 20; ++at) {
            std::string text(20, 'a');
            text[at] = static_cast<char>(byte);
            INFO(byte << " at " << at);
            REQUIRE(everyday_run(text) == (everyday ? text.size() : at));
        }
    }
}

TEST_CASE("a run of everyday characters ends before anything that is no valid UTF-8") {
    for (const std::string_view broken : {"\xe3", "\xe3\x81", "\xe3\x81z", "\xe3z\x81", "\xe3\xc1\x81", "\x80",
                                          "\xe0\x81\x82", "\xed\xa0\x80", "\xf3\x81\x81\x81", "\xe3\x81\xc1", "\xff"}) {
        INFO(broken);
        for (const std::string_view behind : {"", "a", "eight or more"})
            CHECK(everyday_run("か" + std::string(broken) + std::string(behind)) == 3);
    }
    CHECK(everyday_run("") == 0);
}
