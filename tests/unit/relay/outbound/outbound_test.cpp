// One mail and one host: what is said, what is answered, how long anybody waits.
#include "relay/outbound/outbound.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "tests/support/fake_next_hop.hpp"
#include "tests/support/outbound_bench.hpp"

using namespace mugaika;
using namespace mugaika::test;
using namespace std::chrono_literals;
using Then = FakeAnswer::Then;

namespace {

using Bench = OutboundBench;

}  // namespace

TEST_CASE("a mail is delivered byte for byte to all recipients") {
    Bench bench;
    const GatedMail mail = plain_mail();
    const Delivery delivery = bench.deliver(mail, {"b@example.jp", "c@example.jp"});
    CHECK(delivery.delivered);
    CHECK(delivery.taken == std::vector<std::size_t>{0, 1});
    CHECK(delivery.outcome == nullptr);
    CHECK(delivery.reply.code == 250);
    CHECK_FALSE(delivery.tls);
    CHECK(delivery.reply.words.find("queued as 77") != std::string::npos);
    CHECK(delivery.next_hop == "127.0.0.1:" + std::to_string(bench.hop.port()));
    CHECK(bench.hop.commands ==
          std::vector<std::string>{"EHLO mx.example.jp",
                                   "MAIL FROM:<a@example.com> SIZE=" + std::to_string(mail.bytes().size()),
                                   "RCPT TO:<b@example.jp>", "RCPT TO:<c@example.jp>", "DATA"});
    CHECK(bench.hop.mails == std::vector<std::string>{std::string(mail.bytes()) + ".\r\n"});
}

TEST_CASE("AC-014 leading dots arrive stuffed once and as one mail") {
    Bench bench;
    const GatedMail mail = mail_with_text("a\n.\n..\n.b\nMAIL FROM:<x@example.com>\n");
    REQUIRE(mail.bytes().find("\r\n.\r\n") != std::string::npos);
    CHECK(bench.deliver(mail).delivered);
    REQUIRE(bench.hop.mails.size() == 1);
    CHECK(bench.hop.mails[0].find("\r\n..\r\n...\r\n..b\r\nMAIL FROM:<x@example.com>\r\n") != std::string::npos);
    CHECK(bench.hop.count("MAIL") == 1);
}

TEST_CASE("a large mail crosses in many chunks") {
    Bench bench;
    std::string text;
    for (int i = 0; i < 40000; ++i)
        text += (i % 7 == 0 ? "." : "") + std::to_string(i) + " some words to fill the line\n";
    const GatedMail mail = mail_with_text(text);
    CHECK(bench.deliver(mail).delivered);
    REQUIRE(bench.hop.mails.size() == 1);
    CHECK(bench.hop.mails[0].size() > mail.bytes().size() + 5000);
}

TEST_CASE("with a cached verification and a pooled connection a mail costs two round trips") {
    Bench bench;
    const GatedMail mail = plain_mail();
    CHECK(bench.verify().code == 250);
    CHECK(bench.deliver(mail).delivered);
    bench.hop.bursts = 0;
    CHECK(bench.verify().code == 250);
    CHECK(bench.deliver(mail).delivered);
    CHECK(bench.hop.bursts == 2);
    CHECK(bench.hop.connections == 1);
    CHECK(bench.hop.count("RCPT") == 3);
}

TEST_CASE("AC-036 a thousand recipients get the mail in one transaction") {
    Bench bench;
    std::vector<std::string> recipients;
    for (int i = 0; i < 1000; ++i) recipients.push_back("r" + std::to_string(i) + "@example.jp");
    const GatedMail mail = plain_mail();
    CHECK(bench.deliver(mail, recipients).delivered);
    CHECK(bench.hop.count("RCPT") == 1000);
    CHECK(bench.hop.mails.size() == 1);
}

TEST_CASE("a next hop may answer one byte at a time") {
    Bench bench;
    FakeScript script;
    script.piece_bytes = 1;
    bench.hop.scripts = {script};
    const GatedMail mail = plain_mail();
    CHECK(bench.verify().code == 250);
    CHECK(bench.deliver(mail).delivered);
}

TEST_CASE("a next hop may be old: no PIPELINING, no ESMTP") {
    Bench bench;
    const FakeAnswer ehlo =
        GENERATE(as<FakeAnswer>(), "250 fake\r\n", "500 5.5.1 what?\r\n", "250-fake\r\n250 SIZE\r\n");
    bench.hop.scripts = {script_with({{"EHLO", {ehlo}}})};
    const GatedMail mail = plain_mail();
    CHECK(bench.verify().code == 250);
    CHECK(bench.deliver(mail, {"b@example.jp", "c@example.jp"}).delivered);
    CHECK(bench.hop.mails.size() == 1);
    CHECK(bench.hop.connections == 1);
}

