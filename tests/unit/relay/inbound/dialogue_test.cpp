// The dialogue scripts over real sockets, and each of them again with the network failing at every step.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "tests/support/inbound_harness.hpp"

namespace mugaika::test {
namespace {

enum class Break { orderly, reset };

// Taken mails are always the first of those that the whole script brings, each of them complete.
void check_mails_are_first_of(const std::vector<TakenMail>& all, const std::vector<TakenMail>& mails) {
    REQUIRE(mails.size() <= all.size());
    for (std::size_t i = 0; i < mails.size(); ++i) CHECK(mails[i] == all[i]);
}

// Plays the steps before `failing`, sends half of it when there is something to send, and goes away.
void play_until(const Dialogue& script, std::size_t failing, Break how) {
    INFO(script.name << " fails at line " << script.steps[failing].number);
    InboundHarness server = InboundHarness::for_script(script);
    SocketPeer peer(server);
    // Not for the script that speaks before the server does.
    const bool server_first = script.steps.front().kind != DialogueStep::Kind::send;
    if (server_first) REQUIRE(server.run_until([&] { return server.inbound.sessions() == 1; }));
    for (std::size_t i = 0; i < failing; ++i) play_step(script.steps[i], peer);
    const std::string& text = script.steps[failing].text;
    if (script.steps[failing].kind == DialogueStep::Kind::send) peer.send(text.substr(0, text.size() / 2));
    how == Break::reset ? peer.reset() : peer.hang_up();
    CHECK(server.run_until_no_sessions());
    check_mails_are_first_of(script.mails, server.taker.mails);
}

}  // namespace

TEST_CASE("every dialogue script holds over a socket") {
    for (const Dialogue& script : all_dialogues()) {
        INFO(script.name);
        InboundHarness server = InboundHarness::for_script(script);
        SocketPeer peer(server);
        for (const DialogueStep& step : script.steps) play_step(step, peer);
        peer.hang_up();
        CHECK(server.run_until_no_sessions());
        CHECK(server.taker.mails == script.mails);
    }
}

TEST_CASE(
    "AC-019 wherever the network fails in a dialogue, the session ends and no mail is taken that was not complete") {
    for (const Dialogue& script : all_dialogues()) {
        for (std::size_t step = 0; step < script.steps.size(); ++step) {
            play_until(script, step, step % 2 == 0 ? Break::orderly : Break::reset);
        }
    }
}

// matrix: command/disconnected, data/disconnected
TEST_CASE("AC-019 a client that goes away in a command or in its data leaves no mail, and the log says so") {
    const bool in_data = GENERATE(false, true);
    const Break how = GENERATE(Break::orderly, Break::reset);
    CAPTURE(in_data, how == Break::reset);
    const std::string log = shared_certificates().file_with("");
    InboundHarness server({}, ScriptedAnswers(Dialogue{}), log);
    SocketPeer peer(server);
    CHECK(peer.read_line().value_or("").substr(0, 3) == "220");
    for (const char* command :
         {"HELO client.example", "MAIL FROM:<a@sender.example>", "RCPT TO:<x@city.example>", "DATA"}) {
        if (!in_data && command == std::string("DATA")) break;
        peer.send(command + std::string("\r\n"));
        CHECK(peer.read_line().value_or("").find_first_of("23") == 0);
    }
    peer.send(in_data ? "A: b\r\n\r\nhalf a ma" : "DA");
    how == Break::reset ? peer.reset() : peer.hang_up();
    CHECK(server.run_until_no_sessions());
    CHECK(server.taker.mails.empty());
    std::stringstream text;
    text << std::ifstream(log).rdbuf();
    CHECK_THAT(text.str(), Catch::Contains("session.closed") && Catch::Contains("\"why\":\"disconnected\""));
}

}  // namespace mugaika::test
