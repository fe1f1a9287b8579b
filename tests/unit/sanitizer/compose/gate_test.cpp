#include "sanitizer/compose/gate.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>

#include "mail_reading.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/compose/base64_writer.hpp"
#include "sanitizer/compose/composer.hpp"
#include "sanitizer/compose/gate_text.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "test_places.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

std::string with_replaced(std::string mail, std::string_view what, std::string_view by) {
    const std::size_t at = mail.find(what);
    INFO("to be replaced: " << what);
    REQUIRE(at != std::string::npos);
    return mail.replace(at, what.size(), by);
}

// A mail whose text is ASCII, one whose text is base64, and one with two files.
std::string ascii_mail() {
    Extract extract = example_extract();
    extract.header.in_reply_to = {"r@example.com"};
    extract.header.subject = line("Meeting");
    extract.texts = {body("Hello\nthere\n")};
    return composed(extract, clean, example_facts());
}

Extract extract_with_files() {
    Extract extract = example_extract();
    SafeFile file;
    file.path = "2";
    file.name = line("契約書.pdf");
    file.type = "application/pdf";
    file.bytes = "%PDF-1.7 first";
    extract.files.push_back(file);
    file.name = line("plan.pdf");
    file.bytes = "%PDF-1.7 second";
    extract.files.push_back(file);
    return extract;
}

std::string mixed_mail() { return composed(extract_with_files(), clean, example_facts()); }

// The ASCII mail with another text, as a composer would encode it that does not look at what it encodes.
std::string with_encoded_text(std::string_view bytes) {
    std::string mail =
        with_replaced(ascii_mail(), "Content-Transfer-Encoding: 7bit", "Content-Transfer-Encoding: base64");
    mail.resize(raw_header(mail).size());
    append_base64_lines(mail, bytes);
    return mail;
}

std::string with_ascii_text(std::string_view crlf_text) { return raw_header(ascii_mail()) + std::string(crlf_text); }

std::string encoded_subject(std::string_view bytes) {
    return with_replaced(ascii_mail(), "Subject: Meeting", "Subject: =?UTF-8?B?" + base64(bytes) + "?=");
}

const std::string japanese_notice =
    "━━━━━━ メール無害化システムからのお知らせ ━━━━━━\r\n受付番号：7h3k9m2p4q6r8s0t\r\n"
    "━━━━━━ 無害化システムからのお知らせはここまで ━━━━━━\r\n";
const std::string english_notice =
    "======== Notice from the mail sanitizer ========\r\nReference number: 7h3k9m2p4q6r8s0t\r\n"
    "======== End of the notice from the mail sanitizer ========\r\n";

std::string quarantined_header() {
    return with_replaced(raw_header(ascii_mail()), "verdict=clean; notice=none; hops=3;",
                         "verdict=quarantined; notice=quarantined;\r\n hops=3;");
}

// What a composer broken on purpose would write, and the beginning of the rule that stops it.
struct Saboteur {
    const char* what;
    std::string mail;
    const char* rule;
};

void check_stopped(const std::vector<Saboteur>& saboteurs, const GatePermit& permit = {}) {
    for (const Saboteur& saboteur : saboteurs) {
        INFO(saboteur.what << "\n" << saboteur.mail);
        const std::string words = gate_words(saboteur.mail, permit);
        CHECK(words.starts_with(std::string("gate: ") + saboteur.rule));
        CHECK(contains(words, ", at offset "));
    }
}

}  // namespace

TEST_CASE("the gate takes what the composer writes and hands the same bytes on") {
    auto mail = Composer::compose(example_extract(), clean, example_facts(), {"おはようございます。\n"});
    REQUIRE(mail.has_value());
    const std::string bytes(mail->bytes());
    auto gated = Gate::inspect(*std::move(mail), {});
    REQUIRE(gated.has_value());
    CHECK(gated->bytes() == bytes);
    CHECK(gate_words(ascii_mail()) == "");
    CHECK(gate_words(mixed_mail(), permit_for(extract_with_files())) == "");
    CHECK(gate_words(with_encoded_text("漢字\r\n")) == "");
    CHECK(gate_words(with_encoded_text("\U0001f468\u200d\U0001f469 \U0001f3f3\ufe0f\u200d\U0001f308\r\n")) == "");
    CHECK(gate_words(with_encoded_text(japanese_notice + "\r\n漢字\r\n")) == "");
    CHECK(gate_words(with_ascii_text("Hello\r\n\r\n" + english_notice)) == "");
    CHECK(gate_words(quarantined_header() + english_notice) == "");
}

