#include "sanitizer/compose/composer.hpp"

#include <catch2/catch.hpp>

#include "mail_reading.hpp"
#include "sanitizer/mail/written_size.hpp"
#include "tests/support/made_checked_file.hpp"
#include "tests/support/sample_files.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

std::string with_header(void (*change)(HeaderFacts&)) {
    Extract extract = example_extract();
    change(extract.header);
    std::string mail = composed(extract, clean, example_facts());
    REQUIRE(gate_words(mail) == "");
    return mail;
}

SafeFile file(std::string_view name, std::string_view type, std::string bytes) {
    SafeFile safe;
    safe.path = "2";
    safe.name = line(name);
    safe.type = std::string(type);
    safe.bytes = std::move(bytes);
    return safe;
}

std::string with_file(const SafeFile& safe) {
    Extract extract = example_extract();
    extract.files = {safe};
    std::string mail = composed(extract, clean, example_facts());
    REQUIRE(gate_words(mail, permit_for(extract)) == "");
    return mail;
}

std::string with_text(std::string_view utf8) {
    Extract extract = example_extract();
    extract.texts = {body(utf8)};
    std::string mail = composed(extract, clean, example_facts());
    REQUIRE(gate_words(mail) == "");
    return mail;
}

}  // namespace

TEST_CASE("equal input gives equal bytes") {
    CHECK(composed(example_extract(), clean, example_facts()) == composed(example_extract(), clean, example_facts()));
}

TEST_CASE("a plain mail is composed as the golden one") {
    Extract extract = example_extract();
    extract.header.subject = line("Meeting");
    extract.header.from = {mailbox("Yamada", "yamada@example.com")};
    extract.header.references = {"a@example.com", "b@example.com"};
    extract.header.importance = Importance::high;
    extract.texts = {body("Hello,\n.\n\tsee you\n")};
    CHECK(composed(extract, clean, example_facts()) ==
          "Received: from mail.example.com ([192.0.2.1]) by mx.city.example.lg.jp with\r\n"
          " ESMTP id 7h3k9m2p4q6r8s0t; Thu, 05 Nov 2026 10:11:12 +0900\r\n"
          "X-Mugaika: id=7h3k9m2p4q6r8s0t; verdict=clean; notice=none; hops=3;\r\n"
          " first-hop=\"pc1.example.com\"\r\n"
          "From: \"Yamada\" <yamada@example.com>\r\n"
          "To: soumu@city.example.lg.jp,\r\n"
          " \"Suzuki, Hanako\" <suzuki@city.example.lg.jp>\r\n"
          "Subject: Meeting\r\n"
          "Date: Thu, 05 Nov 2026 09:53:20 +0900\r\n"
          "Message-ID: <20261105.1@example.com>\r\n"
          "References: <a@example.com> <b@example.com>\r\n"
          "Importance: high\r\n"
          "MIME-Version: 1.0\r\n"
          "Content-Type: text/plain; charset=UTF-8\r\n"
          "Content-Transfer-Encoding: 7bit\r\n"
          "\r\n"
          "Hello,\r\n.\r\n\tsee you\r\n");
}

// --- the SMTP side

TEST_CASE("AC-014 dot lines stay single: stuffing is the transport's") {
    CHECK(shown_text(with_text("a\n.\n..\n.b\n")) == "a\n.\n..\n.b\n");
}

TEST_CASE("AC-015 AC-018 whatever the text, the output has only CRLF line ends") {
    for (const char* utf8 : {"a\n\n.\nMAIL FROM:<x@y>\n", "漢字\n.\n", "no end", ""}) {
        const std::string mail = with_text(utf8);
        CHECK(count(mail, "\n") == count(mail, "\r\n"));
        CHECK(count(mail, "\r") == count(mail, "\r\n"));
    }
}

