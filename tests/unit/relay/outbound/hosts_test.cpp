// Several hosts of a route: which is asked, when the next one is, what the log says of it.
#include "relay/outbound/outbound.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
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

TEST_CASE("a name is resolved") {
    Bench bench;
    const NextHops local{{{"localhost", bench.hop.port()}}};
    CHECK(bench.wait_for(bench.outbound.verify(local, envelope({}), address("b@example.jp"))).reply.code == 250);
}

TEST_CASE("the second host is asked when the first one fails before the content") {
    Bench bench(impatient_limits());
    FakeNextHop second(bench.io);
    const NextHops both{{{"127.0.0.1", bench.hop.port()}, {"127.0.0.1", second.port()}}};
    const GatedMail mail = plain_mail();
    int first_connections = 1;
    SECTION("refused") {
        bench.hop.close();
        first_connections = 0;
    }
    SECTION("silent greeting") { bench.hop.scripts[0].greeting = ""; }
    SECTION("554 greeting") { bench.hop.scripts[0].greeting = "554 closed\r\n"; }
    SECTION("garbage greeting") { bench.hop.scripts[0].greeting = "\x16\x03\x01\r\n"; }
    SECTION("421 at EHLO") { bench.hop.scripts[0].answers["EHLO"] = {"421 busy\r\n"}; }
    SECTION("421 at MAIL") { bench.hop.scripts[0].answers["MAIL"] = {"421 busy\r\n"}; }
    SECTION("hung up at RCPT") { bench.hop.scripts[0].answers["RCPT"] = {{"", Then::hang_up}}; }
    SECTION("530 at MAIL") { bench.hop.scripts[0].answers["MAIL"] = {"530 5.7.0 Must issue a STARTTLS first\r\n"}; }
    for (int i = 0; i < 2; ++i) {
        const Delivery delivery = bench.wait_for(bench.outbound.deliver(both, envelope({"b@example.jp"}), mail));
        CHECK(delivery.delivered);
        CHECK(delivery.next_hop == "127.0.0.1:" + std::to_string(second.port()));
    }
    CHECK(second.mails.size() == 2);
    CHECK(second.connections == 1);
    CHECK(bench.hop.connections == first_connections);
    CHECK(bench.hop.mails.empty());
}

TEST_CASE("a host that failed is tried last for a while") {
    NextHopLimits limits = test_limits();
    limits.mails_per_connection_max = 1;  // so that each mail needs a connection
    Bench bench(limits);
    FakeNextHop second(bench.io);
    bench.hop.scripts[0].greeting = "421 busy\r\n";
    const NextHops both{{{"127.0.0.1", bench.hop.port()}, {"127.0.0.1", second.port()}}};
    const GatedMail mail = plain_mail();
    for (int i = 0; i < 3; ++i)
        CHECK(bench.wait_for(bench.outbound.deliver(both, envelope({"b@example.jp"}), mail)).delivered);
    CHECK(bench.hop.connections == 1);
    CHECK(second.connections == 3);
}

TEST_CASE("a host that failed is taken again in its place, and connections to the host behind it end") {
    NextHopLimits limits = test_limits();
    limits.host_avoided_for = 0ms;
    Bench bench(limits);
    FakeNextHop second(bench.io);
    FakeScript down;
    down.greeting = "421 busy\r\n";
    bench.hop.scripts = {down, FakeScript{}};
    const NextHops both{{{"127.0.0.1", bench.hop.port()}, {"127.0.0.1", second.port()}}};
    const GatedMail mail = plain_mail();
    for (int i = 0; i < 3; ++i)
        CHECK(bench.wait_for(bench.outbound.deliver(both, envelope({"b@example.jp"}), mail)).delivered);
    CHECK(second.mails.size() == 1);
    CHECK(bench.hop.mails.size() == 2);
    bench.run_until([&] { return second.count("QUIT") == 1; });
    CHECK(bench.hop.connections == 2);  // the failed one, and one that serves from then on
}