TEST_CASE("an Error of the gate is a protocol fault") {
    const auto judged = Gate::accepts("", {});
    REQUIRE(judged.has_error());
    CHECK(judged.error().fault() == Fault::protocol);
}

TEST_CASE("AC-015 AC-018 saboteurs of lines are stopped") {
    const std::string mail = ascii_mail();
    check_stopped({
        {"bare LF in the body", with_replaced(mail, "Hello\r\n", "Hello\n"), "lines: a bare LF"},
        {"bare LF dot", with_replaced(mail, "Hello\r\n", "Hello\n.\r\n"), "lines: a bare LF"},
        {"bare CR in the body", with_replaced(mail, "Hello\r\n", "Hel\rlo\r\n"), "lines: a bare CR"},
        {"CR CR LF", with_replaced(mail, "Hello\r\n", "Hello\r\r\n"), "lines: a bare CR"},
        {"bare LF in the header", with_replaced(mail, "Meeting\r\n", "Meeting\n"), "lines: a bare LF"},
        {"NUL in the body", with_replaced(mail, "Hello", std::string("He\0lo", 5)), "lines: a control"},
        {"NUL in the header", with_replaced(mail, "Meeting", std::string("Me\0t", 4)), "lines: a control"},
        {"ESC", with_replaced(mail, "Hello", "\x1b[2J"), "lines: a control"},
        {"DEL", with_replaced(mail, "Hello", "\x7f"), "lines: a control"},
        {"8-bit in the body", with_replaced(mail, "Hello", "H\xc3\xa9llo"), "lines: a control"},
        {"8-bit in the header", with_replaced(mail, "Meeting", "\xe4\xbc\x9a"), "lines: a control"},
        {"long line", with_replaced(mail, "Hello", std::string(999, 'a')), "lines: longer"},
        {"long header line", with_replaced(mail, "Meeting", std::string(999, 'a')), "lines: longer"},
        {"no line end at the end", mail.substr(0, mail.size() - 2), "lines: the last"},
        {"half a line end at the end", mail.substr(0, mail.size() - 1), "lines: a bare CR"},
        {"nothing", "", "header: it does not end"},
        {"header without end", "From: a@b\r\n", "header: it does not end"},
    });
}

