// The table of policy/skeleton against ICU, which the relay must not link: what ICU folds to one letter is that letter.
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "policy/skeleton.hpp"
#include "policy/utf8.hpp"

using namespace mugaika;

namespace {

bool is_small_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// The table was made with Unicode 14.
bool is_known(char32_t c) {
    UVersionInfo age;
    u_charAge(static_cast<UChar32>(c), age);
    return age[0] > 0 && age[0] <= 14;
}

// NFKC, case folded, without what cannot be seen.
std::u32string folded_by_icu(char32_t c) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCCasefoldInstance(error);
    const icu::Normalizer2* nfd = icu::Normalizer2::getNFDInstance(error);
    REQUIRE(U_SUCCESS(error));
    const icu::UnicodeString folded =
        nfd->normalize(nfkc->normalize(icu::UnicodeString(static_cast<UChar32>(c)), error), error);
    std::u32string out;
    for (std::int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
        const UChar32 one = folded.char32At(i);
        const auto category = u_charType(one);
        if (category != U_NON_SPACING_MARK && category != U_ENCLOSING_MARK && category != U_FORMAT_CHAR) {
            out.push_back(static_cast<char32_t>(one));
        }
    }
    return out;
}

std::string letters_of(char32_t c) {
    std::string one;
    utf8::append(one, c);
    return skeleton_letters(one);
}

}  // namespace

TEST_CASE("what NFKC and case folding make a letter of ASCII is that letter in a skeleton") {
    std::size_t asked = 0;
    for (char32_t c = 0x80; c < 0x20000; ++c) {
        if (c >= 0xd800 && c <= 0xf8ff) continue;
        const std::u32string folded = folded_by_icu(c);
        if (folded.size() != 1 || !is_small_letter(folded[0]) || !is_known(c)) continue;
        if (c == 0x17f || c == 0x1e9b) continue;  // a long s, which looks like an f
        ++asked;
        CAPTURE(static_cast<std::uint32_t>(c));
        CHECK(letters_of(c) == letters_of(folded[0]));
    }
    CHECK(asked > 1400);
}

TEST_CASE("what NFKC makes kana or an everyday kanji is that in a skeleton") {
    std::size_t asked = 0;
    for (char32_t c = 0x2e80; c < 0x30000; ++c) {
        if (c >= 0xac00 && c <= 0xf8ff) continue;
        const std::u32string folded = folded_by_icu(c);
        const bool is_japanese =
            folded.size() == 1 && folded[0] != c &&
            ((folded[0] >= 0x3041 && folded[0] <= 0x3096) || (folded[0] >= 0x30a1 && folded[0] <= 0x30f6) ||
             (folded[0] >= 0x4e00 && folded[0] <= 0x9fff));
        if (!is_japanese || !is_known(c)) continue;
        ++asked;
        CAPTURE(static_cast<std::uint32_t>(c));
        CHECK(letters_of(c) == letters_of(folded[0]));
    }
    CHECK(asked > 1000);
}

TEST_CASE("what UTS 39 takes for a letter of ASCII is taken for one in a skeleton") {
    UErrorCode error = U_ZERO_ERROR;
    const std::unique_ptr<USpoofChecker, void (*)(USpoofChecker*)> checker(uspoof_open(&error), uspoof_close);
    REQUIRE(U_SUCCESS(error));
    std::size_t asked = 0;
    for (char32_t c = 0x250; c < 0x2000; ++c) {
        const auto category = u_charType(static_cast<UChar32>(c));
        if (category != U_LOWERCASE_LETTER && category != U_OTHER_LETTER) continue;
        std::string one;
        utf8::append(one, c);
        std::string skeleton(200, '\0');
        error = U_ZERO_ERROR;
        const std::int32_t length = uspoof_getSkeletonUTF8(
            checker.get(), 0, one.data(), static_cast<std::int32_t>(one.size()), skeleton.data(), 200, &error);
        skeleton.resize(static_cast<std::size_t>(length));
        if (skeleton.size() != 1 || skeleton[0] < 'a' || skeleton[0] > 'z') continue;
        ++asked;
        CAPTURE(one, skeleton);
        const std::string letters = letters_of(c);
        CHECK((letters.size() == 1 && letters[0] >= 'a' && letters[0] <= 'z'));
    }
    CHECK(asked > 50);
}

TEST_CASE("marks, variation selectors and format characters are not in a skeleton") {
    for (char32_t c = 0x80; c < 0xe01f0; ++c) {
        if ((c >= 0xd800 && c <= 0xf8ff) || (c >= 0x30000 && c < 0xe0000)) continue;
        const auto category = u_charType(static_cast<UChar32>(c));
        const bool unseen = category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK ||
                            category == U_FORMAT_CHAR ||
                            u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_VARIATION_SELECTOR);
        if (!unseen || !is_known(c)) continue;
        CAPTURE(static_cast<std::uint32_t>(c));
        CHECK(letters_of(c).empty());
    }
}
