#include "sanitizer/sandboxed/text/encoded_word.hpp"

#include <catch2/catch.hpp>

#include "sanitizer/sandboxed/header/header_facts.hpp"
#include "tests/unit/sanitizer/sandboxed/finding_names.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;

namespace {

std::string decode(std::string_view value) {
    std::vector<Reason> notes;
    return decode_unstructured(value, notes);
}

}  // namespace

TEST_CASE("encoded-words are decoded and blanks between them go (RFC 2047 section 8)") {
    struct Row {
        std::string_view value, text;
    };
    const Row rows[] = {
        {"plain text", "plain text"},
        {"=?ISO-8859-1?Q?a?=", "a"},
        {"=?ISO-8859-1?Q?a?= b", "a b"},
        {"=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"},
        {"=?ISO-8859-1?Q?a?=  \t =?utf-8?Q?b?=", "ab"},
        {"=?ISO-8859-1?Q?a_b?=", "a b"},
        {"x =?utf-8?B?6KaL?= y", "x 見 y"},
        {"=?utf-8*ja?q?=E8=A6=8B?=", "見"},
        {"=?utf-8?Q?a b=ZZ?=", "a b=ZZ"},                  // blanks and bad escapes in Q
        {"\"=?ISO-2022-JP?B?GyRCOCsbKEI=?=\"", "\"見\""},  // inside quotes
        {"a=?utf-8?Q?b?=c", "abc"},                        // glued to text
        // no encoded-words
        {"=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
        {"=?utf-8?Q?open", "=?utf-8?Q?open"},
        {"=??Q?a?=", "=??Q?a?="},
        {"=?", "=?"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.value);
        CHECK(decode(row.value) == row.text);
    }
}

TEST_CASE("AC-091 words split inside a character, an escape sequence or a base64 quantum are joined first") {
    CHECK(decode("=?utf-8?Q?=E8=A6?= =?utf-8?Q?=8B?=") == "見");
    CHECK(decode("=?utf-8?B?6KY=?= =?utf-8?B?iw==?=") == "見");
    CHECK(decode("=?ISO-2022-JP?B?GyRCOA==?= =?iso-2022-jp?B?KxsoQg==?=") == "見");
    CHECK(decode("=?utf-8?B?6KaL5?= =?utf-8?B?6mN?=") == "見積");
    CHECK(decode("=?utf-8?B?6KY=?= =?utf-8?Q?=8B?=") == "見");
}

TEST_CASE("AC-111 raw 8-bit and raw JIS values are decoded, and JIS bytes are no syntax") {
    CHECK(decode("\xe8\xa6\x8b\xe7\xa9\x8d") == "見積");
    CHECK(decode("\x8c\xa9\x90\xcf\x82\xe8\x82\xf0\x91\x97\x82\xe8\x82\xdc\x82\xb7") == "見積りを送ります");
    CHECK(decode("\x1b$B8+@Q\x1b(B x") == "見積 x");
}

TEST_CASE("AC-109 an encoded word cannot add a header field") {
    std::vector<Reason> notes;
    const PlainLine line = read_line("=?utf-8?Q?a=0D=0ABcc:_x@y?=", BudgetLimits{}, notes);
    CHECK(line.str() == "a Bcc: x@y");
}

TEST_CASE("AC-110 floods, unknown charsets and invisible characters are bounded and cleaned") {
    std::string flood;
    for (int i = 0; i < 10'000; ++i) flood += i % 2 == 0 ? "=?utf-8?Q?a?= " : "=?iso-8859-1?Q?b?= ";
    CHECK(decode(flood).size() == 10'001);  // the last blank is text
    std::vector<Reason> notes;
    CHECK(read_line(flood + std::string(60'000, 'x'), BudgetLimits{}, notes).str().size() <=
          BudgetLimits{}.header_text_bytes_max);
    CHECK(has(notes, Reason::field_cut));
    CHECK(read_line(flood + std::string(60'000, 'x'), BudgetLimits{}, notes).str().ends_with("x…"));
    CHECK(read_line("=?utf-8?B?YeKAruKAi2I=?=", BudgetLimits{}, notes).str() == "ab");
    CHECK(has(notes, Reason::bidi_removed));
    CHECK_FALSE(decode("=?x-no-such-charset?Q?abc?=").empty());
}

TEST_CASE("AC-110 words that never end and escapes that never close are linear") {
    std::string words, escapes;
    while (words.size() < 64'000) words += "=?a?q?x";
    while (escapes.size() < 64'000) escapes += "\x1b$";
    CHECK((decode(words) == words));
    CHECK_FALSE(looks_like_encoded_word(words));
    decode(escapes);
}

TEST_CASE("AC-110 an encoded word is bounded: its length, its charset, the question marks in it") {
    const auto stays = [](const std::string& value) { return decode(value) == value; };
    CHECK(decode("=?utf-8?Q?" + std::string(8192 - 12, 'a') + "?=") == std::string(8192 - 12, 'a'));
    CHECK(stays("=?utf-8?Q?" + std::string(8192 - 11, 'a') + "?="));
    CHECK(decode("=?utf-8?Q?" + std::string(8, '?') + "a?=") == std::string(8, '?') + "a");
    CHECK(stays("=?utf-8?Q?" + std::string(9, '?') + "a?="));
    for (const std::string charset : {"u\"tf-8", "utf 8", "<utf-8>", "utf-8;x", "\xe8\xa6\x8b"}) {
        CAPTURE(charset);
        CHECK(stays("=?" + charset + "?Q?a?="));
    }
    CHECK(stays("=?" + std::string(58, 'x') + "?Q?a?="));
}