TEST_CASE("SIZE of the next hop refuses a larger mail without sending it") {
    Bench bench;
    bench.hop.scripts = {script_with({{"EHLO", {"250-fake\r\n250 SIZE 20\r\n"}}})};
    const GatedMail mail = plain_mail();
    const Delivery delivery = bench.deliver(mail);
    CHECK_FALSE(delivery.delivered);
    CHECK(delivery.outcome->failure == Failure::refused);
    CHECK(delivery.reply.line().starts_with("552 5.3.4 "));
    CHECK(delivery.too_large);
    CHECK(bench.hop.count("MAIL") == 0);
}

TEST_CASE("the SIZE that a host has said is known") {
    Bench bench;
    const GatedMail mail = plain_mail();
    CHECK(bench.outbound.size_max(bench.hops()) == 0);
    SECTION("said") {
        bench.hop.scripts = {script_with({{"EHLO", {"250-fake\r\n250 SIZE 20000\r\n"}}})};
        CHECK(bench.deliver(mail).delivered);
        CHECK(bench.outbound.size_max(bench.hops()) == 20000);
    }
    SECTION("not said") {
        bench.hop.scripts = {script_with({{"EHLO", {"250-fake\r\n250 SIZE\r\n"}}})};
        CHECK(bench.deliver(mail).delivered);
        CHECK(bench.outbound.size_max(bench.hops()) == 0);
    }
}

TEST_CASE("a delivery says when the mail was refused for its size, in the words of each server") {
    for (const char* verb : {"MAIL", "."}) {
        for (const auto& [answer, too_large] : {std::pair("552 5.3.4 Message size exceeds fixed limit\r\n", true),
                                                {"552 Message size exceeds maximum permitted\r\n", true},
                                                {"554 5.3.4 Message too big for system\r\n", true},
                                                {"552 5.2.2 Mailbox is full\r\n", false},
                                                {"554 5.7.1 no\r\n", false},
                                                {"452 4.3.4 not now\r\n", false}}) {
            INFO(verb << " " << answer);
            Bench bench;
            bench.hop.scripts = {script_with({{verb, {answer}}})};
            CHECK(bench.deliver(plain_mail()).too_large == too_large);
        }
    }
}

TEST_CASE("an address that needs SMTPUTF8 is refused where the next hop does not offer it") {
    Bench bench;
    const std::string utf8 = "\xe5\xb1\xb1@example.jp";
    SECTION("not offered") {
        bench.hop.scripts = {script_with({{"EHLO", {"250-fake\r\n250 PIPELINING\r\n"}}})};
        CHECK(bench.verify(utf8).line().starts_with("550 5.6.7 "));
        CHECK(bench.hop.count("MAIL") == 0);
    }
    SECTION("offered") {
        CHECK(bench.verify(utf8).code == 250);
        CHECK(bench.hop.commands[1] == "MAIL FROM:<a@example.com> SMTPUTF8");
    }
}

