#include <catch2/catch.hpp>

#include "tests/unit/sanitizer/sandboxed/finding_names.hpp"

#include "sanitizer/sandboxed/header/header_facts.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;
using Names = std::vector<std::string>;

namespace {

struct Read {
    HeaderFacts facts;
    std::vector<Reason> notes;
};

// A From, a Date and these fields.
Read read(const std::string& fields, const std::vector<std::string>& believed_ids = {}) {
    const std::string mail = fields + "\r\n\r\nbody";
    const MailStructure structure = read_structure(mail, BudgetLimits{}, 0);
    Read result;
    result.facts = read_header_facts(structure.entities.at(0).fields, BudgetLimits{}, result.notes, believed_ids);
    return result;
}

const std::string basic = "From: A <a@b.example>\r\nDate: Mon, 1 Jan 2024 09:00:00 +0900\r\n";

}  // namespace

TEST_CASE("an ordinary header gives its facts and no notes") {
    const Read r =
        read(basic +
             "Sender: s@b.example\r\nReply-To: r@b.example\r\nTo: =?utf-8?B?6KaL?= <t@c.example>, u@c.example\r\n"
             "Cc: v@c.example\r\nSubject: =?ISO-2022-JP?B?GyRCOCsbKEI=?=\r\nMessage-ID: <id@b.example>\r\n"
             "In-Reply-To: <p@c.example>\r\nReferences: <o@c.example>\r\n <p@c.example>\r\n"
             "Auto-Submitted: auto-replied (vacation)\r\nX-Priority: 1 (Highest)\r\n"
             "List-Id: =?utf-8?B?6KaL?= <list.b.example>\r\n"
             "Received: from last.example by x\r\nReceived: from first.example (helo) by y");
    CHECK(names_of(r.notes).empty());
    REQUIRE(r.facts.from.size() == 1);
    CHECK(r.facts.from[0].name.str() == "A");
    CHECK(r.facts.sender.at(0).address.text() == "s@b.example");
    CHECK(r.facts.reply_to.at(0).address.text() == "r@b.example");
    CHECK(r.facts.to.size() == 2);
    CHECK(r.facts.to.at(0).name.str() == "見");
    CHECK(r.facts.cc.size() == 1);
    CHECK(r.facts.subject.str() == "見");
    CHECK(r.facts.date->unix_seconds == 1704067200);
    CHECK(r.facts.message_id == "id@b.example");
    CHECK(r.facts.in_reply_to == Names{"p@c.example"});
    CHECK(r.facts.references == Names{"o@c.example", "p@c.example"});
    CHECK(r.facts.auto_submitted == AutoSubmitted::auto_replied);
    CHECK(r.facts.importance == Importance::high);
    CHECK(r.facts.list_id == "list.b.example");
    CHECK(r.facts.list_name.str() == "見");
    CHECK(r.facts.received_count == 2);
    CHECK(r.facts.first_hop.str() == "first.example");
}

TEST_CASE("AC-101 several From fields are said, however they are spaced or folded") {
    for (const std::string second :
         {"From: evil@x.example", "From : evil@x.example", "FROM:\r\n evil@x.example", "from\r\n : evil@x.example"}) {
        CAPTURE(second);
        const Read r = read(basic + second);
        CHECK(r.facts.from.size() == 2);
        CHECK(r.facts.from.at(0).address.text() == "a@b.example");
        CHECK(has(r.notes, Reason::several_from));
    }
    const Read same = read(basic + "From: A <a@b.example>");
    CHECK(names_of(same.notes) == Names{"duplicate_field"});
}

TEST_CASE("AC-101 a leading space makes a From no field") {
    const Read r = read(" From: evil@x.example\r\n" + basic);
    CHECK(r.facts.from.size() == 1);
    CHECK(r.facts.from.at(0).address.text() == "a@b.example");
}

TEST_CASE("AC-102 AC-103 several mailboxes are said, and a From without a valid address is shown as text") {
    CHECK(has(read("From: a@b.example, c@d.example").notes, Reason::several_from));
    CHECK(has(read("From: G: a@b.example, c@d.example;").notes, Reason::several_from));
    const Read null = read("From: <>");
    CHECK(null.facts.from.empty());
    CHECK(has(null.notes, Reason::bad_from));
    const Read word = read("From: =?utf-8?B?6KaL?= MAILER-DAEMON");
    CHECK(word.facts.from_text.str() == "見 MAILER-DAEMON");
    CHECK(has(word.notes, Reason::bad_from));
    const Read missing = read("Subject: x");
    CHECK(missing.facts.from.empty());
    CHECK(has(missing.notes, Reason::bad_from));
    CHECK(has(read("From: <a@b.example> <evil@x.example>").notes, Reason::bad_from));
}

