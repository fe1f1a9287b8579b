// The mail of our own in which opened files go the road of received ones.
#include "sanitizer/compose/follow_up.hpp"

#include <catch2/catch.hpp>

#include "mail_reading.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

const FollowUp about{{1794183000, 540}, "order.item@mx.city.example.lg.jp", "77@example.com"};

HeaderFacts first_mail() { return example_extract().header; }

}  // namespace

TEST_CASE("a follow-up has the first mail's author, recipients and Subject, and answers it") {
    HeaderFacts header = first_mail();
    header.references = {"76@example.com", "not an id"};
    const std::string mail = follow_up_mail(header, about, {{"a.zip", "PK"}});
    CHECK(contains(mail, "\r\nIn-Reply-To: <77@example.com>\r\nReferences: <76@example.com> <77@example.com>\r\n"));
    CHECK(contains(mail, "\r\nMessage-ID: <order.item@mx.city.example.lg.jp>\r\n"));
    CHECK(contains(mail, "\r\nDate: Mon, 09 Nov 2026 09:10:00 +0900\r\n"));
    CHECK(mail == follow_up_mail(header, about, {{"a.zip", "PK"}}));
    const std::string delivered = composed(example_extract(), clean, example_facts());
    for (const std::string name : {"From", "To", "Subject"}) CHECK(field(mail, name) == field(delivered, name));
}

TEST_CASE("whatever a file is called and holds, its part is one part and its lines are ours") {
    const std::string hostile = "--mugaika-follow-up--\r\nBcc: x@evil.example\r\n";
    const std::string mail =
        follow_up_mail(first_mail(), about,
                       {{"b/c/\xe8\xa6\x8b\xe7\xa9\x8d.xlsx", hostile}, {"", ""}, {"a\r\nBcc: x@evil.example", "z"}});
    CHECK(count(mail, "\r\n--mugaika-follow-up\r\n") == 3);
    CHECK(count(mail, "--mugaika-follow-up--") == 1);
    CHECK_FALSE(contains(mail, "Bcc:"));
    CHECK(contains(mail, "filename*=UTF-8''%E8%A6%8B%E7%A9%8D.xlsx"));
    CHECK(contains(mail, "filename=\"file.bin\""));
    for (std::size_t at = 0; (at = mail.find('\n', at)) != std::string::npos; ++at) CHECK(mail[at - 1] == '\r');
}

TEST_CASE("a first mail without author, recipients or Subject has a follow-up all the same") {
    const std::string mail = follow_up_mail(HeaderFacts(), about, {{"a.pdf", "%PDF"}});
    CHECK(mail.starts_with("Date: "));
    CHECK(contains(mail, "In-Reply-To: <77@example.com>"));
}

TEST_CASE("a follow-up answers the Message-ID under which the first mail was delivered") {
    HeaderFacts header = first_mail();
    const ComposeFacts facts = example_facts();
    for (const std::string id : {"77@example.com", "not an id", ""}) {
        INFO(id);
        header.message_id = id;
        Extract extract = example_extract();
        extract.header = header;
        const std::string delivered = field(composed(extract, clean, facts), "Message-ID");
        CHECK(delivered == "<" + delivered_message_id(header, facts.id, facts.hostname) + ">");
    }
}
