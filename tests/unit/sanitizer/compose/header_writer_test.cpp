#include "sanitizer/compose/header_writer.hpp"

#include <catch2/catch.hpp>

#include "mail_reading.hpp"
#include "sanitizer/compose/gate_text.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

std::string written_text(std::string_view utf8, std::string_view name = "Subject") {
    HeaderWriter out;
    out.begin(name);
    out.text(line(utf8));
    out.end();
    return out.str();
}

std::string written_phrase(std::string_view utf8) {
    HeaderWriter out;
    out.begin("From");
    out.phrase(line(utf8));
    out.end();
    return out.str();
}

std::size_t longest_line(std::string_view text) {
    std::size_t longest = 0;
    while (!text.empty()) {
        const std::size_t end = text.find("\r\n");
        longest = std::max(longest, end);
        text.remove_prefix(end + 2);
    }
    return longest;
}

}  // namespace

TEST_CASE("AC-111 plain ASCII text stays readable, everything else becomes UTF-8 encoded words") {
    CHECK(written_text("Meeting at ten") == "Subject: Meeting at ten\r\n");
    CHECK(written_text("会議") == "Subject: =?UTF-8?B?5Lya6K2w?=\r\n");
    CHECK(field(written_text("会議 at ten") + "\r\n", "Subject") == "会議 at ten");
}

TEST_CASE("AC-109 text that some mailer would decode or fold otherwise is not written raw") {
    for (const char* tricky : {"=?utf-8?Q?a=0D=0ABcc:_x?=", "a  b", "a =? b",
                               "looooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooong"}) {
        const std::string written = written_text(tricky);
        INFO(written);
        CHECK(written.starts_with("Subject: =?UTF-8?B?"));
        CHECK(field(written + "\r\n", "Subject") == tricky);
    }
}

TEST_CASE("AC-110 long text is folded at 76 columns and no word splits a character") {
    std::string utf8;
    for (int i = 0; i < 300; ++i) utf8 += i % 3 == 0 ? "𠮷" : i % 3 == 1 ? "é" : "御";
    for (int shift = 0; shift < 4; ++shift) {
        const std::string written = written_text(utf8);
        CHECK(longest_line(written) <= 76);
        CHECK(field(written + "\r\n", "Subject") == utf8);
        for (std::size_t at = 0; (at = written.find("?B?", at)) != std::string::npos; at += 3) {
            const std::string word = decode_base64(written.substr(at + 3, written.find("?=", at + 3) - at - 3));
            CHECK(is_plain(word, TextRule::line));  // each word alone is valid UTF-8
        }
        utf8.insert(0, "a");
    }
}

TEST_CASE("a name is a quoted string only when it is short and free of what looks like syntax") {
    CHECK(written_phrase("Suzuki, Hanako (Soumu)") == "From: \"Suzuki, Hanako (Soumu)\"\r\n");
    CHECK(written_phrase("  Suzuki  ") == "From: \"Suzuki\"\r\n");
    for (const char* tricky : {"a\"b", "a\\b", "mayor@city.lg.jp", "<x>", "a;b", "a:b", "=?x?="}) {
        CHECK(written_phrase(tricky).starts_with("From: =?UTF-8?B?"));
    }
    CHECK(written_phrase(std::string(65, 'a')).starts_with("From: =?UTF-8?B?"));
}

TEST_CASE("words are folded where they no longer fit and never leave the first line empty") {
    HeaderWriter out;
    out.begin("X");
    out.word(std::string(200, 'a'));
    out.word("b");
    out.break_line();
    out.word("c");
    out.end();
    CHECK(out.str() == "X: " + std::string(200, 'a') + "\r\n b\r\n c\r\n");
}