TEST_CASE("AC-101 AC-107 AC-108 AC-109 AC-112 AC-118 saboteurs of the header are stopped") {
    const std::string mail = ascii_mail();
    const char* order = "header: a field that is unknown";
    const char* value = "header: a value";
    check_stopped({
        {"duplicate From", with_replaced(mail, "To: ", "From: a@b.example\r\nTo: "), order},
        {"injected Bcc", with_replaced(mail, "Subject: ", "Bcc: a@b.example\r\nSubject: "), order},
        {"unknown field", with_replaced(mail, "Subject: ", "X-Evil: a\r\nSubject: "), order},
        {"Authentication-Results", with_replaced(mail, "From: ", "Authentication-Results: x\r\nFrom: "), order},
        {"Received twice", "Received: by x id y; Thu, 05 Nov 2026 10:11:12 +0900\r\n" + mail, order},
        {"field names in other case", with_replaced(mail, "\r\nSubject: ", "\r\nSUBJECT: "), order},
        {"fields out of order", with_replaced(mail, "MIME-Version: 1.0\r\n", "MIME-Version: 1.0\r\nSubject: x\r\n"),
         order},
        {"no MIME-Version", with_replaced(mail, "MIME-Version: 1.0\r\n", ""), order},
        {"no From", with_replaced(mail, "From: ", "Sender: "), order},
        {"no X-Mugaika", with_replaced(mail, "X-Mugaika: ", "X-Nugaika: "), order},
        {"no encoding", with_replaced(mail, "Content-Transfer-Encoding: 7bit\r\n", ""), "header: a required"},
        {"blank before the colon", with_replaced(mail, "Subject: ", "Subject : "), "header: not a field"},
        {"no blank behind the colon", with_replaced(mail, "Subject: ", "Subject:"), "header: not a field"},
        {"a line without a colon", with_replaced(mail, "Subject: ", "hello\r\nSubject: "), "header: not a field"},
        {"starts with a fold", " x\r\n" + mail, "header: odd folding"},
        {"fold with a tab", with_replaced(mail, ",\r\n ", ",\r\n\t"), "header: a tab"},
        {"fold with two blanks", with_replaced(mail, ",\r\n ", ",\r\n  "), "header: odd folding"},
        {"blank at a line's end", with_replaced(mail, "Meeting", "Meeting "), "header: a blank at the end"},
        {"line of one blank", with_replaced(mail, "Meeting\r\n", "Meeting\r\n \r\n"), "header: a blank at the end"},
        {"not folded", with_replaced(mail, "Meeting", "Meeting " + std::string(80, 'a')), "header: a line that should"},
        {"an empty value", with_replaced(mail, "Subject: Meeting", "Subject: "), "header: a blank at the end"},
        {"several authors", with_replaced(mail, "<yamada@example.com>", "<yamada@example.com>, a@b.example"), value},
        {"a group", with_replaced(mail, "To: ", "To: g:a@b.example;, "), value},
        {"a route", with_replaced(mail, "<yamada@", "<@x.example:yamada@"), value},
        {"a comment", with_replaced(mail, "<yamada@example.com>", "<yamada@example.com> (x)"), value},
        {"blank in an address", with_replaced(mail, "<yamada@", "<ya mada@"), value},
        {"address without a domain", with_replaced(mail, "yamada@example.com", "yamada"), value},
        {"encoded word in an address", with_replaced(mail, "yamada@", "=?x?q?a?=@"), value},
        {"odd quoted name", with_replaced(mail, "\"Suzuki, Hanako\"", "\"Suzuki\\\" <a@b.example>\""), value},
        {"authentication that nobody said",
         with_replaced(mail, "From: ", "X-Mugaika-Authentication: by=mx.example\r\nFrom: "), value},
        {"authentication by nobody", with_replaced(mail, "From: ", "X-Mugaika-Authentication: spf=pass\r\nFrom: "),
         value},
        {"an authentication result that is none",
         with_replaced(mail, "From: ", "X-Mugaika-Authentication: by=mx.example; spf=great\r\nFrom: "), value},
        {"authentication out of order",
         with_replaced(mail, "From: ", "X-Mugaika-Authentication: by=mx.example; dkim=pass; spf=pass\r\nFrom: "),
         value},
        {"words behind the authentication",
         with_replaced(mail, "From: ", "X-Mugaika-Authentication: by=mx.example; spf=pass (x)\r\nFrom: "), value},
        {"authentication twice",
         with_replaced(mail, "From: ",
                       "X-Mugaika-Authentication: by=mx.example; spf=pass\r\nX-Mugaika-Authentication: by=mx.example; "
                       "spf=pass\r\nFrom: "),
         order},
        {"bad Date", with_replaced(mail, "Date: Thu, 05 Nov 2026 09:53:20", "Date: Thu, 5 Nov 2026 09:53:20"), value},
        {"impossible Date", with_replaced(mail, "Date: Thu, 05 Nov 2026 09:", "Date: Thu, 05 Nov 2026 24:"), value},
        {"Message-ID without brackets", with_replaced(mail, "<20261105.1@example.com>", "20261105.1@example.com"),
         value},
        {"Message-ID with markup", with_replaced(mail, "20261105.1@", "<script>@"), value},
        {"two Message-IDs", with_replaced(mail, "<20261105.1@example.com>", "<a@b> <c@d>"), value},
        {"junk in In-Reply-To", with_replaced(mail, "In-Reply-To: <r@example.com>", "In-Reply-To: your mail"), value},
        {"X-Mugaika with another id", with_replaced(mail, "id=7h3k", "id=8h3k"), value},
        {"X-Mugaika with an unknown verdict", with_replaced(mail, "verdict=clean", "verdict=fine"), value},
        {"X-Mugaika with an unknown notice", with_replaced(mail, "notice=none", "notice=fine"), value},
        {"X-Mugaika without a notice", with_replaced(mail, "notice=none; ", ""), value},
        {"X-Mugaika, clean with the notice of a held mail", with_replaced(mail, "=none", "=quarantined"), value},
        {"X-Mugaika, held without its notice", with_replaced(mail, "verdict=clean", "verdict=quarantined"), value},
        {"a released mail's Subject", with_replaced(mail, ": Meeting", ": [Released] Meeting"), value},
        {"a released mail's Subject in Japanese", encoded_subject("【確認後のお届け】会議"), value},
        {"a released mail without its Subject", with_replaced(mail, "\"\r\nFrom", "\"; order=a\r\nFrom"), value},
        {"X-Mugaika with a bad first hop", with_replaced(mail, "pc1.example.com", "pc1 example"), value},
        {"X-Mugaika with something more", with_replaced(mail, "hops=3;", "hops=3; x=y;"), value},
        {"Received with a comment", with_replaced(mail, "([192.0.2.1])", "(x[192.0.2.1])"), value},
        {"text/html", with_replaced(mail, "text/plain", "text/html"), value},
        {"other charset", with_replaced(mail, "charset=UTF-8", "charset=UTF-7"), value},
        {"second charset", with_replaced(mail, "charset=UTF-8", "charset=UTF-8; charset=x"), value},
        {"quoted-printable", with_replaced(mail, ": 7bit", ": quoted-printable"), value},
        {"8bit", with_replaced(mail, ": 7bit", ": 8bit"), value},
        {"Importance of another kind", with_replaced(mail, "MIME-", "Importance: urgent\r\nMIME-"), value},
    });
}

