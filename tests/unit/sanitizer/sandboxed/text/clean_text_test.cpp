#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <catch2/catch.hpp>

#include "policy/findings.hpp"
#include "policy/showable.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/text/charset.hpp"
#include "sanitizer/sandboxed/text/clean_text.hpp"
#include "sanitizer/sandboxed/text/unflow.hpp"

using mugaika::contains;
using mugaika::Reason;
using mugaika::sandboxed::clean_line;
using mugaika::sandboxed::clean_text;
using mugaika::sandboxed::unflow;
using namespace std::string_literals;

namespace {

std::string text(std::string_view utf8) {
    std::vector<Reason> notes;
    return clean_text(utf8, notes).str();
}

std::string line(std::string_view utf8) {
    std::vector<Reason> notes;
    return clean_line(utf8, notes).str();
}

std::vector<Reason> notes_of(std::string_view utf8) {
    std::vector<Reason> notes;
    clean_text(utf8, notes);
    return notes;
}

}  // namespace

TEST_CASE("line ends of all kinds become LF, and one blank in a line") {
    CHECK(text("a\r\nb\rc\nd\r\n") == "a\nb\nc\nd\n");
    CHECK(text("a\xe2\x80\xa8"
               "b\xc2\x85"
               "c\fd") == "a\nb\nc\nd");
    CHECK(text("a\tb") == "a\tb");
    CHECK(line("a\r\n\tb\nc\td") == "a b c d");
    CHECK(notes_of("a\r\nb").empty());
}

TEST_CASE("AC-131 controls and terminal sequences go") {
    CHECK(text("a\x07"
               "b\x08"
               "c\x7f") == "abc");
    CHECK(text("\x1b[31mred\x1b[0m \x1b]0;title\x07") == "red ]0;title");
    CHECK(text("\xc2\x9b"
               "2Jx") == "x");
    CHECK(text("a\0b"s) == "ab");
    CHECK(contains(notes_of("a\0b"s), Reason::nul_in_text));
    CHECK(notes_of("\x1b[31mx") == std::vector{Reason::controls_removed});
    CHECK(text("\x1b[" + std::string(100, '1') + "m") == "[" + std::string(100, '1') + "m");  // nobody hides text so
}

TEST_CASE("AC-130 characters that reverse or hide text go, each with its reason") {
    CHECK(text("pay \xe2\x80\xae"
               "fdp.exe") == "pay fdp.exe");
    CHECK(notes_of("\xe2\x80\xae") == std::vector{Reason::bidi_removed});
    CHECK(text("a\xe2\x80\x8b"
               "b\xe2\x81\xa0"
               "c\xc2\xad"
               "d") == "abcd");
    CHECK(notes_of("a\xe2\x80\x8b") == std::vector{Reason::invisible_removed});
    CHECK(text("\xf3\xa0\x81\x81x") == "x");  // tag letters
    CHECK(text("\xef\xbb\xbfx") == "x");
    CHECK(notes_of("\xef\xbb\xbfx").empty());
}

TEST_CASE("AC-130 only bidi controls that turn text around are warned of; marks and numbers in brackets are not") {
    const std::string lrm = "\xe2\x80\x8e", rlm = "\xe2\x80\x8f", lre = "\xe2\x80\xaa", rle = "\xe2\x80\xab";
    const std::string pdf = "\xe2\x80\xac", lro = "\xe2\x80\xad", rlo = "\xe2\x80\xae", lri = "\xe2\x81\xa6";
    const std::string rli = "\xe2\x81\xa7", fsi = "\xe2\x81\xa8", pdi = "\xe2\x81\xa9", alm = "\xd8\x9c";
    for (const std::string& harmless :
         {"日時" + lrm + "：10時", "a" + rlm + "b", "a" + alm + "b", lro + "+81 3-1234-5678" + pdf, lre + "090-1" + pdf,
          fsi + "山田" + pdi, lri + "x" + pdi, rle + "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d" + pdf}) {
        CAPTURE(harmless);
        CHECK(notes_of(harmless) == std::vector{Reason::invisible_removed});
    }
    CHECK(text("日時" + lrm + "：10時") == "日時：10時");
    for (const std::string& turning : {"invoice" + rlo + "fdp.exe", rle + "exe.fdp" + pdf, rli + "a.b" + pdi, rlo,
                                       "03" + lrm + rlo + "1" + pdf, lro + "\xd7\xa9\xd7\x9c" + pdf}) {
        CAPTURE(turning);
        CHECK(contains(notes_of(turning), Reason::bidi_removed));
    }
}