TEST_CASE("the encoding is 7bit for short ASCII lines and base64 for all else") {
    const auto encoding = [](std::string_view utf8) { return field(with_text(utf8), "Content-Transfer-Encoding"); };
    CHECK(encoding("hello\n") == "7bit");
    CHECK(encoding(std::string(998, 'a')) == "7bit");
    CHECK(encoding(std::string(999, 'a')) == "base64");
    CHECK(encoding("é") == "base64");
    CHECK(encoding("") == "7bit");
}

// --- file names

TEST_CASE("AC-097 a file name cannot leave its parameter") {
    for (const char* name :
         {"a\";\tx=\"b.pdf", "a;b.pdf", "a\\b.pdf", "../../etc/passwd", ".htaccess", "a.", "=?x?=.pdf", "%41.pdf",
          "a'b''c.pdf", "見積書\".pdf", "契約 書.pdf", "  ", "CON", "\"", "a b+c(1).pdf"}) {
        const auto checked = PlainLine::from(name);
        if (!checked) continue;  // cannot even be named
        const std::string mail = with_file(file(name, "application/pdf", "%PDF"));
        INFO(mail);
        CHECK(count(mail, "\r\nContent-Disposition: ") == 1);
    }
    CHECK(contains(with_file(file("plan 1.pdf", "application/pdf", "x")), "attachment; filename=\"plan 1.pdf\"\r\n"));
    CHECK(
        contains(with_file(file("表.pdf", "application/pdf", "x")), "attachment; filename*=UTF-8''%E8%A1%A8.pdf\r\n"));
}

TEST_CASE("a very long file name is cut between characters and keeps its extension") {
    std::string name;
    for (int i = 0; i < 200; ++i) name += "御";
    const std::string mail = with_file(file(name + ".docx", "application/zip", "x"));
    CHECK(contains(mail, "%E5%BE%A1%E2%80%A6.docx\r\n"));  // 御….docx: it shows that it was longer
}