TEST_CASE("AC-109 AC-110 saboteurs of encoded words are stopped") {
    const std::string mail = ascii_mail();
    const char* value = "header: a value";
    check_stopped({
        {"hides CRLF", encoded_subject("a\r\nBcc: x@y.example"), value},
        {"hides LF", encoded_subject("a\nb"), value},
        {"hides TAB", encoded_subject("a\tb"), value},
        {"hides NUL", encoded_subject(std::string("a\0b", 3)), value},
        {"hides RLO", encoded_subject("a\u202eb"), value},
        {"not UTF-8", encoded_subject("a\xff"), value},
        {"splits a character", encoded_subject("a\xe4\xbc"), value},
        {"empty", encoded_subject(""), value},
        {"too long", encoded_subject(std::string(60, 'a')), value},
        {"'Q'", with_replaced(mail, ": Meeting", ": =?UTF-8?Q?a?="), value},
        {"other charset", with_replaced(mail, ": Meeting", ": =?ISO-2022-JP?B?YQ==?="), value},
        {"other case", with_replaced(mail, ": Meeting", ": =?utf-8?b?YQ==?="), value},
        {"not canonical base64", with_replaced(mail, ": Meeting", ": =?UTF-8?B?YR==?="), value},
        {"unpadded base64", with_replaced(mail, ": Meeting", ": =?UTF-8?B?YQ?="), value},
        {"raw text behind it", with_replaced(mail, ": Meeting", ": =?UTF-8?B?YQ==?= b"), value},
        {"raw text before it", with_replaced(mail, ": Meeting", ": a =?UTF-8?B?YQ==?="), value},
        {"inside quotes", with_replaced(mail, "\"Suzuki, Hanako\"", "\"=?UTF-8?B?YQ==?=\""), value},
    });
}

TEST_CASE("AC-119 AC-126 AC-130 AC-131 saboteurs of the text are stopped") {
    const char* unseen = "text: a character";
    check_stopped({
        {"RLO inside base64", with_encoded_text("漢\u202e字\r\n"), unseen},
        {"joiner between letters", with_encoded_text("漢\u200d字\r\n"), unseen},
        {"joiner behind a picture only", with_encoded_text("\U0001f468\u200d字\r\n"), unseen},
        {"joiner before a picture only", with_encoded_text("漢\ufe0f\u200d\U0001f468\r\n"), unseen},
        {"two joiners", with_encoded_text("\U0001f468\u200d\u200d\U0001f469\r\n"), unseen},
        {"joiner at the end", with_encoded_text("漢\U0001f468\u200d\r\n"), unseen},
        {"zero-width space", with_encoded_text("漢\u200b字\r\n"), unseen},
        {"byte order mark", with_encoded_text("\ufeff漢字\r\n"), unseen},
        {"tag character", with_encoded_text("漢\U000e0041\r\n"), unseen},
        {"private use", with_encoded_text("漢\ue000\r\n"), unseen},
        {"noncharacter", with_encoded_text("漢\U0001ffff\r\n"), unseen},
        {"C1 control", with_encoded_text("漢\u0085\r\n"), unseen},
        {"Hangul filler", with_encoded_text("漢\u3164字\r\n"), unseen},
        {"half-width Hangul filler", with_encoded_text("漢\uffa0字\r\n"), unseen},
        {"Hangul choseong filler", with_encoded_text("漢\u115f字\r\n"), unseen},
        {"soft hyphen", with_encoded_text("漢\u00ad字\r\n"), unseen},
        {"grapheme joiner", with_encoded_text("漢\u034f字\r\n"), unseen},
        {"Arabic letter mark", with_encoded_text("漢\u061c字\r\n"), unseen},
        {"Khmer vowel that is not seen", with_encoded_text("漢\u17b4字\r\n"), unseen},
        {"Mongolian vowel separator", with_encoded_text("漢\u180e字\r\n"), unseen},
        {"isolate", with_encoded_text("漢\u2066字\r\n"), unseen},
        {"interlinear annotation", with_encoded_text("漢\ufff9字\r\n"), unseen},
        {"musical beam", with_encoded_text("漢\U0001d173字\r\n"), unseen},
        {"line separator", with_encoded_text("漢\u2028\r\n"), unseen},
        {"bare LF inside base64", with_encoded_text("漢\n.\r\n"), unseen},
        {"bare CR inside base64", with_encoded_text("漢\r.\r\n"), unseen},
        {"NUL inside base64", with_encoded_text(std::string("\xe6\xbc\xa2\0\r\n", 6)), unseen},
        {"ESC inside base64", with_encoded_text("漢\x1b(J\r\n"), unseen},
        {"overlong slash", with_encoded_text("漢\xc0\xaf\r\n"), "text: not UTF-8"},
        {"overlong 3 bytes", with_encoded_text("\xe0\x80\xaf\r\n"), "text: not UTF-8"},
        {"surrogate", with_encoded_text("\xed\xa0\x80\r\n"), "text: not UTF-8"},
        {"past the last plane", with_encoded_text("\xf4\x90\x80\x80\r\n"), "text: not UTF-8"},
        {"cut character", with_encoded_text("漢\xe5\xad"), "text: not UTF-8"},
        {"Shift_JIS", with_encoded_text("\x8a\xbf\x8e\x9a\r\n"), "text: not UTF-8"},
        {"last line without end", with_encoded_text("漢字"), "text: the last line"},
        {"base64 without need", with_encoded_text("plain\r\n"), "body: base64 without need"},
    });
}

