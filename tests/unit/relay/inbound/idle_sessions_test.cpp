// Which sessions are in the log line by line, and which are summed up.
#include "tests/support/logged_inbound.hpp"

namespace mugaika::test {

TEST_CASE("sessions that say nothing, or no more than HELO, NOOP, RSET and QUIT, are one line for all of a client") {
    Logged log;
    {
        Server server(Setting{}, log.path());
        for (const char* words : {"", "QUIT\r\n", "HELO check.example\r\nQUIT\r\n", "EHLO check.example\r\n",
                                  "NOOP\r\nRSET\r\nQUIT\r\n", "HELO check.example\r\n"}) {
            SocketPeer peer(server);
            CHECK_THAT(line_of(peer), Catch::StartsWith("220 "));
            std::string_view rest = words;
            while (!rest.empty()) {
                const std::size_t end = rest.find('\n') + 1;
                say(peer, std::string(rest.substr(0, end - 2)));
                rest.remove_prefix(end);
            }
            peer.hang_up();
            REQUIRE(server.run_until_no_sessions());
        }
        CHECK(server.inbound.idle_sessions() == 6);
        server.inbound.stop();
    }
    CHECK(count(log.text(), "\n") == 2);
    CHECK(count(log.text(), "\"event\":\"session.idle\"") == 2);
    CHECK(count(log.text(), "\"client\":\"127.0.0.1\",\"sessions\":1,") == 1);
    CHECK(count(log.text(), "\"client\":\"127.0.0.1\",\"sessions\":5,") == 1);
}

TEST_CASE("a session that did anything else is opened and closed in the log, before any other line of it") {
    for (const char* word : {"VRFY root", "MAIL FROM:<a@sender.example>", "HELO", "EXPN list", "AUTH LOGIN", "STARTTLS",
                             "GET / HTTP/1.1", "RCPT TO:<x@city.example>", "NOOP\r\nHELP", "QUIT now"}) {
        CAPTURE(word);
        Logged log;
        Server server(Setting{}, log.path());
        SocketPeer peer(server);
        line_of(peer);
        say(peer, word);
        peer.hang_up();
        REQUIRE(server.run_until_no_sessions());
        const std::string lines = log.text();
        CHECK(count(lines, "session.opened") == 1);
        CHECK(count(lines, "session.closed") == 1);
        CHECK(count(lines, "session.idle") == 0);
        CHECK(lines.find("session.opened") < lines.find('\n'));
        CHECK(server.inbound.idle_sessions() == 0);
    }
}

TEST_CASE("AC-248 a session that the relay had to end is in the log though it said nothing") {
    Setting setting;
    setting.limits.command_timeout = std::chrono::seconds(0);
    Logged log;
    Server server(setting, log.path());
    SocketPeer peer(server);
    line_of(peer);
    CHECK(line_of(peer) == "421 4.4.2 Timeout waiting for a command");
    REQUIRE(server.run_until_no_sessions());
    CHECK(count(log.text(), "session.opened") == 1);
    CHECK_THAT(log.text(), Catch::Contains("\"why\":\"command timeout\""));
}

}  // namespace mugaika::test
