// Connections that serve several mails, and answers about recipients that are remembered.
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

TEST_CASE("a pooled connection that died is replaced by a fresh one") {
    Bench bench(impatient_limits());
    const GatedMail mail = plain_mail();
    SECTION("closed while idle") { bench.hop.scripts.front().answers["."] = {{"250 ok\r\n", Then::hang_up}}; }
    SECTION("said goodbye while idle") {
        bench.hop.scripts.front().answers["."] = {{"250 ok\r\n421 idle too long\r\n", Then::hang_up}};
        bench.hop.scripts.front().piece_bytes = 8;
        bench.hop.scripts.front().piece_pause = 1ms;
    }
    SECTION("hangs up at the next MAIL") {
        bench.hop.scripts.front().answers["MAIL"] = {"250 ok\r\n", {"", Then::hang_up}};
    }
    SECTION("resets at the next MAIL") {
        bench.hop.scripts.front().answers["MAIL"] = {"250 ok\r\n", {"", Then::reset}};
    }
    SECTION("421 at the next MAIL") {
        bench.hop.scripts.front().answers["MAIL"] = {"250 ok\r\n", {"421 bye\r\n", Then::hang_up}};
    }
    SECTION("silent from the next MAIL on") { bench.hop.scripts.front().answers["MAIL"] = {"250 ok\r\n", ""}; }
    SECTION("hangs up at the next DATA") {
        bench.hop.scripts.front().answers["DATA"] = {"354 go\r\n", {"", Then::hang_up}};
    }
    bench.hop.scripts.push_back(FakeScript{});
    CHECK(bench.deliver(mail).delivered);
    CHECK(bench.deliver(mail).delivered);
    CHECK(bench.hop.connections == 2);
    CHECK(bench.hop.mails.size() == 2);
}

TEST_CASE("answers to verify are remembered when they are about the recipient") {
    struct Row {
        FakeScript script;
        int code;
        int questions;  // for two verifications
    };
    const Row row = GENERATE(values<Row>({
        {FakeScript{}, 250, 1},
        {script_with({{"RCPT", {"550 5.1.1 unknown\r\n"}}}), 550, 1},
        {script_with({{"RCPT", {"550 unknown\r\n"}}}), 550, 1},
        {script_with({{"RCPT", {"450 4.2.0 later\r\n"}}}), 450, 2},
        {script_with({{"MAIL", {"550 5.1.8 not you\r\n"}}, {"RCPT", {"503 5.5.1 no MAIL\r\n"}}}), 550, 2},
    }));
    Bench bench;
    bench.hop.scripts = {row.script};
    CHECK(bench.verify().code == row.code);
    CHECK(bench.verify().code == row.code);
    CHECK(bench.hop.count("MAIL") == static_cast<std::size_t>(row.questions));
    CHECK(bench.hop.count("RSET") == static_cast<std::size_t>(row.questions));
    CHECK(bench.hop.connections == 1);
}

TEST_CASE("verifications of one address at the same time share one question") {
    Bench bench;
    SECTION("answered for all") {
        const FakeAnswer answer = GENERATE(as<FakeAnswer>(), "250 ok\r\n", "450 later\r\n", "550 no\r\n");
        bench.hop.scripts = {script_with({{"RCPT", {answer}}})};
        const auto one = bench.start(bench.outbound.verify(bench.hops(), envelope({}), address("b@example.jp")));
        const auto two = bench.start(bench.outbound.verify(bench.hops(), envelope({}), address("b@example.jp")));
        const auto other = bench.start(bench.outbound.verify(bench.hops(), envelope({}), address("c@example.jp")));
        bench.run_until([&] { return one->has_value() && two->has_value() && other->has_value(); });
        CHECK((*one)->reply.line() == (*two)->reply.line());
        CHECK((*one)->outcome == (*two)->outcome);
        CHECK(((*one)->outcome == nullptr) == (*one)->reply.positive());
        CHECK(bench.hop.count("RCPT") == 2);
    }
    SECTION("a refused sender is no answer for the others") {
        bench.hop.scripts = {
            script_with({{"MAIL", {"550 5.1.8 not you\r\n", "250 ok\r\n"}}, {"RCPT", {"503 no\r\n", "250 ok\r\n"}}})};
        const auto one = bench.start(bench.outbound.verify(bench.hops(), envelope({}), address("b@example.jp")));
        const auto two = bench.start(bench.outbound.verify(bench.hops(), envelope({}), address("b@example.jp")));
        bench.run_until([&] { return one->has_value() && two->has_value(); });
        CHECK((*one)->reply.code == 550);
        CHECK((*one)->outcome == &outcome<Stage::recipient, Failure::refused>());
        CHECK((*two)->reply.code == 250);
        CHECK((*two)->outcome == nullptr);
    }
}