// matrix: deliver/unavailable, deliver/timeout, deliver/disconnected, deliver/malformed, deliver/mixed_answers
// matrix: deliver/refused_for_now, deliver/refused, deliver/not_admitted
TEST_CASE("AC-242 AC-243 AC-244 AC-247 whatever goes wrong in a delivery has its row and nothing is sent twice") {
    struct Row {
        const char* verb;  // "" is the greeting
        FakeAnswer answer;
        Failure failure;
        int code;
        int connections;  // a connection lost before the content is not tried again at the only host
        std::size_t mails;
    };
    const Row row = GENERATE(values<Row>({
        // AC-242: silence
        {"", "", Failure::timeout, 451, 1, 0},
        {"EHLO", "", Failure::timeout, 451, 1, 0},
        {"MAIL", "", Failure::timeout, 451, 1, 0},
        {"RCPT", "", Failure::timeout, 451, 1, 0},
        {"DATA", "", Failure::timeout, 451, 1, 0},
        {".", "", Failure::timeout, 451, 1, 1},
        // hanging up and resets
        {"", {"", Then::hang_up}, Failure::disconnected, 451, 1, 0},
        {"EHLO", {"", Then::reset}, Failure::disconnected, 451, 1, 0},
        {"MAIL", {"", Then::hang_up}, Failure::disconnected, 451, 1, 0},
        {"MAIL", {"", Then::reset}, Failure::disconnected, 451, 1, 0},
        {"RCPT", {"250", Then::hang_up}, Failure::disconnected, 451, 1, 0},
        {"DATA", {"", Then::reset}, Failure::disconnected, 451, 1, 0},
        {"DATA", {"354 go\r\n", Then::hang_up}, Failure::disconnected, 451, 1, 0},
        {".", {"", Then::hang_up}, Failure::disconnected, 451, 1, 1},  // AC-245
        {".", {"25", Then::reset}, Failure::disconnected, 451, 1, 1},
        // AC-243: not now
        {"", "421 busy\r\n", Failure::refused_for_now, 451, 1, 0},
        {"MAIL", "421 busy\r\n", Failure::refused_for_now, 451, 1, 0},
        {"MAIL", "451 4.3.0 later\r\n", Failure::refused_for_now, 451, 1, 0},
        {"RCPT", "450 4.2.0 later\r\n", Failure::mixed_answers, 451, 1, 0},
        {"DATA", "451 4.3.0 later\r\n", Failure::refused_for_now, 451, 1, 0},
        {".", "452 4.3.1 full\r\n", Failure::refused_for_now, 452, 1, 1},
        // AC-244: never
        {"", "554 go away\r\n", Failure::not_admitted, 451, 1, 0},
        {"MAIL", "550 5.7.1 no\r\n", Failure::refused, 550, 1, 0},
        {"RCPT", "550 5.1.1 gone\r\n", Failure::mixed_answers, 451, 1, 0},
        {"DATA", "554 5.5.0 no\r\n", Failure::refused, 554, 1, 0},
        {".", "554 5.6.0 no\r\n", Failure::refused, 554, 1, 1},
        // AC-247: nonsense
        {"", "SSH-2.0-fake\r\n", Failure::malformed, 451, 1, 0},
        {"MAIL", "999 what\r\n", Failure::malformed, 451, 1, 0},
        {"MAIL", "250-a\r\n550 b\r\n", Failure::malformed, 451, 1, 0},
        {"RCPT", "354 go\r\n", Failure::malformed, 451, 1, 0},
        {"DATA", "250 taken\r\n", Failure::malformed, 451, 1, 0},
        {"DATA", "354 go\r\n250 taken\r\n", Failure::malformed, 451, 1, 0},
        {".", "354 more\r\n", Failure::malformed, 451, 1, 1},
        {".", "250 taken\r\n250 and again\r\n", Failure::malformed, 451, 1, 1},
        {".", std::string("250 a\0b\r\n", 9), Failure::malformed, 451, 1, 1},
        {".", std::string(100000, '2'), Failure::malformed, 451, 1, 1},
    }));
    CAPTURE(row.verb, row.answer.bytes, static_cast<int>(row.answer.then));
    Bench bench(row.failure == Failure::timeout ? impatient_limits() : test_limits());
    FakeScript script;
    if (*row.verb == '\0') script.greeting = row.answer;
    if (*row.verb != '\0') script.answers[row.verb] = {row.answer};
    bench.hop.scripts = {script};
    const GatedMail mail = plain_mail();
    const Delivery delivery = bench.deliver(mail);
    CHECK_FALSE(delivery.delivered);
    REQUIRE(delivery.outcome != nullptr);
    CHECK(delivery.outcome->stage == Stage::deliver);
    CHECK(delivery.outcome->failure == row.failure);
    CHECK(delivery.reply.code == row.code);
    CHECK_FALSE(delivery.why.empty());
    CHECK(bench.hop.connections == row.connections);
    CHECK(bench.hop.mails.size() == row.mails);
}

TEST_CASE("AC-033 endless replies end at the limit, not at the peer's will") {
    Bench bench;
    std::string endless;
    for (int i = 0; i < 100; ++i) endless += "250-more\r\n";
    bench.hop.scripts = {script_with({{"EHLO", {endless}}})};
    CHECK(bench.verify().line().starts_with("451 4.4.0 "));
}

TEST_CASE("AC-246 a reply that drips byte by byte ends at the reply's deadline") {
    Bench bench(impatient_limits());
    FakeScript script = script_with({{"EHLO", {std::string(1000, '2')}}});
    script.piece_bytes = 1;
    script.piece_pause = 1ms;
    bench.hop.scripts = {script};
    const GatedMail mail = plain_mail();
    const Delivery delivery = bench.deliver(mail);
    CHECK(delivery.outcome->failure == Failure::timeout);
}

TEST_CASE("AC-246 the whole transaction has a deadline of its own") {
    NextHopLimits limits = test_limits();
    limits.transaction_timeout = 150ms;
    Bench bench(limits);
    bench.hop.scripts = {script_with({{".", {""}}})};
    const GatedMail mail = plain_mail();
    CHECK(bench.deliver(mail).outcome->failure == Failure::timeout);
}

TEST_CASE("AC-242 a next hop that cannot be reached or named is unavailable") {
    Bench bench;
    const GatedMail mail = plain_mail();
    SECTION("refused") {
        bench.hop.close();
        CHECK(bench.deliver(mail).outcome->failure == Failure::unavailable);
        CHECK(bench.verify().line().starts_with("451 4.4.1 "));
    }
    SECTION("a name that is none") {
        const NextHops nowhere{{{std::string(70, 'x') + ".invalid", 25}}};
        const Delivery delivery = bench.wait_for(bench.outbound.deliver(nowhere, envelope({"b@example.jp"}), mail));
        CHECK(delivery.outcome->failure == Failure::unavailable);
        CHECK(delivery.next_hop.empty());
    }
    SECTION("no next hop at all") {
        const Delivery delivery = bench.wait_for(bench.outbound.deliver(NextHops{}, envelope({"b@example.jp"}), mail));
        CHECK(delivery.outcome->failure == Failure::unavailable);
    }
}
