#include "sanitizer/mail/plain_text.hpp"

#include <catch2/catch.hpp>

#include "policy/utf8.hpp"

using mugaika::is_plain;
using mugaika::is_showable;
using mugaika::PlainLine;
using mugaika::PlainText;
using mugaika::TextRule;

namespace {

std::string one(char32_t c) {
    std::string text;
    mugaika::utf8::append(text, c);
    return text;
}

}  // namespace

TEST_CASE("text in any script is plain") {
    for (const char* text :
         {"", "ASCII only", "市役所　総務課", "髙﨑①㎜", "ｶﾅ", "👨", "é", "葛\U000E0100飾", "العربية"}) {
        CAPTURE(text);
        CHECK(PlainText::from(text).has_value());
        CHECK(PlainLine::from(text).has_value());
    }
}

TEST_CASE("AC-109 a line holds no line end and no TAB, a text holds LF and TAB and never CR") {
    for (const char* text : {"a\nb", "a\tb"}) {
        CHECK(PlainText::from(text)->str() == text);
        CHECK_FALSE(PlainLine::from(text).has_value());
    }
    for (const char* text : {"a\r\nb", "a\rb", "a\vb", "a\fb", "\x1b[31m"}) {
        CHECK_FALSE(PlainText::from(text).has_value());
        CHECK_FALSE(PlainLine::from(text).has_value());
    }
    CHECK_FALSE(PlainText::from(std::string(1, '\0')).has_value());
}

TEST_CASE("AC-119 AC-130 AC-131 controls, bidi, invisible, tag and private characters are not shown") {
    const std::vector<std::pair<char32_t, char32_t>> refused{
        {0x0, 0x1f},        {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},      {0x61c, 0x61c},
        {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f},    {0x2028, 0x202e},
        {0x2060, 0x206f},   {0x3164, 0x3164},   {0xd800, 0xdfff},   {0xe000, 0xf8ff},    {0xfdd0, 0xfdef},
        {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb},   {0xfffe, 0xffff},    {0x1d173, 0x1d17a},
        {0x1fffe, 0x1ffff}, {0xe0000, 0xe007f}, {0xefffe, 0xeffff}, {0xf0000, 0x10ffff},
    };
    std::size_t wrong = 0;
    for (char32_t c = 0; c <= 0x110000; ++c) {
        bool expected = c <= 0x10ffff && (c & 0xfffe) != 0xfffe;
        for (const auto& [first, last] : refused) expected = expected && !(c >= first && c <= last);
        if (is_showable(c) != expected) ++wrong;
    }
    CHECK(wrong == 0);
    CHECK_FALSE(PlainText::from("a" + one(0x202e) + "b").has_value());
    CHECK_FALSE(PlainLine::from("exe" + one(0x200b)).has_value());
}

TEST_CASE("AC-130 ZWJ stands in texts between two emoji only, in lines never") {
    const std::string joined = "👨" + one(0x200d) + "👩";
    CHECK(is_plain(joined, TextRule::text));
    CHECK_FALSE(is_plain(joined, TextRule::line));
    CHECK(is_plain("🏳" + one(0xfe0f) + one(0x200d) + "🌈", TextRule::text));
    for (const std::string& wrong :
         {"a" + one(0x200d) + "b", "👨" + one(0x200d), one(0x200d) + "👩", "👨" + one(0x200d) + "字",
          "字" + one(0xfe0f) + one(0x200d) + "👩", "👨" + one(0x200d) + one(0x200d) + "👩"}) {
        CHECK_FALSE(is_plain(wrong, TextRule::text));
    }
}

TEST_CASE("bytes that are no UTF-8 are refused") {
    for (const char* bytes :
         {"\x80", "\xc0\xaf", "\xc3", "\xe3\x81", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\x82\xa0"}) {
        CHECK_FALSE(is_plain(bytes, TextRule::text));
        CHECK_FALSE(PlainText::from(bytes).has_value());
    }
}

TEST_CASE("the refusal names the first offence and where it stands") {
    CHECK(PlainLine::from("abc" + one(0x202e)).error().words() == "U+202E may not stand in plain text, offset 3");
    CHECK(PlainLine::from("ab\xff").error().words() == "not valid UTF-8 at offset 2");
}