TEST_CASE("a delivery report's own author is no bad author, everybody else without an address is") {
    for (const std::string from :
         {"MAILER-DAEMON", "<MAILER-DAEMON>", "Mail Delivery Subsystem <MAILER-DAEMON>", "MAILER-DAEMON <>",
          "\"Mail Delivery System\" <mailer-daemon>", "Postmaster", "=?utf-8?B?6YCB5L+h?= <MAILER-DAEMON>"}) {
        CAPTURE(from);
        const Read r = read("From: " + from + "\r\nDate: Mon, 1 Jan 2024 09:00:00 +0900");
        CHECK(r.facts.from.empty());
        CHECK_FALSE(r.facts.from_text.empty());
        CHECK_FALSE(has(r.notes, Reason::bad_from));
    }
    for (const std::string from :
         {"", "<>", "Boss", "Boss <>", "boss@city.example <MAILER-DAEMON>", "<boss>", "MAILER-DAEMON <boss>",
          "<MAILER-DAEMON> <boss@city.example", "Boss MAILER-DAEMON", "<MAILER-DAEMON>x"}) {
        CAPTURE(from);
        CHECK(has(read("From: " + from).notes, Reason::bad_from));
    }
}

TEST_CASE("a Reply-To never vanishes in silence") {
    const auto said = [](const std::string& value) {
        return has(read(basic + "Reply-To: " + value).notes, Reason::bad_reply_to);
    };
    const std::string long_local(200, 't');
    for (const std::string& good :
         {long_local + "@desk.example", std::string("a@b_c.example"), std::string("\"Taro Yamada\"@b.example"),
          std::string("a . b@c.example"), std::string(""), std::string("<>"), std::string("nobody")}) {
        CAPTURE(good);
        CHECK_FALSE(said(good));
    }
    for (const std::string bad : {"a b@c.example", "\"a@b\"@c.example", "\"a(b)\"@c.example", "用户@example.com",
                                  "a@b@c.example", "x@y.example, <a@b"}) {
        CAPTURE(bad);
        CHECK(said(bad));
    }
    CHECK(read(basic + "Reply-To: " + long_local + "@desk.example").facts.reply_to.size() == 1);
    CHECK_FALSE(has(read(basic + "To: a b@c.example").notes, Reason::bad_reply_to));
}

TEST_CASE("AC-104 Sender and Reply-To stay what they are, Resent fields are not read") {
    const Read r = read(basic + "Sender: s@x.example, t@x.example\r\nResent-From: z@x.example");
    CHECK(r.facts.from.size() == 1);
    CHECK(r.facts.sender.size() == 1);
    CHECK(has(r.notes, Reason::bad_address));
}

TEST_CASE("AC-105 a name that shows another address is said") {
    CHECK(has(read("From: \"boss@city.example\" <evil@x.example>").notes, Reason::display_name_lies));
    CHECK_FALSE(has(read(basic).notes, Reason::display_name_lies));
}

TEST_CASE("AC-107 fields that claim trust are noted") {
    for (const std::string name : {"Authentication-Results", "X-Mugaika-Verdict", "received-spf"}) {
        CAPTURE(name);
        CHECK(names_of(read(basic + name + ": pass").notes) == Names{"trust_header_dropped"});
    }
}

TEST_CASE("AC-107 only the topmost word of who is believed counts, and every other claim is dropped and said") {
    const std::string theirs = "Authentication-Results: mx.upstream.example; spf=pass; dkim=fail\r\n";
    const std::string forged = "Authentication-Results: mx.upstream.example; spf=pass; dkim=pass\r\n";
    const std::string other = "Authentication-Results: elsewhere.example; dmarc=pass\r\n";
    const Read believed = read(theirs + forged + basic + "To: a@b.example", {"mx.upstream.example"});
    CHECK(believed.facts.authentication.by == "mx.upstream.example");
    CHECK(believed.facts.authentication.results ==
          std::array{AuthResult::pass, AuthResult::fail, AuthResult::not_said, AuthResult::not_said});
    CHECK(names_of(believed.notes).empty());
    const Read mixed = read(other + theirs + basic + "Received-SPF: pass", {"mx.upstream.example"});
    CHECK(mixed.facts.authentication.results[1] == AuthResult::fail);
    CHECK(names_of(mixed.notes) == Names{"trust_header_dropped"});
    const Read nobody = read(theirs + basic + "To: a@b.example");
    CHECK_FALSE(nobody.facts.authentication.said());
    CHECK(nobody.facts.authentication.by.empty());
    CHECK(names_of(nobody.notes) == Names{"trust_header_dropped"});
}