TEST_CASE("saboteurs of base64 are stopped") {
    const std::string mail = with_encoded_text("漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字\r\n");
    const std::string start = raw_header(mail);
    const std::string lines = mail.substr(start.size());
    REQUIRE(gate_words(mail) == "");
    check_stopped({
        {"junk", start + "!" + lines.substr(1), "base64: not canonical"},
        {"blank", start + " " + lines.substr(1), "base64: not canonical"},
        {"short first line", start + lines.substr(0, 4) + "\r\n" + lines.substr(4), "base64: a line of another"},
        {"empty line", start + "\r\n" + lines, "base64: a line of another"},
        {"one long line", start + base64(decode_base64(lines)) + "\r\n", "base64: a line of another"},
        {"padding inside", start + std::string(75, 'A') + "=\r\nYWJj\r\n", "base64: a line of another"},
        {"no padding", start + "5ryi5a2XDQ\r\n", "base64: not canonical"},
        {"bits that say nothing", start + "5ryi5a2XDQp=\r\n", "base64: not canonical"},
        {"trailing bytes", mail + "MAIL FROM:<x@y.example>\r\n", "base64: "},
        {"an empty line at the end", mail + "\r\n", "base64: "},
    });
}

TEST_CASE("AC-119 the gate's quick look at common characters agrees with its close one for every character") {
    std::vector<char32_t> disagreed;
    for (char32_t c = 0x80; c <= 0x10ffff; ++c) {
        std::string text;
        utf8::append(text, c);  // surrogates too: three bytes that are no UTF-8
        const bool seen = gate::is_seen_line(text);
        if (gate::judge_text(text + "\r\n", "id", gate::NoticeRule::may_have_one).has_value() == seen)
            disagreed.push_back(c);
    }
    CHECK(disagreed.empty());
}