TEST_CASE("AC-130 emoji joined by ZWJ stay whole, between other characters ZWJ goes") {
    for (const std::string_view emoji : {"👨\u200d👩\u200d👧\u200d👦", "👩🏽\u200d💻", "🏳\ufe0f\u200d🌈",
                                         "❤\ufe0f\u200d🔥", "🧑\u200d⚕\ufe0f", "🐈\u200d⬛"}) {
        CAPTURE(emoji);
        CHECK(text("家族" + std::string(emoji) + "です") == "家族" + std::string(emoji) + "です");
        CHECK(notes_of(emoji).empty());
    }
    CHECK(text("a\u200db") == "ab");
    CHECK(text("👨\u200d") == "👨");
    CHECK(text("\u200d👨") == "👨");
    CHECK(text("👨\u200d\u200d👩") == "👨\u200d👩");
    CHECK(text("👨\u200d字\u200d👨") == "👨字👨");
    CHECK(text("a\ufe0f\u200d👩") == "a\ufe0f👩");
    CHECK(text("👨\u200d\n👩") == "👨\n👩");
    CHECK(notes_of("👨\u200d字") == std::vector{Reason::invisible_removed});
    std::vector<Reason> notes;
    CHECK(mugaika::sandboxed::clean_line("👨\u200d👩", notes).str() == "👨👩");
}

TEST_CASE("private use becomes a mark, noncharacters and wrong bytes U+FFFD") {
    CHECK(text("\xee\x98\xbe") == "〓");
    CHECK(notes_of("\xee\x98\xbe") == std::vector{Reason::emoji_replaced});
    CHECK(notes_of("\xee\x80\x80") == std::vector{Reason::undecodable});
    CHECK(text("a\xef\xbf\xbf\xff") == "a\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_CASE("decomposed letters are composed, but the kanji of a name are not changed") {
    CHECK(text("か\xe3\x82\x99") == "が");
    CHECK(text("神\xef\xa8\x99髙﨑") == "神\xef\xa8\x99髙﨑");  // U+FA19 is not U+795E
    CHECK(text("葛\xf3\xa0\x84\x80") == "葛\xf3\xa0\x84\x80");  // the variation selector of 葛城市
}

TEST_CASE("text comes out in NFC also where the normaliser was not asked") {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
    REQUIRE(U_SUCCESS(error));
    for (char32_t c = 0x20; c <= 0xffff; ++c) {
        const bool kept = c >= 0xf900 && c <= 0xfaff;  // the kanji of names
        if (!mugaika::is_showable(c) || kept) continue;
        for (const std::string_view mark : {"", "゙", "\u0301", "\u1161"}) {
            std::string decomposed = "か";
            mugaika::utf8::append(decomposed, c);
            decomposed += mark;
            std::string composed;
            nfc->normalize(icu::UnicodeString::fromUTF8(decomposed), error).toUTF8String(composed);
            if (text(decomposed) != composed) FAIL_CHECK(static_cast<unsigned>(c) << " in " << decomposed);
        }
    }
}

TEST_CASE("heaps of marks on one letter are cut, so that no text takes quadratic time") {
    std::string heap = "a";
    for (int i = 0; i < 200000; ++i) heap += i % 2 ? "\xcc\x80" : "\xcc\x96";
    const std::string clean = text(heap + "b");
    CHECK(clean.size() < 100);
    CHECK(clean.back() == 'b');
    CHECK(notes_of(heap) == std::vector{Reason::invisible_removed});
}

TEST_CASE("every character alone gives text that PlainText accepts") {
    for (char32_t c = 0; c <= 0x10ffff; c += c < 0x20000 ? 1 : 61) {
        if (c >= 0xd800 && c <= 0xdfff) continue;
        std::string utf8 = "x";
        mugaika::utf8::append(utf8, c);
        utf8 += "y";
        std::vector<Reason> notes;
        REQUIRE_NOTHROW(clean_text(utf8, notes));
        REQUIRE_NOTHROW(clean_line(utf8, notes));
    }
}

TEST_CASE("AC-129 flowed text is joined, quoting is kept") {
    CHECK(unflow("one \r\ntwo\r\nthree\r\n", false) == "one two\nthree\n");
    CHECK(unflow("日本 \n語 \nです\n", true) == "日本語です\n");
    CHECK(unflow("> quoted \n> more\n>> deeper \nown \ntext", false) == "> quoted more\n>> deeper \nown text");
    CHECK(unflow(" >stuffed\n From me\n", false) == ">stuffed\nFrom me\n");
    CHECK(unflow("text \n-- \nsignature \nname", false) == "text \n-- \nsignature name");
    CHECK(unflow("", false).empty());
    CHECK(unflow(">>>\n>>>\n", false) == ">>>\n>>>\n");
}

TEST_CASE("AC-133 text that looks like a mail or a mailbox stays text") {
    const std::string tricky = "From nobody\n.\n..\nContent-Type: text/html\n\n--boundary\n";
    CHECK(text(tricky) == tricky);
    CHECK(notes_of(tricky).empty());
}
