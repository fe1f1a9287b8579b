// Who may send, and how much, over real sockets.
#include "tests/support/logged_inbound.hpp"

namespace mugaika::test {

// matrix: connect/refused
TEST_CASE("who is denied or not allowed gets 554 instead of the greeting") {
    for (const bool denied : {true, false}) {
        Setting setting;
        (denied ? setting.access.deny : setting.access.allow) = networks(denied ? "127.0.0.0/8" : "192.0.2.0/24");
        Logged log;
        Server server(setting, log.path());
        SocketPeer peer(server);
        CHECK(line_of(peer) == "554 5.7.1 Not open to your address");
        CHECK(is_closed(peer));
        CHECK_THAT(log.text(), Catch::Contains("\"event\":\"session.refused\"") &&
                                   Catch::Contains(denied ? "\"why\":\"deny\"" : "\"why\":\"allow\""));
    }
    Setting open;
    open.access.allow = networks("127.0.0.0/8");
    Server server(open);
    SocketPeer peer(server);
    hello(peer);
}

// matrix: connect/too_often
TEST_CASE("AC-249 one address has so many connections, and a place is free again when one of them ends") {
    Setting setting;
    setting.clients.connections_per_address_max = 2;
    Logged log;
    Server server(setting, log.path());
    SocketPeer first(server);
    SocketPeer second(server);
    hello(first);
    hello(second);
    SocketPeer third(server);
    CHECK(line_of(third) == "421 4.7.0 Too many connections from your address, try again later");
    CHECK(is_closed(third));
    CHECK_THAT(log.text(), Catch::Contains("connections_per_address_max"));
    first.hang_up();
    REQUIRE(server.run_until([&] { return server.inbound.sessions() == 1; }));
    SocketPeer fourth(server);
    hello(fourth);
}

// matrix: connect/too_often
TEST_CASE("AC-249 one address connects so often a minute; what is refused is one line of the log and its number") {
    Setting setting;
    setting.clients.connections_per_minute_per_address = 3;
    Logged log;
    {
        Server server(setting, log.path());
        for (int i = 0; i < 3; ++i) {
            SocketPeer peer(server);
            hello(peer);
            CHECK_THAT(say(peer, "QUIT"), Catch::StartsWith("221 "));
        }
        for (int i = 0; i < 20; ++i) {
            SocketPeer peer(server);
            CHECK(line_of(peer) == "421 4.7.0 Too many connections from your address, try again later");
            CHECK(is_closed(peer));
        }
        server.inbound.stop();
    }
    CHECK(count(log.text(), "session.refused") == 2);
    CHECK(count(log.text(), "\"why\":\"connections_per_minute_per_address\",\"times\":1,") == 1);
    CHECK(count(log.text(), "\"why\":\"connections_per_minute_per_address\",\"times\":19,") == 1);
}

// matrix: command/internal
TEST_CASE("an exception in a session is counted and shown, and the listener goes on") {
    Logged log;
    Server server(Setting{}, log.path());
    SocketPeer peer(server);
    hello(peer);
    say(peer, "MAIL FROM:<a@sender.example>");
    server.taker.throws = true;
    CHECK(say(peer, "RCPT TO:<x@city.example>") == "421 4.3.0 Local error, try again later");
    REQUIRE(server.run_until_no_sessions());
    CHECK(server.tasks.faults().at("session") == 1);
    const auto lately = server.tasks.lately(TaskLedger::Clock::now());
    CHECK(lately == std::vector<std::string>{"a fault in session: planted"});
    CHECK(server.tasks.not_running(TaskLedger::Clock::now()).empty());
    server.taker.throws = false;
    SocketPeer next(server);
    hello(next);
}

TEST_CASE("a trusted hop, which speaks for many clients, is not counted") {
    Setting setting;
    setting.clients.connections_per_address_max = 1;
    setting.clients.connections_per_minute_per_address = 1;
    setting.access.xclient_from = networks(loopback);
    Server server(setting);
    SocketPeer first(server);
    SocketPeer second(server);
    hello(first);
    hello(second);
}

// matrix: recipient/too_often
TEST_CASE("a client past its mails a minute gets 450 for each recipient, and the event names the limit") {
    Setting setting;
    setting.clients.mails_per_minute_per_address = 2;
    Logged log;
    Server server(setting, log.path());
    SocketPeer peer(server);
    hello(peer);
    for (const bool third : {false, false, true}) {
        CHECK_THAT(say(peer, "MAIL FROM:<a@sender.example>"), Catch::StartsWith("250 "));
        const std::string answer = say(peer, "RCPT TO:<x@city.example>");
        CHECK(answer ==
              (third ? "450 4.7.1 Too many mails in a short time, try again later" : "250 2.1.5 Recipient ok"));
        CHECK(say(peer, "RCPT TO:<y@city.example>") == answer);  // a mail with two recipients is one mail
        CHECK_THAT(say(peer, "RSET"), Catch::StartsWith("250 "));
    }
    CHECK_THAT(log.text(), Catch::Contains("\"event\":\"recipient.refused\"") &&
                               Catch::Contains("\"why\":\"mails_per_minute_per_address\""));
}

TEST_CASE("a domain past its recipients a minute gets 450, others go on, and refused names are not counted") {
    Setting setting;
    setting.clients.recipients_per_minute_per_domain = 2;
    setting.script.verify_answers = {{550, "5.1.1", "No such user"}, {550, "5.1.1", "No such user"}};
    Logged log;
    Server server(setting, log.path());
    SocketPeer peer(server);
    hello(peer);
    say(peer, "MAIL FROM:<a@sender.example>");
    for (const char* name : {"u", "v"}) {
        CHECK_THAT(say(peer, std::string("RCPT TO:<") + name + "@city.example>"), Catch::StartsWith("550 "));
    }
    for (const char* name : {"w", "x"}) {
        CHECK_THAT(say(peer, std::string("RCPT TO:<") + name + "@city.example>"), Catch::StartsWith("250 "));
    }
    CHECK_THAT(say(peer, "RCPT TO:<y@city.example>"), Catch::StartsWith("450 4.7.1"));
    CHECK_THAT(say(peer, "RCPT TO:<y@town.example>"), Catch::StartsWith("250 "));
    CHECK_THAT(log.text(), Catch::Contains("\"why\":\"recipients_per_minute_per_domain\""));
}

TEST_CASE("AC-021 who speaks while the greeting is held back gets 554 and no greeting") {
    Setting setting;
    setting.clients.greeting_delay = std::chrono::seconds(30);  // ended by the words, not by the clock
    Server server(setting);
    SocketPeer peer(server);
    REQUIRE(server.run_until([&] { return server.inbound.sessions() == 1; }));
    peer.send("EHLO early.example\r\n");
    CHECK(line_of(peer) == "554 5.5.0 Synchronisation error, wait for the answer");
    CHECK(is_closed(peer));
}

TEST_CASE("who waits for a greeting that is held back gets it") {
    Setting setting;
    setting.clients.greeting_delay = std::chrono::seconds(1);
    Server server(setting);
    SocketPeer peer(server);
    hello(peer);
}

TEST_CASE("AC-248 content that comes byte by byte is ended although each byte comes in time") {
    Setting setting;
    setting.limits.data_timeout = std::chrono::seconds(1);
    Server server(setting);
    SocketPeer peer(server);
    hello(peer);
    say(peer, "MAIL FROM:<a@sender.example>");
    say(peer, "RCPT TO:<x@city.example>");
    CHECK_THAT(say(peer, "DATA"), Catch::StartsWith("354 "));
    // As fast as the loop of the server turns, so that no single byte is late; a hundred a second would be enough.
    auto next_byte = std::chrono::steady_clock::now();
    REQUIRE(server.run_until([&] {
        const auto now = std::chrono::steady_clock::now();
        if (now < next_byte) return server.inbound.sessions() == 0;
        next_byte = now + std::chrono::milliseconds(50);
        peer.send_some("a");
        return server.inbound.sessions() == 0;
    }));
    CHECK(line_of(peer) == "421 4.4.2 Timeout waiting for data");
    CHECK(server.taker.mails.empty());
}

TEST_CASE("AC-248 a session that only says NOOP ends with the time of one transaction") {
    Setting setting;
    setting.limits.transaction_timeout = std::chrono::seconds(1);
    setting.limits.idle_commands_max = 1000000;
    Server server(setting);
    SocketPeer peer(server);
    hello(peer);
    std::string answer = "250 2.0.0 Ok";
    while (answer == "250 2.0.0 Ok") answer = say(peer, "NOOP");
    CHECK(answer == "421 4.4.2 Timeout waiting for a command");
}

TEST_CASE("AC-041 a session of many refusals waits for its answers, others do not") {
    Setting setting;
    setting.limits.errors_max = 4;
    setting.clients.error_delay = std::chrono::seconds(1);
    Server server(setting);
    SocketPeer guesser(server);
    SocketPeer honest(server);
    hello(guesser);
    hello(honest);
    for (int i = 0; i < 2; ++i) CHECK_THAT(say(guesser, "JUNK"), Catch::StartsWith("500 "));
    guesser.send("JUNK\r\n");
    // The honest one has all of these answers before the guesser has his one: nothing but the delay can order them so.
    for (int i = 0; i < 50; ++i) CHECK_THAT(say(honest, "RSET"), Catch::StartsWith("250 "));
    CHECK_FALSE(guesser.has_input());
    CHECK_THAT(line_of(guesser), Catch::StartsWith("500 "));
}

namespace {

void up_to_data(SocketPeer& peer) {
    CHECK_THAT(say(peer, "MAIL FROM:<a@example.com>"), Catch::StartsWith("250 "));
    CHECK_THAT(say(peer, "RCPT TO:<x@city.example>"), Catch::StartsWith("250 "));
    CHECK_THAT(say(peer, "DATA"), Catch::StartsWith("354 "));
}

}  // namespace

TEST_CASE("AC-257 whose answer waits holds no turn: mails that have outgrown memory go on") {
    Setting setting;
    setting.limits.errors_max = 4;
    setting.limits.memory_bytes_max = 10;  // any mail goes to a file, and takes a turn for each piece
    setting.clients.error_delay = std::chrono::minutes(10);
    const Logged log;
    Server server(setting, log.path());
    const std::string body = "A: b\r\n\r\n" + std::string(500, 'x') + "\r\n";
    std::vector<std::unique_ptr<SocketPeer>> guessers;
    for (int i = 0; i < 4; ++i) {
        guessers.push_back(std::make_unique<SocketPeer>(server));
        hello(*guessers.back());
        up_to_data(*guessers.back());
        guessers.back()->send(body);
    }
    SocketPeer honest(server);
    hello(honest);
    up_to_data(honest);
    honest.send(body);
    SocketPeer other(server);
    hello(other);  // and meanwhile what was sent is written
    // All of these answers wait ten minutes, in the turn in which the end of the mail was read.
    for (const auto& guesser : guessers) guesser->send("bare\rreturn\r\n.\r\nJUNK\r\nJUNK\r\nJUNK\r\n");
    REQUIRE(
        server.run_until([&] { return count(log.text(), "message.refused") >= 2; }));  // that holds whoever comes later
    CHECK_THAT(say(honest, "x\r\n."), Catch::StartsWith("250 "));
    for (const auto& guesser : guessers) CHECK_FALSE(guesser->has_input());
}

namespace {

const std::string proxy_v1 = "PROXY TCP4 192.0.2.1 192.0.2.2 49152 25\r\n";
const std::string proxy_v2_local = std::string("\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00", 16);

Setting behind_a_proxy() {
    Setting setting;
    setting.access.proxy_protocol_from = networks(loopback);
    return setting;
}

Setting behind_a_hop() {
    Setting setting;
    setting.access.xclient_from = networks(loopback);
    return setting;
}

void send_a_mail(SocketPeer& peer) {
    CHECK_THAT(say(peer, "MAIL FROM:<a@sender.example>"), Catch::StartsWith("250 "));
    CHECK_THAT(say(peer, "RCPT TO:<x@city.example>"), Catch::StartsWith("250 "));
    CHECK_THAT(say(peer, "DATA"), Catch::StartsWith("354 "));
    CHECK_THAT(say(peer, "A: b\r\n\r\n."), Catch::StartsWith("250 "));
}

}  // namespace

TEST_CASE("behind a proxy the client of the PROXY header is the client, in pieces too") {
    for (const std::size_t first : {std::size_t{1}, std::size_t{7}, proxy_v1.size()}) {
        Logged log;
        Server server(behind_a_proxy(), log.path());
        SocketPeer peer(server);
        peer.send(proxy_v1.substr(0, first));
        REQUIRE(server.run_until([&] { return server.inbound.sessions() == 1; }));
        peer.send(proxy_v1.substr(first));
        hello(peer);
        send_a_mail(peer);
        REQUIRE(server.taker.last.has_value());
        CHECK(server.taker.last->client_address == "192.0.2.1");
        CHECK_THAT(log.text(), Catch::Contains("\"through\":\"PROXY\"") && Catch::Contains("\"hop\":\"127.0.0.1\""));
    }
}

TEST_CASE("a proxy that speaks for itself is the client") {
    Server server(behind_a_proxy());
    SocketPeer peer(server);
    peer.send(proxy_v2_local);
    hello(peer);
    send_a_mail(peer);
    CHECK(server.taker.last->client_address == loopback);
}

// matrix: connect/malformed
TEST_CASE("behind a proxy nothing is served without a header") {
    Logged log;
    Server server(behind_a_proxy(), log.path());
    SocketPeer peer(server);
    peer.send("EHLO client.example\r\n");
    CHECK(line_of(peer) == "554 5.5.0 PROXY header expected");
    CHECK(is_closed(peer));
    CHECK_THAT(log.text(), Catch::Contains("\"event\":\"session.refused\"") && Catch::Contains("proxy_protocol_from"));
}

// matrix: connect/timeout
TEST_CASE("a proxy that keeps its header back is not waited for") {
    Setting setting = behind_a_proxy();
    setting.clients.proxy_header_timeout = std::chrono::seconds(1);
    Server server(setting);
    SocketPeer peer(server);
    peer.send(proxy_v1.substr(0, 10));
    CHECK(line_of(peer) == "421 4.4.2 Timeout waiting for a PROXY header");
    CHECK(is_closed(peer));
}

TEST_CASE("a proxy that goes away, or a relay that stops, ends the wait for a header") {
    Server server(behind_a_proxy());
    {
        SocketPeer peer(server);
        REQUIRE(server.run_until([&] { return server.inbound.sessions() == 1; }));
    }
    CHECK(server.run_until_no_sessions());
    SocketPeer peer(server);
    REQUIRE(server.run_until([&] { return server.inbound.sessions() == 1; }));
    server.inbound.stop();
    CHECK_THAT(line_of(peer), Catch::StartsWith("421 4.3.2"));
}

TEST_CASE("a PROXY header from anybody else is garbage, before the greeting and after it") {
    for (const bool early : {true, false}) {
        Server server(Setting{});
        SocketPeer peer(server);
        if (early) peer.send(proxy_v1);
        if (!early) CHECK_THAT(line_of(peer), Catch::StartsWith("220 "));
        if (!early) peer.send(proxy_v1);
        CHECK_THAT(line_of(peer), Catch::StartsWith(early ? "554 5.5.0" : "500 5.5.2"));
        CHECK(server.taker.mails.empty());
    }
    Server server(Setting{});
    SocketPeer peer(server);
    CHECK_THAT(line_of(peer), Catch::StartsWith("220 "));
    peer.send(proxy_v2_local);
    while (const auto line = peer.read_line()) CHECK_THAT(*line, Catch::StartsWith("500 5.5.2"));
    CHECK(peer.closed());
}

TEST_CASE("limits and lists are for the client that the proxy names, not for the proxy") {
    Setting setting = behind_a_proxy();
    setting.clients.connections_per_address_max = 1;
    setting.access.deny = networks("198.51.100.0/24");
    Server server(setting);
    SocketPeer first(server);
    first.send(proxy_v1);
    hello(first);
    SocketPeer second(server);
    second.send(proxy_v1);
    CHECK_THAT(line_of(second), Catch::StartsWith("421 4.7.0"));
    SocketPeer other(server);
    other.send("PROXY TCP4 192.0.2.9 192.0.2.2 49152 25\r\n");
    hello(other);
    SocketPeer denied(server);
    denied.send("PROXY TCP4 198.51.100.9 192.0.2.2 49152 25\r\n");
    CHECK_THAT(line_of(denied), Catch::StartsWith("554 5.7.1"));
}

TEST_CASE("AC-021 a client that speaks right behind the header of its proxy did not wait for the greeting") {
    Server server(behind_a_proxy());
    SocketPeer peer(server);
    peer.send(proxy_v1 + "EHLO client.example\r\n");
    CHECK_THAT(line_of(peer), Catch::StartsWith("554 5.5.0 Synchronisation"));
}

TEST_CASE("the client that XCLIENT names is the client, for its mails and its limits") {
    Setting setting = behind_a_hop();
    setting.clients.mails_per_minute_per_address = 1;
    setting.access.deny = networks("198.51.100.0/24");
    setting.access.allow = networks(loopback);  // who may connect
    Logged log;
    Server server(setting, log.path());
    SocketPeer peer(server);
    hello(peer);
    CHECK_THAT(say(peer, "XCLIENT ADDR=192.0.2.1 NAME=mail.sender.example HELO=mail.sender.example"),
               Catch::StartsWith("220 "));
    CHECK_THAT(say(peer, "EHLO hop.example"), Catch::StartsWith("250 "));
    send_a_mail(peer);
    CHECK(server.taker.last->client_address == "192.0.2.1");
    CHECK(server.taker.last->client_helo.str() == "mail.sender.example");
    say(peer, "MAIL FROM:<a@sender.example>");
    CHECK_THAT(say(peer, "RCPT TO:<x@city.example>"), Catch::StartsWith("450 4.7.1"));
    say(peer, "RSET");
    CHECK_THAT(say(peer, "XCLIENT ADDR=198.51.100.9"), Catch::StartsWith("554 5.7.1"));
    CHECK(is_closed(peer));
    CHECK_THAT(log.text(),
               Catch::Contains("\"through\":\"XCLIENT\"") && Catch::Contains("\"name\":\"mail.sender.example\""));
}

TEST_CASE("what XFORWARD says is for one mail and limits nobody") {
    Logged log;
    Server server(behind_a_hop(), log.path());
    SocketPeer peer(server);
    hello(peer);
    CHECK_THAT(say(peer, "XFORWARD ADDR=192.0.2.1 NAME=mail.sender.example PROTO=SMTP"), Catch::StartsWith("250 "));
    CHECK_THAT(say(peer, "XFORWARD HELO=helo.sender.example"), Catch::StartsWith("250 "));
    send_a_mail(peer);
    CHECK(server.taker.last->client_address == "192.0.2.1");
    CHECK(server.taker.last->client_helo.str() == "helo.sender.example");
    CHECK(server.taker.last->protocol == "SMTP");
    CHECK_THAT(log.text(), Catch::Contains("\"through\":\"XFORWARD\""));
    send_a_mail(peer);
    CHECK(server.taker.last->client_address == loopback);
    CHECK(server.taker.last->client_helo.str() == "client.example");
    CHECK(server.taker.last->protocol == "ESMTP");
}

TEST_CASE("forged XCLIENT and XFORWARD of anybody else are refused and change nothing") {
    Server server(Setting{});
    SocketPeer peer(server);
    hello(peer);
    CHECK_THAT(say(peer, "XCLIENT ADDR=192.0.2.1 HELO=trusted.example"), Catch::StartsWith("502 5.5.1"));
    CHECK_THAT(say(peer, "XFORWARD ADDR=192.0.2.1 HELO=trusted.example"), Catch::StartsWith("502 5.5.1"));
    send_a_mail(peer);
    CHECK(server.taker.last->client_address == loopback);
    CHECK(server.taker.last->client_helo.str() == "client.example");
}

}  // namespace mugaika::test