TEST_CASE("AC-108 of doubled fields the first counts, recipients are put together") {
    const Read r = read(basic +
                        "Subject: one\r\nSubject: two\r\nDate: x\r\nMessage-ID: <a@b>\r\nMessage-ID: <c@d>\r\n"
                        "To: t@c.example\r\nTo: u@c.example");
    CHECK(names_of(r.notes) == Names{"duplicate_field"});
    CHECK(r.facts.subject.str() == "one");
    CHECK(r.facts.date->unix_seconds == 1704067200);
    CHECK(r.facts.message_id == "a@b");
    CHECK(r.facts.to.size() == 2);
}

TEST_CASE("AC-112 AC-113 AC-118 AC-233 what is not on the list does not cross and costs no word") {
    const Read r =
        read(basic +
             "Disposition-Notification-To: a@b.example\r\nReturn-Receipt-To: a@b.example\r\n"
             "X-Confirm-Reading-To: a@b.example\r\nList-Unsubscribe: <javascript:x>\r\nContent-Base: http://x\r\n"
             "X-MS-Exchange-Foo: bar\r\nX-Spam-Status: No\r\nDKIM-Signature: v=1\r\nARC-Seal: i=1");
    CHECK(names_of(r.notes).empty());
}

TEST_CASE("AC-114 a Message-ID crosses only when it is strict") {
    for (const std::string id : {"<script>alert(1)</script>", "no brackets", "<a b@c>", "<>", "<a@b> <c@d>"}) {
        CAPTURE(id);
        const Read r = read(basic + "Message-ID: " + id);
        CHECK(r.facts.message_id.empty());
        CHECK(has(r.notes, Reason::bad_message_id));
    }
    CHECK(read(basic + "Message-ID: <" + std::string(10'000, 'a') + "@b>").facts.message_id.empty());
    CHECK(names_of(read(basic).notes).empty());
}

TEST_CASE("AC-115 a date that cannot be is left out and noted") {
    for (const std::string date :
         {"Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n", "Date: 1 Jan 2100 00:00:00 +0000\r\n", ""}) {
        const Read r = read("From: a@b.example\r\n" + date + "Subject: x");
        CHECK_FALSE(r.facts.date);
        CHECK(names_of(r.notes) == Names{"bad_date"});
    }
}

TEST_CASE("AC-116 punycode stays as it is") {
    CHECK(read("From: a@xn--wgv71a119e.example").facts.from.at(0).address.domain() == "xn--wgv71a119e.example");
}

TEST_CASE("AC-117 references are bounded") {
    std::string chain = "References:";
    for (int i = 0; i < 3000; ++i) chain += "\r\n <" + std::to_string(i) + "@x.example>";
    const Read r = read(basic + chain);
    CHECK(r.facts.references.size() == BudgetLimits{}.references_max);
    CHECK(r.facts.references.back() == "2999@x.example");
}

TEST_CASE("importance and automatic mail are read from what mailers write") {
    CHECK(read(basic + "Importance: Low").facts.importance == Importance::low);
    CHECK(read(basic + "Priority: urgent").facts.importance == Importance::high);
    CHECK(read(basic + "X-MSMail-Priority: Normal").facts.importance == Importance::normal);
    CHECK(read(basic + "Importance: <script>").facts.importance == Importance::none);
    CHECK(read(basic + "Auto-Submitted: no").facts.auto_submitted == AutoSubmitted::no);
    CHECK(read(basic + "Auto-Submitted: auto-generated; owner=x").facts.auto_submitted ==
          AutoSubmitted::auto_generated);
}

TEST_CASE("a list id crosses only when it is strict") {
    CHECK(read(basic + "List-Id: <a b.example>").facts.list_id.empty());
    CHECK(read(basic + "List-Id: a.example").facts.list_id.empty());
    CHECK(read(basic + "List-Id: \"My list\" <my.list.example>").facts.list_name.str() == "My list");
}

TEST_CASE("the oldest hop is a short word without anything that could act") {
    CHECK(read(basic + "Received: from " + std::string(5000, 'h') + " by x").facts.first_hop.str().size() == 100);
    CHECK(read(basic + "Received: by x with SMTP").facts.first_hop.empty());
    CHECK(read(basic + "Received: from a\x1b[31m by x").facts.first_hop.str().find('\x1b') == std::string::npos);
}