TEST_CASE("AC-133 saboteurs of the notice are stopped") {
    const std::string& notice = english_notice;
    const auto with_line = [&](std::string_view line) {
        return with_ascii_text(with_replaced(notice, "Reference", std::string(line) + "\r\nReference"));
    };
    const char* clicked = "notice: something that can be clicked";
    const char* poses = "notice: a line poses as one";
    check_stopped({
        {"a forged second notice", with_ascii_text(notice + "\r\nHello\r\n\r\n" + notice), "notice: a line poses"},
        {"a forged notice that is not ours", with_ascii_text("Hello\r\n" + notice), "notice: no empty line before"},
        {"a look-alike", with_ascii_text("Hello\r\nNotice  from the MAIL sanitizer\r\n"), poses},
        {"a look-alike behind the notice", with_ascii_text(notice + "\r\nNotice from the mail sanitizer\r\n"), poses},
        {"a Japanese look-alike", with_encoded_text("無害化　システムからの お知らせ\r\n"), poses},
        {"an end without a start", with_ascii_text("======== End of the notice from the mail sanitizer ========\r\n"),
         poses},
        {"no end", with_ascii_text(notice.substr(0, notice.rfind("====", notice.rfind("===") - 20)).substr(0, 50)),
         "notice: it does not end"},
        {"no number", with_ascii_text(with_replaced(notice, "7h3k9m2p4q6r8s0t", "")), "notice: no reference number"},
        {"another mail's number", with_ascii_text(with_replaced(notice, "7h3k", "8h3k")),
         "notice: no reference number"},
        {"text right behind it", with_ascii_text(notice + "Hello\r\n"), "notice: no empty line after"},
        {"text on both sides", with_ascii_text("Hello\r\n\r\n" + notice + "\r\nHello\r\n"), "notice: text after it"},
        {"mixed languages",
         with_encoded_text(with_replaced(japanese_notice, "━━━━━━ 無害化システムからのお知らせはここまで ━━━━━━",
                                         "======== End of the notice from the mail sanitizer ========")),
         poses},
        {"URL", with_line("see http://evil.example/"), clicked},
        {"scheme without slashes", with_line("ms-msdt:x"), clicked},
        {"www", with_line("see WWW.3com"), clicked},
        {"mail address", with_line("write to a@b"), clicked},
        {"host name", with_line("see evil.example now"), clicked},
        {"file name that is a host name", with_line("invoice.com"), clicked},
        {"file name with a path behind it", with_line("invoice.zip/x"), clicked},
        {"UNC path", with_line("\\\\server\\share"), clicked},
        {"extension as a label", with_line("x.pdf.com"), clicked},
        {"quarantined, with text", quarantined_header() + notice + "\r\nHello\r\n", "notice: text after it"},
        {"quarantined, text first", quarantined_header() + "Hello\r\n\r\n" + notice, "notice: text before"},
        {"quarantined, no notice", quarantined_header(), "notice: a quarantined mail without one"},
    });
}

TEST_CASE("what the header says of the notice is what the reader sees: a line above the text, or the notice itself") {
    const std::string head =
        "=== Notice from the mail sanitizer: attachments removed: 12 (see the end of this mail) ===\r\n";
    const std::string other =
        "=== Notice from the mail sanitizer: something was removed (see the end of this mail) ===\r\n";
    const std::string text = "Hello\r\n\r\n";
    const auto with_level = [&](std::string_view level, const std::string& body) {
        return with_replaced(raw_header(ascii_mail()), "notice=none", "notice=" + std::string(level)) + body;
    };
    const std::string& notice = english_notice;
    for (const std::string& line : {head, other})
        CHECK(gate_words(with_level("removed", line + "\r\n" + text + notice)) == "");
    CHECK(gate_words(with_level("removed", notice + "\r\n" + text)) == "");
    CHECK(gate_words(with_level("warning", notice + "\r\n" + text)) == "");
    const std::string numberless = with_replaced(head, "12", "");
    const std::string spelled = with_replaced(head, "12", "a dozen");
    check_stopped({
        {"removed, and nothing points to it", with_level("removed", text + notice), "notice: nothing points to it"},
        {"removed, and there is no notice", with_level("removed", text), "notice: there is none"},
        {"a line that points to nothing", with_level("removed", head + "\r\n" + text), "notice: there is none"},
        {"no empty line behind it", with_level("removed", head + text + notice),
         "notice: no empty line after the line"},
        {"the line twice", with_level("removed", head + "\r\n" + head + text + notice), "notice: a line poses"},
        {"the line below the text", with_level("removed", text + head + "\r\n" + notice), "notice: a line poses"},
        {"no number", with_level("removed", numberless + "\r\n" + text + notice), "notice: a line poses"},
        {"words for the number", with_level("removed", spelled + "\r\n" + text + notice), "notice: a line poses"},
        {"a line without need", with_level("none", head + "\r\n" + text + notice), "notice: a line poses"},
        {"a warning below the text", with_level("warning", text + notice), "notice: a warning below the text"},
        {"a warning that is not there", with_level("warning", text), "notice: there is none"},
    });
}

