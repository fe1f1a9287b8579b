// A next hop that takes fewer recipients a mail than it has.
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "tests/support/fake_next_hop.hpp"
#include "tests/support/outbound_bench.hpp"

using namespace mugaika;
using namespace mugaika::test;
using Then = FakeAnswer::Then;

namespace {

using Bench = OutboundBench;

}  // namespace

TEST_CASE("recipients who are too many for one mail get it in further transactions, each once") {
    const FakeAnswer too_many = GENERATE(as<FakeAnswer>(),
                                         "452 4.5.3 Error: too many recipients\r\n",                // Postfix
                                         "451 4.5.3 Too many recipients: Too many recipients\r\n",  // OpenSMTPD
                                         "452 too many recipients\r\n",                             // Exim
                                         "552 too many recipients\r\n",  // Exim with recipients_max_reject
                                         "452 full\r\n");                // RFC 5321 without enhanced codes
    const std::string ehlo = GENERATE("250-fake\r\n250 PIPELINING\r\n", "250 fake\r\n");
    CAPTURE(too_many.bytes, ehlo);
    Bench bench;
    FakeScript script = script_with({{"EHLO", {ehlo}}});
    script.recipients_max = 50;
    script.too_many = too_many;
    bench.hop.scripts = {script};
    std::vector<std::string> recipients;
    for (int i = 0; i < 130; ++i) recipients.push_back("r" + std::to_string(i) + "@example.jp");
    const GatedMail mail = plain_mail();
    const Delivery delivery = bench.deliver(mail, recipients);
    CHECK(delivery.delivered);
    CHECK(delivery.outcome == nullptr);
    CHECK(delivery.reply.code == 250);
    REQUIRE(delivery.taken.size() == recipients.size());
    for (std::size_t i = 0; i < recipients.size(); ++i) CHECK(delivery.taken[i] == i);
    CHECK(bench.hop.mails.size() == 3);
    CHECK(bench.hop.connections == 1);
}

TEST_CASE("those who were taken are told from the rest when a further transaction fails") {
    struct Row {
        std::map<std::string, std::vector<FakeAnswer>> answers;
        Failure failure;
        int code;
    };
    const Row row = GENERATE(values<Row>({
        {{{"MAIL", {"250 ok\r\n", "451 4.3.0 later\r\n"}}}, Failure::refused_for_now, 451},
        {{{"MAIL", {"250 ok\r\n", "550 5.1.7 no\r\n"}}}, Failure::refused, 550},
        {{{"RCPT", {"250 ok\r\n", "250 ok\r\n", "550 5.1.1 gone\r\n"}}}, Failure::mixed_answers, 451},
        {{{".", {"250 ok\r\n", "554 5.6.0 no\r\n"}}}, Failure::refused, 554},
        {{{".", {"250 ok\r\n", {"", Then::hang_up}}}}, Failure::disconnected, 451},  // AC-245
    }));
    Bench bench;
    FakeScript script = script_with(row.answers);
    script.recipients_max = 2;
    bench.hop.scripts = {script, script_with({{"MAIL", {"451 4.3.0 later\r\n"}}})};
    const GatedMail mail = plain_mail();
    const Delivery delivery = bench.deliver(mail, {"b@example.jp", "c@example.jp", "d@example.jp", "e@example.jp"});
    CHECK_FALSE(delivery.delivered);
    CHECK(delivery.taken == std::vector<std::size_t>{0, 1});
    REQUIRE(delivery.outcome != nullptr);
    CHECK(delivery.outcome->failure == row.failure);
    CHECK(delivery.reply.code == row.code);
    CHECK_FALSE(delivery.why.empty());
}

TEST_CASE("a mail of which the first recipient is too many already is not sent") {
    Bench bench;
    bench.hop.scripts = {script_with({{"RCPT", {"452 4.5.3 too many recipients\r\n"}}})};
    const GatedMail mail = plain_mail();
    const Delivery delivery = bench.deliver(mail, {"b@example.jp", "c@example.jp"});
    CHECK_FALSE(delivery.delivered);
    CHECK(delivery.taken.empty());
    CHECK(delivery.reply.code == 451);
    CHECK(bench.hop.mails.empty());
}
