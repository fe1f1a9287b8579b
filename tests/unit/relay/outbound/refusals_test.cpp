// What a refusal is about: which host is asked next, for whom it holds, and what it says of the connection.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/fake_next_hop.hpp"
#include "tests/support/outbound_bench.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

using Bench = OutboundBench;

}  // namespace

TEST_CASE("a 4xx at any verb is not the last word while another host may take the mail") {
    struct Row {
        const char* verb;
        FakeAnswer answer;
    };
    const Row row = GENERATE(values<Row>({
        {"", "421 4.3.2 busy\r\n"},
        {"", "450 4.3.2 busy\r\n"},
        {"EHLO", "451 4.3.0 later\r\n"},
        {"MAIL", "452 4.3.1 full\r\n"},
        {"RCPT", "450 4.2.0 greylisted\r\n"},
        {"RCPT", "451 4.3.0 later\r\n"},
        {"DATA", "451 4.3.0 later\r\n"},
        {".", "451 4.3.0 later\r\n"},
        {".", "421 4.3.0 later\r\n"},
    }));
    CAPTURE(row.verb, row.answer.bytes);
    Bench bench;
    FakeNextHop second(bench.io);
    FakeScript script;
    if (*row.verb == '\0') script.greeting = row.answer;
    if (*row.verb != '\0') script.answers[row.verb] = {row.answer};
    bench.hop.scripts = {script};
    NextHops hops{{{"127.0.0.1", bench.hop.port()}, {"127.0.0.1", second.port()}}};
    const GatedMail mail = plain_mail();
    SECTION("another takes it") {
        const Delivery delivery = bench.wait_for(bench.outbound.deliver(hops, envelope({"b@example.jp"}), mail));
        UNSCOPED_INFO(delivery.why);
        CHECK(delivery.delivered);
        CHECK(second.mails.size() == 1);
    }
    SECTION("another is not there: the sender hears of the one that spoke") {
        second.close();
        const Delivery delivery = bench.wait_for(bench.outbound.deliver(hops, envelope({"b@example.jp"}), mail));
        CHECK_FALSE(delivery.delivered);
        CHECK(delivery.outcome->failure != Failure::unavailable);
        CHECK(delivery.reply.transient());
        CHECK(delivery.why.find("later") + delivery.why.find("busy") + delivery.why.find("full") +
                  delivery.why.find("greylisted") !=
              std::string::npos * 4);
        CHECK(delivery.why.find("connect:") != std::string::npos);
    }
    SECTION("another refuses it for good: so it is") {
        FakeScript never;
        never.answers["MAIL"] = {"550 5.7.1 no\r\n"};
        second.scripts = {never};
        const Delivery delivery = bench.wait_for(bench.outbound.deliver(hops, envelope({"b@example.jp"}), mail));
        CHECK(delivery.reply.code == 550);
    }
    CHECK(bench.hop.mails.size() == (*row.verb == '.' ? 1 : 0));
}

TEST_CASE("a 4xx to a question about a recipient is not the last word either") {
    const char* verb = GENERATE("EHLO", "MAIL", "RCPT");
    Bench bench;
    FakeNextHop second(bench.io);
    bench.hop.scripts[0].answers[verb] = {"451 4.3.0 later\r\n"};
    const NextHops hops{{{"127.0.0.1", bench.hop.port()}, {"127.0.0.1", second.port()}}};
    for (int i = 0; i < 2; ++i) {  // the second time it is known
        CHECK(bench.wait_for(bench.outbound.verify(hops, envelope({}), address("b@example.jp"))).reply.code == 250);
    }
    CHECK(second.count("RCPT") == 1);
}

TEST_CASE("a 5xx about the mail is the last word: no other host is asked") {
    const char* verb = GENERATE("MAIL", "RCPT", "DATA", ".");
    Bench bench;
    FakeNextHop second(bench.io);
    bench.hop.scripts[0].answers[verb] = {"550 5.7.1 no\r\n"};
    NextHops hops{{{"127.0.0.1", bench.hop.port()}, {"127.0.0.1", second.port()}}};
    const GatedMail mail = plain_mail();
    CHECK_FALSE(bench.wait_for(bench.outbound.deliver(hops, envelope({"b@example.jp"}), mail)).delivered);
    CHECK(second.connections == 0);
}

