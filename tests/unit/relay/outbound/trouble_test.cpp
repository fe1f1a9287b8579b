// Next hops that are not there, slow, or refuse us rather than the mail: what is said of it, and how often it is waited
// for.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
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

// matrix: recipient/not_admitted, recipient/disconnected, recipient/unavailable, recipient/malformed, recipient/timeout
TEST_CASE("AC-242 AC-247 not reachable is said of a host that is not there, and of no other trouble") {
    struct Row {
        const char* verb;
        FakeAnswer answer;
        std::string line;
    };
    const Row row = GENERATE(values<Row>({
        {"", {"", Then::hang_up}, "451 4.4.2 Next hop went away\r\n"},
        {"EHLO", {"", Then::reset}, "451 4.4.2 Next hop went away\r\n"},
        {"RCPT", {"", Then::hang_up}, "451 4.4.2 Next hop went away\r\n"},
        {"", "", "451 4.4.1 Next hop did not answer in time\r\n"},
        {"RCPT", "", "451 4.4.1 Next hop did not answer in time\r\n"},
        {"", "SSH-2.0\r\n", "451 4.4.0 Next hop answered nonsense\r\n"},
        {"", "421 4.3.2 busy\r\n", "451 4.3.2 Refused for now by the next hop (next hop said: busy)\r\n"},
        {"", "554 no\r\n", "451 4.7.5 Next hop takes nothing from this relay as it connects\r\n"},
        {"nobody listens", "", "451 4.4.1 Next hop not reachable\r\n"},
    }));
    CAPTURE(row.verb, row.answer.bytes);
    Bench bench(row.line.find("in time") != std::string::npos ? impatient_limits() : test_limits());
    if (*row.verb == '\0') bench.hop.scripts[0].greeting = row.answer;
    if (*row.verb != '\0') bench.hop.scripts[0].answers[row.verb] = {row.answer};
    if (std::string_view(row.verb) == "nobody listens") bench.hop.close();
    const RecipientAnswer answer = bench.ask();
    CHECK(answer.reply.line() == row.line);
    CHECK(answer.outcome->stage == Stage::recipient);
    CHECK_FALSE(answer.why.empty());
}

TEST_CASE("one time-out answers the other recipients of the session at once, and only those") {
    Bench bench(impatient_limits());
    const auto ask = [&bench](const std::string& recipient, const std::string& session) {
        return bench.wait_for(bench.outbound.verify(bench.hops(), envelope({}), address(recipient), session));
    };
    bench.hop.scripts = {script_with({{"RCPT", {""}}}), FakeScript{}};
    const RecipientAnswer first = ask("b@example.jp", "one");
    CHECK(first.outcome == &outcome<Stage::recipient, Failure::timeout>());
    const int connections = bench.hop.connections;
    for (const std::string recipient : {"c@example.jp", "d@example.jp", "e@example.jp", "f@example.jp"}) {
        const RecipientAnswer next = ask(recipient, "one");
        CHECK(next.outcome == &outcome<Stage::recipient, Failure::timeout>());
        CHECK(next.reply.code == 451);
        CHECK_FALSE(next.why.empty());
    }
    CHECK(bench.hop.connections == connections);
    CHECK(ask("c@example.jp", "two").reply.code == 250);
    CHECK(ask("c@example.jp", "one").reply.code == 250);  // known by now
}

TEST_CASE("a next hop that never greets is waited for once a session, and is asked again by the next one") {
    Bench bench(impatient_limits());
    const auto ask = [&bench](const std::string& recipient, const std::string& session) {
        return bench.wait_for(bench.outbound.verify(bench.hops(), envelope({}), address(recipient), session));
    };
    FakeScript silent;
    silent.greeting = "";
    bench.hop.scripts = {silent, FakeScript{}};
    for (const std::string recipient : {"b@example.jp", "c@example.jp", "d@example.jp"}) {
        CHECK(ask(recipient, "one").outcome == &outcome<Stage::recipient, Failure::timeout>());
    }
    CHECK(bench.hop.connections == 1);
    CHECK(ask("b@example.jp", "two").reply.code == 250);
}

TEST_CASE("a next hop that is silent to one mail keeps nobody else from being asked") {
    Bench bench(impatient_limits());
    bench.hop.scripts = {script_with({{"MAIL", {""}}}), FakeScript{}};
    CHECK(bench.ask("b@example.jp", "slow@example.com").outcome == &outcome<Stage::recipient, Failure::timeout>());
    CHECK(bench.ask("b@example.jp").reply.code == 250);
}

TEST_CASE("a next hop that wants TLS, a login or another address of us is an alarm, once, with its words") {
    const std::string file =
        (std::filesystem::temp_directory_path() / ("alarm-" + std::to_string(::getpid()))).string();
    Bench bench(test_limits(), file);
    const std::string words = "530 5.7.0 Must issue a STARTTLS command first\r\n";
    const FakeScript encrypt = script_with({{"MAIL", {words}}, {"RCPT", {words}}, {"RSET", {words}}});
    bench.hop.scripts = {encrypt, encrypt, FakeScript{}};
    const RecipientAnswer answer = bench.ask();
    CHECK(answer.outcome == &outcome<Stage::recipient, Failure::not_admitted>());
    CHECK(answer.reply.line() == "451 4.7.5 Next hop takes nothing from this relay as it connects\r\n");
    CHECK(answer.why.find("MAIL: 530 5.7.0 Must issue a STARTTLS command first") != std::string::npos);
    CHECK(bench.verify().code == 451);
    CHECK(bench.verify().code == 250);
    std::ifstream log(file);
    const std::string text{std::istreambuf_iterator<char>(log), std::istreambuf_iterator<char>()};
    std::filesystem::remove(file);
    const std::size_t said = text.find("\"next_hop.not_admitted\"");
    REQUIRE(said != std::string::npos);
    CHECK(text.find("\"next_hop.not_admitted\"", said + 1) == std::string::npos);
    CHECK(text.find("Must issue a STARTTLS command first", said) != std::string::npos);
}

TEST_CASE("words of a next hop in Japanese are in the log as they were, and ASCII on the wire") {
    Bench bench;
    const std::string words = "\xe5\xae\x9b\xe5\x85\x88\xe4\xb8\x8d\xe6\x98\x8e";
    bench.hop.scripts = {script_with({{"RCPT", {"550 5.1.1 " + words + "\r\n"}}})};
    const RecipientAnswer answer = bench.ask();
    CHECK(answer.why.find(words) != std::string::npos);
    CHECK(answer.reply.line() ==
          "550 5.1.1 Refused by the next hop (next hop said: ????"
          ")\r\n");
}

TEST_CASE("a next hop that ends its replies with LF alone is understood") {
    Bench bench;
    FakeScript script;
    script.greeting = "220 old\n";
    script.answers = {{"EHLO", {"250-old\n250 PIPELINING\n"}},
                      {"MAIL", {"250 ok\n"}},
                      {"RCPT", {"250 ok\n"}},
                      {"DATA", {"354 go\n"}},
                      {".", {"250 ok\n"}}};
    bench.hop.scripts = {script};
    const GatedMail mail = plain_mail();
    CHECK(bench.deliver(mail).delivered);
}