TEST_CASE("AC-037 a recipient refused at delivery is asked for again afterwards") {
    Bench bench;
    const FakeScript gone = script_with({{"RCPT", {"550 5.1.1 gone\r\n"}}});
    bench.hop.scripts = {script_with({{"RCPT", {"250 ok\r\n", "550 5.1.1 gone\r\n"}}}), gone};
    const GatedMail mail = plain_mail();
    CHECK(bench.verify().code == 250);
    const Delivery delivery = bench.deliver(mail);
    CHECK(delivery.outcome->failure == Failure::mixed_answers);
    CHECK(delivery.reply.line().starts_with("451 4.2.0 "));
    CHECK(bench.hop.mails.empty());
    CHECK(bench.verify().code == 550);
}

// matrix: deliver/busy
TEST_CASE("one connection serves many in turn, and who waits too long is told that we are busy") {
    NextHopLimits limits = impatient_limits();
    Bench bench(limits);
    const GatedMail mail = plain_mail();
    const auto one_connection = [](Bench& to) {
        NextHops hops = to.hops();
        hops.connections_max = 1;
        return hops;
    };
    const auto deliver = [&] {
        return bench.start(bench.outbound.deliver(one_connection(bench), envelope({"b@example.jp"}), mail));
    };
    SECTION("in turn") {
        const auto one = deliver();
        const auto two = deliver();
        const auto three = deliver();
        bench.run_until([&] { return one->has_value() && two->has_value() && three->has_value(); });
        CHECK((*one)->delivered);
        CHECK((*two)->delivered);
        CHECK((*three)->delivered);
        CHECK(bench.hop.connections == 1);
    }
    SECTION("busy") {
        limits.final_reply_timeout = 450ms;
        Bench slow(limits);
        slow.hop.scripts[0].answers["."] = {""};
        const auto one = slow.start(slow.outbound.deliver(one_connection(slow), envelope({"b@example.jp"}), mail));
        const auto two = slow.start(slow.outbound.deliver(one_connection(slow), envelope({"b@example.jp"}), mail));
        slow.run_until([&] { return one->has_value() && two->has_value(); });
        CHECK((*one)->outcome->failure == Failure::timeout);
        CHECK((*two)->outcome == &outcome<Stage::deliver, Failure::busy>());
        CHECK((*two)->reply.line().starts_with("451 4.3.2 "));
        CHECK_FALSE((*two)->delivered);
        CHECK(slow.hop.mails.size() == 1);
    }
}

TEST_CASE("connections end with QUIT") {
    NextHopLimits limits = test_limits();
    const GatedMail mail = plain_mail();
    SECTION("when they were idle for long") {
        limits.idle_timeout = 20ms;
        Bench bench(limits);
        CHECK(bench.deliver(mail).delivered);
        bench.run_until([&] { return bench.hop.count("QUIT") == 1; });
    }
    SECTION("when they took their share of mails") {
        limits.mails_per_connection_max = 2;
        Bench bench(limits);
        for (int i = 0; i < 4; ++i) CHECK(bench.deliver(mail).delivered);
        bench.run_until([&] { return bench.hop.count("QUIT") == 2; });
        CHECK(bench.hop.connections == 2);
    }
    SECTION("when the relay stops, and then nothing is left to run") {
        Bench bench(limits);
        CHECK(bench.deliver(mail).delivered);
        bench.outbound.stop();
        bench.hop.close();
        bench.io.restart();
        bench.io.run_for(10s);
        CHECK(bench.io.stopped());
        CHECK(bench.hop.count("QUIT") == 1);
    }
}