TEST_CASE(
    "a yes for one sender is believed for another; where that is wrong nothing is lost and the next try is asked") {
    Bench bench;
    const GatedMail mail = plain_mail();
    const std::string not_you = "554 5.7.1 <evil@example.com>: Sender address rejected\r\n";
    bench.hop.scripts = {script_with({{"RCPT", {"250 ok\r\n", not_you, not_you, "250 ok\r\n"}},
                                      {"DATA", {"554 5.5.1 no recipients\r\n", "354 go\r\n"}}})};
    CHECK(bench.ask("b@example.jp", "good@example.com").reply.code == 250);
    CHECK(bench.ask("b@example.jp", "evil@example.com").reply.code == 250);
    CHECK(bench.hop.count("RCPT") == 1);
    const Delivery delivery =
        bench.wait_for(bench.outbound.deliver(bench.hops(), envelope({"b@example.jp"}, "evil@example.com"), mail));
    CHECK(delivery.outcome->failure == Failure::mixed_answers);
    CHECK(delivery.reply.code == 451);
    const RecipientAnswer again = bench.ask("b@example.jp", "evil@example.com");
    CHECK(again.reply.code == 554);
    CHECK(again.why.find("Sender address rejected") != std::string::npos);
    CHECK(bench.ask("b@example.jp", "good@example.com").reply.code == 250);
    CHECK(bench.ask("b@example.jp", "evil@example.com").reply.code == 554);
    CHECK(bench.hop.count("RCPT") == 4);
}

TEST_CASE("who shares an open question shares no answer that is about another sender") {
    struct Row {
        std::string answer;
        int one;
        int other;  // the second question is answered with yes
        std::size_t questions;
    };
    const Row row = GENERATE(values<Row>({
        {"554 5.7.1 <a@example.com>: Sender address rejected\r\n", 554, 250, 2},
        {"450 4.1.8 <a@example.com>: Sender address rejected\r\n", 450, 250, 2},
        {"550 no\r\n", 550, 250, 2},
        {"550 5.1.1 no such user\r\n", 550, 550, 1},
        {"450 4.2.1 mailbox locked\r\n", 450, 450, 1},
        {"250 ok\r\n", 250, 250, 1},
    }));
    CAPTURE(row.answer);
    Bench bench;
    bench.hop.scripts = {script_with({{"RCPT", {row.answer, "250 ok\r\n"}}})};
    const auto one = bench.start(bench.outbound.verify(bench.hops(), envelope({}), address("b@example.jp")));
    const auto other =
        bench.start(bench.outbound.verify(bench.hops(), envelope({}, "c@example.com"), address("b@example.jp")));
    bench.run_until([&] { return one->has_value() && other->has_value(); });
    CHECK((*one)->reply.code == row.one);
    CHECK((*other)->reply.code == row.other);
    CHECK(bench.hop.count("RCPT") == row.questions);
}

TEST_CASE("a connection that was refused a few recipients is retired") {
    Bench bench;
    bench.hop.scripts = {script_with({{"RCPT", {"550 5.1.1 unknown\r\n"}}}), FakeScript{}};
    for (int i = 0; i < 5; ++i) CHECK(bench.verify("guess" + std::to_string(i) + "@example.jp").code == 550);
    CHECK(bench.hop.connections == 1);
    CHECK(bench.verify("real@example.jp").code == 250);
    CHECK(bench.hop.connections == 2);
    bench.run_until([&] { return bench.hop.count("QUIT") == 1; });
}

TEST_CASE("OpenSMTPD with max-mails 2: every mail gets through, on as many connections as it takes") {
    Bench bench;
    FakeScript two_mails;
    const FakeAnswer enough = "452 4.5.3 Too many recipients: Too many messages sent\r\n";
    two_mails.answers["EHLO"] = {"250-fake\r\n250-SIZE 1000000\r\n250 HELP\r\n"};
    two_mails.answers["MAIL"] = {"250 ok\r\n", "250 ok\r\n", enough};
    bench.hop.scripts = {two_mails};
    const GatedMail mail = plain_mail();
    for (int i = 0; i < 11; ++i) CHECK(bench.deliver(mail).delivered);
    CHECK(bench.hop.mails.size() == 11);
    CHECK(bench.hop.connections == 6);
}