TEST_CASE("a type that is not on our list becomes octet-stream") {
    CHECK(contains(with_file(file("a.pdf", "application/pdf", "x")), "Content-Type: application/pdf\r\n"));
    for (const char* type : {"application/msword", "application/vnd.ms-excel", "application/zip", "image/tiff",
                             "application/vnd.ms-excel.sheet.macroEnabled.12",
                             "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                             "application/vnd.oasis.opendocument.text", "application/x-js-taro"}) {
        CHECK(contains(with_file(file("a.x", type, "x")), "Content-Type: " + std::string(type) + "\r\n"));
    }
    // A text would be shown by mail programs as if it were ours.
    for (const char* type : {"text/html", "text/plain", "text/csv", "image/svg+xml", "application/x-msdownload", "",
                             "application/pdf; x=y", "a\r\nb: c"}) {
        CHECK(contains(with_file(file("a.pdf", type, "x")), "Content-Type: application/octet-stream\r\n"));
    }
}

TEST_CASE("originals by order, rebuilt files and packed ones are attached as their parts stand in the mail") {
    Extract extract = example_extract();
    for (const char* path : {"1", "2", "3", "3/1", "4", "5"}) {
        extract.parts.emplace_back();
        extract.parts.back().facts.path = path;
    }
    const auto png = [](const std::string& path, const std::string& name) {
        return made_rebuilt_file(path, name, SafeKind::png, sample_of(SafeKind::png));
    };
    const auto pack = [&](const std::string& path, const std::string& name) {
        std::vector<RebuiltFile> members;
        members.push_back(png(path + "/1", "member.png"));
        return PackedFile::from(path, line(name), std::move(members)).value();
    };
    extract.files = {file("b.dat", "application/octet-stream", "x")};
    extract.rebuilt = {png("5", "e.png"), png("3", "c.png")};
    extract.packed = {pack("4", "d.zip"), pack("1", "a.zip")};
    const std::string mail = composed(extract, clean, example_facts());
    CHECK(gate_words(mail, permit_for(extract)) == "");
    std::string order;
    for (const char* name : {"a.zip", "b.dat", "c.png", "d.zip", "e.png"}) {
        const std::size_t at = mail.find("filename=\"" + std::string(name) + "\"");
        REQUIRE(at != std::string::npos);
        if (!order.empty()) CHECK(mail.find("filename=\"" + order + "\"") < at);
        order = name;
    }
}

TEST_CASE("files that look like our delimiter stay inside their part") {
    with_file(file("a.pdf", "application/pdf", "\r\n--mugaika-7h3k9m2p4q6r8s0t--\r\n"));
    with_file(file("a.pdf", "application/pdf", ""));
    Extract extract = example_extract();
    extract.texts.clear();
    extract.files = {file("a.pdf", "application/pdf", std::string(100000, '\xff')),
                     file("a.pdf", "application/pdf", "x"), file("a.pdf", "application/pdf", "x")};
    CHECK(gate_words(composed(extract, clean, example_facts()), permit_for(extract)) == "");
}

// --- header fields, section F of ATTACKS

TEST_CASE("AC-101 AC-102 exactly one author is written, or words of ours") {
    const auto several = with_header([](HeaderFacts& h) { h.from.push_back(mailbox("x", "evil@example.net")); });
    CHECK(field(several, "From") == "山田 太郎 <yamada@example.com>");
    const auto none = with_header([](HeaderFacts& h) { h.from.clear(); });
    CHECK(field(none, "From") == "差出人不明 <unknown-sender@mugaika.invalid>");
    const auto text_only = with_header([](HeaderFacts& h) {
        h.from.clear();
        h.from_text = line("ceo@city.lg.jp via <x>");
    });
    CHECK(field(text_only, "From") == "ceo@city.lg.jp via <x> <unknown-sender@mugaika.invalid>");
    CHECK(contains(raw_header(text_only), "From: =?UTF-8?B?"));
}

TEST_CASE("AC-103 an address is written only in a strict form, otherwise shown in the name") {
    const auto wide = with_header([](HeaderFacts& h) { h.from = {mailbox("用户", "用户@例子.jp")}; });
    CHECK(field(wide, "From") == "用户 (用户@例子.jp) <non-ascii-address@smtputf8.invalid>");
    const auto odd = with_header([](HeaderFacts& h) { h.from = {mailbox("", "\"a,b;c\"@example.com")}; });
    CHECK(field(odd, "From") == "(\"a,b;c\"@example.com) <non-ascii-address@smtputf8.invalid>");
    const auto carrier = with_header([](HeaderFacts& h) { h.from = {mailbox("", "\"taro..y.\"@docomo.example")}; });
    CHECK(field(carrier, "From") == "\"taro..y.\"@docomo.example");
    const auto blank = with_header([](HeaderFacts& h) { h.from = {mailbox("", "\"Taro Yamada\"@mail_1.example")}; });
    CHECK(field(blank, "From") == "\"Taro Yamada\"@mail_1.example");
    CHECK(gate_words(blank) == "");
    static const std::string long_local(256, 'a');
    const auto ticket =
        with_header([](HeaderFacts& h) { h.reply_to = {mailbox("窓口", long_local + "@desk.example")}; });
    CHECK(field(ticket, "Reply-To") == "窓口 <" + long_local + "@desk.example>");
    CHECK(gate_words(ticket) == "");
    const auto two_lines = with_header([](HeaderFacts& h) {
        h.reply_to = {mailbox("", "\"" + std::string(30, 'a') + " " + std::string(30, 'b') + "\"@desk.example")};
    });
    CHECK(contains(field(two_lines, "Reply-To"), "<non-ascii-address@smtputf8.invalid>"));
    CHECK(gate_words(two_lines) == "");
    const auto literal = with_header([](HeaderFacts& h) { h.from = {mailbox("", "a@[IPv6:2001:db8::1]")}; });
    CHECK(field(literal, "From") == "a@[ipv6:2001:db8::1]");
}

TEST_CASE("AC-104 Sender and Reply-To are kept as they are and never become the author") {
    const auto mail = with_header([](HeaderFacts& h) {
        h.sender = {mailbox("", "list@example.org"), mailbox("", "second@example.org")};
        h.reply_to = {mailbox("返信先", "other@example.net"), mailbox("", "b@example.net")};
    });
    CHECK(field(mail, "Sender") == "list@example.org");
    CHECK(field(mail, "Reply-To") == "返信先 <other@example.net>, b@example.net");
    CHECK(field(mail, "From") == "山田 太郎 <yamada@example.com>");
}

TEST_CASE("AC-105 a name that is an address stays inside an encoded word") {
    const auto mail = with_header([](HeaderFacts& h) { h.from = {mailbox("mayor@city.lg.jp", "evil@example.net")}; });
    CHECK_FALSE(contains(raw_header(mail), "mayor@"));
    CHECK(field(mail, "From") == "mayor@city.lg.jp <evil@example.net>");
}

TEST_CASE("AC-107 AC-112 AC-113 AC-118 only fields of the allow-list can be written") {
    const std::string header = raw_header(with_header([](HeaderFacts&) {}));
    for (const char* foreign : {"Authentication-Results", "X-Sanitized", "Disposition-Notification-To", "Bcc",
                                "Return-Receipt-To", "List-Unsubscribe", "Content-Location", "X-MS-", "X-Priority"}) {
        CHECK_FALSE(contains(header, foreign));
    }
    CHECK(count(header, "Received: ") == 1);
}

TEST_CASE("AC-108 every field stands once at most") {
    const std::string mail = with_header([](HeaderFacts&) {});
    for (const char* name : {"Received", "X-Mugaika", "From", "To", "Subject", "Date", "Message-ID", "MIME-Version",
                             "Content-Type", "Content-Transfer-Encoding"}) {
        CHECK(fields(mail, name).size() == 1);
    }
}

TEST_CASE("AC-106 AC-109 a value with a line end cannot be named, and one that spells a field stays a value") {
    CHECK(PlainLine::from("a\r\nBcc: x@y").has_error());
    const auto mail = with_header([](HeaderFacts& h) { h.subject = line("a Bcc: x@example.com"); });
    CHECK(field(mail, "Subject") == "a Bcc: x@example.com");
    CHECK(fields(mail, "Bcc").empty());
}

TEST_CASE("AC-114 a Message-ID is kept only if strict") {
    for (const char* bad : {"", "<script>@x", "a@b@c", "a b@c", "a@", "@b", "=?x?=@b", "a@b\r\nBcc: x", "日本@b"}) {
        Extract extract = example_extract();
        extract.header.message_id = bad;
        extract.header.references = {bad, "good@example.com", std::string(2000, 'a') + "@b"};
        extract.header.in_reply_to = {bad};
        const std::string mail = composed(extract, clean, example_facts());
        CHECK(gate_words(mail) == "");
        CHECK(field(mail, "Message-ID") == "<7h3k9m2p4q6r8s0t@mx.city.example.lg.jp>");
        CHECK(field(mail, "References") == "<good@example.com>");
        CHECK(fields(mail, "In-Reply-To").empty());
    }
    const auto odd = with_header([](HeaderFacts& h) { h.message_id = "..a=b$c..@[192.0.2.1]"; });
    CHECK(field(odd, "Message-ID") == "<..a=b$c..@[192.0.2.1]>");
}

TEST_CASE("AC-115 a Date that cannot be is replaced by the time of receipt") {
    const auto none = with_header([](HeaderFacts& h) { h.date.reset(); });
    CHECK(field(none, "Date") == "Thu, 05 Nov 2026 10:11:12 +0900");
    const auto mad = with_header([](HeaderFacts& h) { h.date = DateFact{INT64_MAX, 5000}; });
    CHECK(field(mad, "Date") == "Thu, 05 Nov 2026 10:11:12 +0900");
    const auto far = with_header([](HeaderFacts& h) { h.date = DateFact{4102444800, -720}; });
    CHECK(field(far, "Date") == "Thu, 31 Dec 2099 12:00:00 -1200");
}

TEST_CASE("AC-116 punycode is shown as it is") {
    const auto mail = with_header([](HeaderFacts& h) { h.from = {mailbox("", "a@xn--r8jz45g.jp")}; });
    CHECK(field(mail, "From") == "a@xn--r8jz45g.jp");
}

TEST_CASE("AC-117 long lists are folded") {
    Extract extract = example_extract();
    extract.header.to.assign(2000, mailbox("", "someone@city.example.lg.jp"));
    extract.header.references.assign(1000, std::string(100, 'r') + "@example.com");
    const std::string mail = composed(extract, clean, example_facts());
    CHECK(gate_words(mail) == "");
    CHECK(count(mail, "\r\n someone@city.example.lg.jp") == 1999);
    std::size_t longest = 0;
    for (std::size_t at = 0; at < mail.size(); at = mail.find("\r\n", at) + 2) {
        longest = std::max(longest, mail.find("\r\n", at) - at);
    }
    CHECK(longest <= 126);  // "References: " and one id
}

TEST_CASE("a mail without recipients in its header says so") {
    const auto mail = with_header([](HeaderFacts& h) { h.to.clear(); });
    CHECK(field(mail, "To") == "undisclosed-recipients:;");
}

TEST_CASE("AC-107 a believed upstream's word is one line of ours, and nothing is written when it said nothing") {
    const auto told = with_header([](HeaderFacts& h) {
        h.authentication = {"mx.upstream.example",
                            {AuthResult::pass, AuthResult::not_said, AuthResult::temperror, AuthResult::fail}};
    });
    CHECK(field(told, "X-Mugaika-Authentication") == "by=mx.upstream.example; spf=pass; dmarc=temperror; arc=fail");
    const auto silent = with_header([](HeaderFacts& h) { h.authentication.by = "mx.upstream.example"; });
    CHECK(fields(silent, "X-Mugaika-Authentication").empty());
    const auto odd = with_header([](HeaderFacts& h) { h.authentication = {"mx\r\nBcc: x", {AuthResult::pass}}; });
    CHECK(fields(odd, "X-Mugaika-Authentication").empty());
}

TEST_CASE("the remaining fields of the allow-list are written when they are given") {
    const auto mail = with_header([](HeaderFacts& h) {
        h.cc = {mailbox("", "cc@example.com")};
        h.in_reply_to = {"r@example.com"};
        h.auto_submitted = AutoSubmitted::auto_replied;
        h.list_id = "news.example.com";
        h.list_name = line("お知らせ一覧");
        h.importance = Importance::low;
    });
    CHECK(field(mail, "Cc") == "cc@example.com");
    CHECK(field(mail, "In-Reply-To") == "<r@example.com>");
    CHECK(field(mail, "Auto-Submitted") == "auto-replied");
    CHECK(field(mail, "List-Id") == "お知らせ一覧 <news.example.com>");
    CHECK(field(mail, "Importance") == "low");
    const auto bare = with_header([](HeaderFacts& h) {
        h.list_id = "bad list";
        h.subject = line("  ");
    });
    CHECK(fields(bare, "List-Id").empty());
    CHECK(fields(bare, "Subject").empty());
}

TEST_CASE("Received tells where the mail came from as far as that can be told safely") {
    const auto received = [](std::string_view helo, std::string_view client, std::string_view protocol) {
        ComposeFacts facts = example_facts();
        facts.client_helo = line(helo);
        facts.client_address = client;
        facts.protocol = protocol;
        const std::string mail = composed(example_extract(), clean, facts);
        REQUIRE(gate_words(mail) == "");
        const std::string value = field(mail, "Received");
        return value.substr(0, value.find(" id "));
    };
    CHECK(received("a.example", "192.0.2.1", "ESMTP") ==
          "from a.example ([192.0.2.1]) by mx.city.example.lg.jp with ESMTP");
    CHECK(received("[192.0.2.1]", "fe80::1%eth0", "UTF8SMTP") ==
          "from [192.0.2.1] ([IPv6:fe80::1]) by mx.city.example.lg.jp with UTF8SMTP");
    CHECK(received("evil (by mx) 日本", "192.0.2.1", "") == "from unknown ([192.0.2.1]) by mx.city.example.lg.jp");
    CHECK(received("a.example", "", "") == "by mx.city.example.lg.jp");
    CHECK(received("a.example", "not an address", "SMTP") == "by mx.city.example.lg.jp with SMTP");
}

TEST_CASE("our own field carries hops and the first hop, made harmless") {
    const auto mail = with_header([](HeaderFacts& h) { h.first_hop = line("pc\"; x=日本"); });
    CHECK(field(mail, "X-Mugaika") ==
          "id=7h3k9m2p4q6r8s0t; verdict=clean; notice=none; hops=3; first-hop=\"pc???x???????\"");
    const auto none = with_header([](HeaderFacts& h) { h.first_hop = PlainLine(); });
    CHECK(field(none, "X-Mugaika") == "id=7h3k9m2p4q6r8s0t; verdict=clean; notice=none; hops=3");
}

// --- the body

TEST_CASE("texts stand in order: body, attached texts, attached mails quoted under their summary") {
    Extract extract = example_extract();
    TextBlock attached = body("一、二\n");
    attached.role = TextRole::attached;
    attached.title = line("議事録.txt");
    TextBlock quoted = body("元の本文\n\n署名\n");
    quoted.role = TextRole::quoted;
    quoted.quote_depth = 1;
    quoted.summary = {{"Subject", line("元の件名")}, {"From", line("佐藤")}, {"X-Evil", line("x")}, {"Date", line("")}};
    TextBlock inner = attached;
    inner.quote_depth = 2;
    extract.texts = {quoted, inner, attached, body("本文\n")};
    const std::string mail = composed(extract, clean, example_facts());
    CHECK(gate_words(mail) == "");
    CHECK(shown_text(mail) ==
          "本文\n\n［添付テキスト：議事録.txt］\n一、二\n\n"
          "> ［添付メール］\n> 件名：元の件名\n> 差出人：佐藤\n> \n> 元の本文\n> \n> 署名\n\n"
          "> > ［添付テキスト：議事録.txt］\n> > 一、二\n");
}

TEST_CASE("AC-069 sentences of another form stand under a heading of their own, and are paid for with it") {
    Extract extract = example_extract();
    TextBlock added = body("12月1日　料理教室\n");
    added.title = line("HTML");
    extract.texts = {body("本文\n"), added};
    const std::string mail = composed(extract, clean, example_facts());
    CHECK(gate_words(mail) == "");
    CHECK(shown_text(mail) == "本文\n\n［別の形式の本文だけにある文：HTML］\n12月1日　料理教室\n");
    TextBlock untitled = added;
    untitled.title = PlainLine();
    const std::uint64_t heading = std::string_view("［別の形式の本文だけにある文：HTML］\n").size();
    CHECK(written_bytes(added) >= written_bytes(untitled) + heading);
}

TEST_CASE("a hostile quoting depth is bounded") {
    Extract extract = example_extract();
    extract.texts.front().role = TextRole::quoted;
    extract.texts.front().quote_depth = 0xffffffff;
    CHECK(composed(extract, clean, example_facts()).size() < 10000);
}

TEST_CASE("lines of the text stay as they are, blanks at their ends and tabs included") {
    CHECK(shown_text(with_text("a  \n\t b\n\n\n  c")) == "a  \n\t b\n\n\n  c\n");
}

TEST_CASE("a quarantined mail is its header and the notice alone") {
    Extract extract = example_extract();
    extract.files = {file("a.pdf", "application/pdf", "x")};
    const std::string mail = composed(extract, quarantined, example_facts());
    CHECK(gate_words(mail) == "");
    CHECK_FALSE(contains(shown_text(mail), "会議は十日"));
    CHECK(field(mail, "Subject") == "会議のご案内");
    CHECK(field(mail, "Content-Type") == "text/plain; charset=UTF-8");
}

TEST_CASE("a mail without an extract has an author, a subject and an id of ours") {
    for (Language language : {Language::ja, Language::en}) {
        ComposeFacts facts = example_facts();
        facts.language = language;
        const auto made = Composer::compose_without_extract({MailVerdict::quarantined, Reason::worker_died, true, true},
                                                            facts, "evil@example.net");
        REQUIRE(made.has_value());
        const std::string mail(made->bytes());
        CHECK(gate_words(mail) == "");
        CHECK(contains(field(mail, "From"), "<unknown-sender@mugaika.invalid>"));
        CHECK(field(mail, "Auto-Submitted") == "auto-generated");
    }
}

TEST_CASE("a release has an id of its own, so that no mail store takes it for the notice it follows") {
    ReleaseOrder order;
    order.order_id = "k2j4h6";
    order.person = "佐藤";
    order.reason = "確認済み";
    order.ordered_at = std::chrono::system_clock::time_point(std::chrono::seconds(1794183000));
    ComposeFacts facts = example_facts();
    facts.order = &order;
    Extract extract = example_extract();
    extract.header.references = {"earlier@example.com"};
    const std::string mail = composed(extract, sanitized, facts);
    CHECK(gate_words(mail) == "");
    CHECK(field(mail, "Message-ID") == "<k2j4h6.7h3k9m2p4q6r8s0t@mx.city.example.lg.jp>");
    CHECK(field(mail, "References") == "<earlier@example.com> <20261105.1@example.com>");
    CHECK(contains(field(mail, "X-Mugaika"), "; order=k2j4h6"));
    // People under other rules get another content, and another id.
    facts.composition = "c3d4e5f6";
    const std::string other = composed(extract, sanitized, facts);
    CHECK(gate_words(other) == "");
    CHECK(field(other, "Message-ID") == "<k2j4h6.7h3k9m2p4q6r8s0t.c3d4e5f6@mx.city.example.lg.jp>");
    facts.order = nullptr;  // files that a password opened: the id stands in the mail that was filed
    CHECK(field(composed(extract, sanitized, facts), "Message-ID") == "<20261105.1.c3d4e5f6@example.com>");
}

TEST_CASE("facts that break their contract are a fault of ours, not a mail") {
    const auto fails = [](void (*spoil)(ComposeFacts&)) {
        ComposeFacts facts = example_facts();
        spoil(facts);
        const auto made = Composer::compose(example_extract(), clean, facts, {});
        return made.has_error() && made.error().fault() == Fault::internal;
    };
    CHECK(fails([](ComposeFacts& f) { f.id = ""; }));
    CHECK(fails([](ComposeFacts& f) { f.id = "a b"; }));
    CHECK(fails([](ComposeFacts& f) { f.hostname = "a\r\nb"; }));
    CHECK(fails([](ComposeFacts& f) { f.composition = "a>"; }));
    CHECK(fails([](ComposeFacts& f) { f.protocol = "esmtp"; }));
    CHECK(fails([](ComposeFacts& f) { f.received_at = {}; }));
    const auto refused = Composer::compose(
        example_extract(), {MailVerdict::refused, Reason::policy_refuse, true, false}, example_facts(), {});
    CHECK(refused.has_error());
}