TEST_CASE("the log says once that a host is down and once that it is up again") {
    const std::string file =
        (std::filesystem::temp_directory_path() / ("health-" + std::to_string(::getpid()))).string();
    NextHopLimits limits = test_limits();
    limits.host_avoided_for = 0ms;
    limits.mails_per_connection_max = 1;
    Bench bench(limits, file);
    FakeNextHop second(bench.io);
    FakeScript down;
    down.greeting = "421 busy\r\n";
    bench.hop.scripts = {down, down, FakeScript{}};
    const NextHops both{{{"127.0.0.1", bench.hop.port()}, {"127.0.0.1", second.port()}}};
    const GatedMail mail = plain_mail();
    for (int i = 0; i < 4; ++i)
        CHECK(bench.wait_for(bench.outbound.deliver(both, envelope({"b@example.jp"}), mail)).delivered);
    std::ifstream log(file);
    const std::string text{std::istreambuf_iterator<char>(log), std::istreambuf_iterator<char>()};
    std::filesystem::remove(file);
    const auto times = [&](std::string_view word) {
        int count = 0;
        for (std::size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) ++count;
        return count;
    };
    CHECK(times("next_hop.down") == 1);
    CHECK(times("next_hop.up") == 1);
    CHECK(times("421 busy") == 1);
}

TEST_CASE("a route's own source address is what the next hop sees") {
    Bench bench;
    NextHops hops = bench.hops();
    hops.source_address = "127.0.0.42";
    const GatedMail mail = plain_mail();
    CHECK(bench.wait_for(bench.outbound.deliver(hops, envelope({"b@example.jp"}), mail)).delivered);
    CHECK(bench.hop.peers == std::vector<std::string>{"127.0.0.42"});
    SECTION("one that is not this machine's reaches nobody") {
        hops.source_address = "192.0.2.200";
        const Delivery delivery = bench.wait_for(bench.outbound.deliver(hops, envelope({"b@example.jp"}), mail));
        CHECK(delivery.outcome == &outcome<Stage::deliver, Failure::unavailable>());
    }
    SECTION("one of the other family neither") {
        hops.source_address = "::1";
        const Delivery delivery = bench.wait_for(bench.outbound.deliver(hops, envelope({"b@example.jp"}), mail));
        CHECK(delivery.outcome == &outcome<Stage::deliver, Failure::unavailable>());
    }
    CHECK(bench.hop.mails.size() == 1);
}

TEST_CASE("a list offers DSN once all of its hosts that were greeted do") {
    Bench bench;
    FakeNextHop second(bench.io);
    FakeScript reporting;
    reporting.answers["EHLO"] = {"250-fake\r\n250 DSN\r\n"};
    FakeScript down;
    down.greeting = "421 busy\r\n";
    bench.hop.scripts = {reporting, down};
    const NextHops both{{{"127.0.0.1", bench.hop.port()}, {"127.0.0.1", second.port()}}};
    const NextHops first = bench.hops();
    CHECK_FALSE(bench.outbound.offers_dsn(first));
    CHECK(bench.wait_for(bench.outbound.verify(first, envelope({}), address("b@example.jp"))).reply.code == 250);
    CHECK(bench.outbound.offers_dsn(first));
    CHECK(bench.wait_for(bench.outbound.verify(both, envelope({}), address("b@example.jp"))).reply.code == 250);
    CHECK_FALSE(bench.outbound.offers_dsn(both));  // the second host, which served, does not
}

TEST_CASE("AC-245 once the content was sent no other host is asked") {
    Bench bench;
    FakeNextHop second(bench.io);
    bench.hop.scripts[0].answers["."] = {{"", Then::hang_up}};
    const NextHops both{{{"127.0.0.1", bench.hop.port()}, {"127.0.0.1", second.port()}}};
    const GatedMail mail = plain_mail();
    const Delivery delivery = bench.wait_for(bench.outbound.deliver(both, envelope({"b@example.jp"}), mail));
    CHECK(delivery.outcome->failure == Failure::disconnected);
    CHECK(delivery.reply.code == 451);
    CHECK(bench.hop.mails.size() == 1);
    CHECK(second.connections == 0);
}