TEST_CASE("saboteurs of attachments are stopped") {
    const std::string mail = mixed_mail();
    const GatePermit permit = permit_for(extract_with_files());
    const std::string delimiter = "--mugaika-7h3k9m2p4q6r8s0t";
    const std::string last = delimiter + "--\r\n";
    GatePermit only_first = permit;
    only_first.files.pop_back();
    GatePermit first_twice = permit;
    first_twice.files[1] = first_twice.files[0];
    check_stopped({{"attachments without an order", mail, "mixed: the file"}});
    check_stopped({{"one more than permitted", mail, "mixed: the file"}}, only_first);
    check_stopped({{"another one than permitted", mail, "mixed: the file"}}, first_twice);
    const char* value = "header: a value";
    const std::string second = mail.substr(mail.find("Content-Type: application/pdf"));
    check_stopped(
        {
            {"another digest", with_replaced(mail, base64("%PDF-1.7 second"), base64("%PDF-1.7 evil!!")),
             "mixed: the file"},
            {"a file twice", with_replaced(mail, last, delimiter + "\r\n" + second), "mixed: the file"},
            {"a part in HTML", with_replaced(mail, "text/plain; charset=UTF-8", "text/html; charset=UTF-8"), value},
            {"a type not on the list", with_replaced(mail, "application/pdf", "application/hta"), value},
            {"inline", with_replaced(mail, "attachment;", "inline;"), value},
            {"a path in the name", with_replaced(mail, "filename=\"plan.pdf\"", "filename=\"../plan.pdf\""), value},
            {"a quote in the name", with_replaced(mail, "\"plan.pdf\"", "\"plan\"x.pdf\""), value},
            {"RLO in the name", with_replaced(mail, "''%E5", "''%E2%80%AE%E5"), value},
            {"line end in the name", with_replaced(mail, "''%E5", "''%0D%0A%E5"), value},
            {"needless percent", with_replaced(mail, "''%E5", "''%41%E5"), value},
            {"lower case percent", with_replaced(mail, "''%E5", "''%e5"), value},
            {"two names", with_replaced(mail, "\"plan.pdf\"", "\"plan.pdf\"; filename=\"x.exe\""), value},
            {"an RFC 2231 name without need", with_replaced(mail, "=\"plan.pdf\"", "*=UTF-8''plan.pdf"), value},
            {"cut percent", with_replaced(mail, "%B8.pdf", "%B8.pdf%4"), value},
            {"another boundary", with_replaced(mail, "boundary=\"mugaika-7", "boundary=\"mugaika-8"), value},
            {"base64 around all",
             with_replaced(mail, "Content-Transfer-Encoding: 7bit", "Content-Transfer-Encoding: base64"), value},
            {"preamble", with_replaced(mail, delimiter, "hello\r\n" + delimiter), "mixed: no delimiter"},
            {"epilogue", mail + "hello\r\n", "mixed: something after the end"},
            {"a part after the end", mail + delimiter + "\r\n", "mixed: something after the end"},
            {"no end", mail.substr(0, mail.size() - last.size()), "mixed: a part that does not end"},
            {"no file", mail.substr(0, mail.find(delimiter + "\r\nContent-Type: application")) + last,
             "mixed: no file"},
            {"a foreign delimiter", with_replaced(mail, "\r\n" + last, "\r\n--x\r\n"), "mixed: no delimiter"},
            {"an extra field", with_replaced(mail, "Content-Disposition", "Content-ID: <a@b>\r\nContent-Disposition"),
             "header: a field"},
            {"text in clear",
             with_replaced(mail, "charset=UTF-8\r\nContent-Transfer-Encoding: base64",
                           "charset=UTF-8\r\nContent-Transfer-Encoding: 7bit"),
             value},
            {"quarantined with files",
             with_replaced(mail, "verdict=clean; notice=none; hops=3;",
                           "verdict=quarantined; notice=quarantined;\r\n hops=3;"),
             "mixed: files in"},
        },
        permit);
}

