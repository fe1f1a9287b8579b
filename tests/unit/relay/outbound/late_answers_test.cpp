// Answers that come at another time than they should: a 250 in mid-content, an answer to the end of data that takes
// long.
#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "tests/support/fake_next_hop.hpp"
#include "tests/support/outbound_bench.hpp"

using namespace mugaika;
using namespace mugaika::test;
using namespace std::chrono_literals;

namespace {

using Bench = OutboundBench;

}  // namespace

// The first half of the answer makes us send; while the second comes the next hop reads nothing, so that seven
// megabytes are more than what lies between us.
// matrix: deliver/malformed
TEST_CASE("AC-247 a 250 that is said while the content is still being sent is none") {
    NextHopLimits limits = test_limits();
    limits.reply_timeout = limits.final_reply_timeout = limits.transaction_timeout = 30s;
    Bench bench(limits);
    const std::string go = "354 go\r\n";
    FakeScript script = script_with({{"DATA", {go + "250 ok\r\n"}}});
    script.piece_bytes = go.size();
    script.piece_pause = 50ms;
    bench.hop.scripts = {script};
    std::string text;
    while (text.size() < 7'000'000) text += "seventy bytes of a content that is longer than what two sockets hold\n";
    const GatedMail mail = mail_with_text(text);
    const Delivery delivery = bench.deliver(mail);
    CHECK_FALSE(delivery.delivered);
    REQUIRE(delivery.outcome != nullptr);
    CHECK(delivery.outcome->failure == Failure::malformed);
    CHECK(delivery.reply.line().starts_with("451 4.4.0 "));
    CHECK(bench.hop.mails.empty());
}

TEST_CASE("AC-245 the answer to the end of data may take longer than any other") {
    NextHopLimits limits = test_limits();
    limits.reply_timeout = 4s;
    limits.final_reply_timeout = limits.transaction_timeout = 120s;
    Bench bench(limits);
    std::string slow;
    while (slow.size() < 240) slow += "250-wait\r\n";
    FakeScript script = script_with({{".", {slow + "250 ok\r\n"}}});
    script.piece_bytes = 10;
    script.piece_pause = 200ms;  // 5 s for the last answer, 1.2 s for the longest of the others
    bench.hop.scripts = {script};
    const GatedMail mail = plain_mail();
    CHECK(bench.deliver(mail).delivered);
}
