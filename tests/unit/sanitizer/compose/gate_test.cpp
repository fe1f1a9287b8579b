#include "sanitizer/compose/gate.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>

#include "saboteurs.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "test_places.hpp"

using namespace mugaika;
using namespace mugaika::test;

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
        {"an unlocked mail's Subject", with_replaced(mail, ": Meeting", ": [Opened with a password] Meeting"), value},
        {"an unlocked mail's Subject in Japanese", encoded_subject("【パスワード解除後のお届け】会議"), value},
        {"an unlocked mail without its Subject", with_replaced(mail, "\"\r\nFrom", "\"; unlocked=a\r\nFrom"), value},
        {"unlocked from nothing", with_replaced(mail, "\"\r\nFrom", "\"; unlocked=\r\nFrom"), value},
        {"a follow-up's Subject", with_replaced(mail, ": Meeting", ": [Delivered after sanitizing] Meeting"), value},
        {"a follow-up's Subject in Japanese", encoded_subject("【無害化後のお届け】会議"), value},
        {"a follow-up without its Subject", with_replaced(mail, "\"\r\nFrom", "\"; follows=a\r\nFrom"), value},
        {"a follow-up of nothing", with_replaced(mail, "\"\r\nFrom", "\"; follows=\r\nFrom"), value},
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