TEST_CASE(
    "AC-093 AC-094 no file name crosses the gate that a file system or a program reads otherwise, in either form") {
    const std::string mail = mixed_mail();
    const GatePermit permit = permit_for(extract_with_files());
    const char* value = "header: a value";
    const auto quoted = [&](const std::string& name) {
        return with_replaced(mail, "filename=\"plan.pdf\"", "filename=\"" + name + "\"");
    };
    // In front of and behind a name that needs the RFC 2231 form.
    const auto in_front = [&](std::string_view text) {
        return with_replaced(mail, "''%E5", "''" + std::string(text) + "%E5");
    };
    const auto behind = [&](std::string_view text) {
        return with_replaced(mail, "%B8.pdf", "%B8" + std::string(text));
    };
    REQUIRE(gate_words(quoted("plans.pdf"), permit) == "");
    REQUIRE(gate_words(in_front("a"), permit) == "");
    REQUIRE(gate_words(behind("x.pdf"), permit) == "");
    for (const std::string name : {".plan.pdf", " plan.pdf", "plan.", "plan.pdf ", "", "."}) {
        INFO(name);
        check_stopped({{"quoted", quoted(name), value}}, permit);
    }
    for (const char* start :
         {".", "%20", "%2F", "%5C", "C%3A", "%2A", "%3F", "%22", "%3C", "%3E", "%7C", "%25", "%27", "..%2F"}) {
        INFO(start);
        check_stopped({{"in front", in_front(start), value}}, permit);
    }
    for (const char* end :
         {".", "%20", "%2Fx", "%5Cx", "%3Ax", "%2Ax", "%3Fx", "%22x", "%3Cx", "%3Ex", "%7Cx", "%25x", "%27x"}) {
        INFO(end);
        check_stopped({{"behind", behind(end), value}}, permit);
    }
    check_stopped({{"too long", in_front(std::string(241, 'a')), value}}, permit);
}

TEST_CASE("no address of more than 512 bytes crosses the gate, in any field") {
    const std::string mail = ascii_mail();
    const auto address_of = [](std::size_t bytes) {
        std::string made = std::string(256, 'a') + "@";
        while (made.size() < bytes) made += made.size() % 50 == 49 && made.size() + 1 < bytes ? '.' : 'b';
        return made;
    };
    // On a line of its own, as the composer folds.
    const auto author = [&](std::size_t bytes) {
        return with_replaced(mail, " <yamada@example.com>", "\r\n <" + address_of(bytes) + ">");
    };
    const auto recipient = [&](std::size_t bytes) {
        return with_replaced(mail, "To: soumu@city.example.lg.jp,", "To: " + address_of(bytes) + ",");
    };
    CHECK(gate_words(author(512)) == "");
    CHECK(gate_words(recipient(512)) == "");
    check_stopped(
        {{"the author's", author(513), "header: a value"}, {"a recipient's", recipient(513), "header: a value"}});
}

TEST_CASE("underscores in a domain and blanks in a quoted local part cross the gate, in hosts and bare they do not") {
    const std::string mail = ascii_mail();
    const auto author = [&](std::string_view address) {
        return with_replaced(mail, "<yamada@example.com>", "<" + std::string(address) + ">");
    };
    CHECK(gate_words(author("yamada@mail_server.example.com")) == "");
    CHECK(gate_words(author("\"Taro Yamada\"@example.com")) == "");
    check_stopped({{"a blank without quotes", author("Taro Yamada@example.com"), "header: a value"},
                   {"quoted comma", author("\"a,b\"@example.com"), "header: a value"},
                   {"quoted @", author("\"a@b\"@example.com"), "header: a value"},
                   {"quoted bracket", author("\"a>b\"@example.com"), "header: a value"},
                   {"blank in a domain", author("a@b c.example"), "header: a value"}});
}

TEST_CASE("the gate shares no code with what it judges") {
    const std::filesystem::path folder = std::filesystem::path(MUGAIKA_SOURCE) / "sanitizer/compose";
    const std::vector<std::string> allowed{"\"sanitizer/compose/gate.hpp\"",
                                           "\"sanitizer/compose/gate_header.hpp\"",
                                           "\"sanitizer/compose/gate_text.hpp\"",
                                           "\"sanitizer/compose/gate_link.hpp\"",
                                           "\"sanitizer/compose/gate_voice.hpp\"",
                                           "\"sanitizer/compose/gate_file.hpp\"",
                                           "\"sanitizer/compose/gate_zip.hpp\"",
                                           "\"sanitizer/compose/gate_zip_name.hpp\"",
                                           "\"policy/result.hpp\"",
                                           "\"sanitizer/mail/sanitized_mail.hpp\"",
                                           "<openssl/evp.h>"};
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (!entry.path().filename().string().starts_with("gate")) continue;
        ++files;
        std::ifstream in(entry.path());
        for (std::string text; std::getline(in, text);) {
            if (!text.starts_with("#include ")) continue;
            const std::string target = text.substr(9);
            const bool is_standard = target.find('/') == std::string::npos && target.front() == '<';
            INFO(entry.path() << ": " << text);
            CHECK((is_standard || std::find(allowed.begin(), allowed.end(), target) != allowed.end()));
        }
    }
    CHECK(files == 16);
}
