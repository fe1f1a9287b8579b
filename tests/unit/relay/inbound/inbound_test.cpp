#include "relay/inbound/inbound.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include "tests/support/inbound_harness.hpp"

namespace mugaika::test {
namespace {

// A file that goes away with its object.
class TemporaryFile {
public:
    TemporaryFile() {
        const int fd = ::mkstemp(path_.data());
        REQUIRE(fd >= 0);
        ::close(fd);
    }
    ~TemporaryFile() { std::filesystem::remove(path_); }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    const std::string& path() const { return path_; }
    std::string text() const {
        std::stringstream text;
        text << std::ifstream(path_).rdbuf();
        return text.str();
    }

private:
    std::string path_ = (std::filesystem::temp_directory_path() / "mugaika-inbound-XXXXXX").string();
};

bool holds(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

void expect(SocketPeer& peer, const std::string& line) { CHECK(peer.read_line().value_or("(nothing)") == line); }

void say(SocketPeer& peer, const std::string& line, const std::string& code) {
    peer.send(line + "\r\n");
    CHECK(peer.read_line().value_or("(nothing)").substr(0, code.size()) == code);
}

void say_hello(SocketPeer& peer) {
    peer.read_line();
    say(peer, "HELO client.example", "250");
}

void say_up_to_data(SocketPeer& peer) {
    say_hello(peer);
    say(peer, "MAIL FROM:<a@sender.example>", "250");
    say(peer, "RCPT TO:<x@city.example>", "250");
    say(peer, "DATA", "354");
}

std::string lines_of(std::size_t bytes) {
    std::string lines;
    while (lines.size() < bytes) lines += std::string(62, 'x') + "\r\n";
    return lines;
}

// What this process has written to temporary files that are open.
std::size_t bytes_in_nameless_files() {
    std::size_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        struct stat facts {};
        if (::stat(entry.path().c_str(), &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_nlink == 0) {
            bytes += static_cast<std::size_t>(facts.st_size);
        }
    }
    return bytes;
}

}  // namespace

TEST_CASE("a mail is handed over with what is known of its client, and both are in the log") {
    const TemporaryFile log;
    {
        InboundHarness server({}, ScriptedAnswers(Dialogue{}), log.path());
        SocketPeer peer(server);
        say_up_to_data(peer);
        say(peer, "A: b\r\n\r\nbody\r\n.", "250");
        say(peer, "QUIT", "221");
        CHECK(server.run_until_no_sessions());
        REQUIRE(server.taker.last);
        const ReceivedMail& mail = *server.taker.last;
        CHECK(mail.client_address == "127.0.0.1");
        CHECK(mail.client_helo.str() == "client.example");
        CHECK(mail.protocol == "SMTP");
        CHECK(mail.session.size() == 16);
        CHECK(mail.raw.size() == 14);
        CHECK_FALSE(mail.tls);
        CHECK(mail.times.of(Stage::recipient));
        CHECK(mail.times.of(Stage::data));
        CHECK_FALSE(mail.times.of(Stage::worker));
    }
    const std::string events = log.text();
    CHECK(holds(events, "session.opened"));
    CHECK(holds(events, "session.closed"));
    CHECK(holds(events, "\"mails\":1"));
    CHECK(holds(events, "\"quit\""));
}

TEST_CASE("a mail that is refused at its end says how long its stages took") {
    const TemporaryFile log;
    InboundHarness server({}, ScriptedAnswers(Dialogue{}), log.path());
    SocketPeer peer(server);
    say_up_to_data(peer);
    say(peer, "A: b\r\n\r\nbare\rreturn\r\n.", "550");
    CHECK(holds(log.text(), "\"recipient_us\""));
    CHECK(holds(log.text(), "\"data_us\""));
    CHECK_FALSE(holds(log.text(), "\"total_us\""));
}

// matrix: connect/limit
TEST_CASE("past the limit of sessions a client is told to come later, and one that leaves makes room") {
    const TemporaryFile log;
    SmtpLimits limits;
    limits.sessions_max = 1;
    InboundHarness server(limits, ScriptedAnswers(Dialogue{}), log.path());
    SocketPeer first(server);
    say_hello(first);
    SocketPeer second(server);
    expect(second, "421 4.3.2 Too many connections, try again later");
    CHECK_FALSE(second.read_line());
    CHECK(holds(log.text(), "session.refused"));
    first.hang_up();
    CHECK(server.run_until_no_sessions());
    SocketPeer third(server);
    say_hello(third);
}

// matrix: command/timeout
TEST_CASE("a silent client is told so and left") {
    SmtpLimits limits;
    limits.command_timeout = std::chrono::seconds(0);
    InboundHarness server(limits);
    SocketPeer peer(server);
    peer.read_line();
    expect(peer, "421 4.4.2 Timeout waiting for a command");
    CHECK_FALSE(peer.read_line());
    CHECK(server.run_until_no_sessions());
}

// matrix: data/timeout
TEST_CASE("AC-019 content that stops coming is given up") {
    SmtpLimits limits;
    limits.data_timeout = std::chrono::seconds(0);
    InboundHarness server(limits);
    SocketPeer peer(server);
    say_up_to_data(peer);
    expect(peer, "421 4.4.2 Timeout waiting for data");
    CHECK(server.run_until_no_sessions());
    CHECK(server.taker.mails.empty());
}

TEST_CASE("a transaction has a deadline of its own") {
    SmtpLimits limits;
    limits.transaction_timeout = std::chrono::seconds(1);
    InboundHarness server(limits);
    SocketPeer peer(server);
    say_hello(peer);
    say(peer, "MAIL FROM:<a@sender.example>", "250");
    expect(peer, "421 4.4.2 Timeout waiting for a command");
    CHECK(server.run_until_no_sessions());
}

TEST_CASE("a client that does not read its answers is left") {
    SmtpLimits limits;
    limits.command_timeout = std::chrono::seconds(1);
    limits.idle_commands_max = 100'000'000;
    const TemporaryFile log;
    InboundHarness server(limits, ScriptedAnswers(Dialogue{}), log.path());
    SocketPeer peer(server);
    std::string flood;
    for (int i = 0; i < 10000; ++i) flood += "NOOP\r\n";
    server.run_until([&] { return server.inbound.sessions() == 1; });
    CHECK(server.run_until([&] {
        peer.send_some(flood);
        return server.inbound.sessions() == 0;
    }));
    CHECK(holds(log.text(), "timeout of writing"));
}

// matrix: command/stopping
TEST_CASE("stop ends idle sessions, lets running mails finish, and takes no new ones") {
    InboundHarness server({});
    SocketPeer idle(server);
    say_hello(idle);
    SocketPeer busy(server);
    say_up_to_data(busy);
    server.inbound.stop();
    expect(idle, "421 4.3.2 Shutting down, try again later");
    CHECK_FALSE(idle.read_line());
    say(busy, "A: b\r\n\r\n.", "250");
    expect(busy, "421 4.3.2 Shutting down, try again later");
    CHECK(server.run_until_no_sessions());
    CHECK(server.taker.mails.size() == 1);
    CHECK_THROWS(SocketPeer(server));
}

TEST_CASE("stop while a mail is being taken still brings its answer") {
    InboundHarness server({});
    server.taker.while_taking = [&] { server.inbound.stop(); };
    SocketPeer peer(server);
    say_up_to_data(peer);
    say(peer, "A: b\r\n\r\n.", "250");
    expect(peer, "421 4.3.2 Shutting down, try again later");
    CHECK(server.run_until_no_sessions());
}

// matrix: spool/io
TEST_CASE("when the spool fails the content is read to its end, answered for now, and said in the log") {
    const TemporaryFile log;
    SmtpLimits limits;
    limits.memory_bytes_max = 10;
    InboundHarness server(limits, ScriptedAnswers(Dialogue{}), log.path(), "/nonexistent");
    SocketPeer peer(server);
    say_up_to_data(peer);
    say(peer, "A: b\r\n\r\nmore than ten bytes\r\nQUIT\r\n.", "451 4.3.0");
    say(peer, "QUIT", "221");
    CHECK(server.run_until_no_sessions());
    CHECK(server.taker.mails.empty());
    CHECK(holds(log.text(), "message.deferred"));
}

// matrix: spool/disk_full
TEST_CASE("AC-239 a mail for whose temporary file the reserve has no room is read to its end and answered 452") {
    const TemporaryFile log;
    SmtpLimits limits;
    limits.memory_bytes_max = 10;
    InboundHarness server(limits, ScriptedAnswers(Dialogue{}), log.path(),
                          std::filesystem::temp_directory_path().string(), nullptr, without_delay(), {},
                          std::numeric_limits<std::uint64_t>::max());
    SocketPeer peer(server);
    say_up_to_data(peer);
    say(peer, "A: b\r\n\r\nmore than ten bytes\r\n.", "452 4.3.1 Not enough space");
    CHECK(server.taker.mails.empty());
    CHECK(holds(log.text(), "bytes are free for temporary files"));
}

TEST_CASE("AC-250 mails under way that hold all memory there is go to temporary files, and arrive whole") {
    SmtpLimits limits;
    limits.memory_bytes_together_max = 3000;
    InboundHarness server(limits);
    const std::string body(1000, 'x');
    std::vector<std::unique_ptr<SocketPeer>> peers;
    for (int i = 0; i < 20; ++i) {
        peers.push_back(std::make_unique<SocketPeer>(server));
        say_up_to_data(*peers.back());
        peers.back()->send("A: b\r\n\r\n" + body + "\r\n");
    }
    for (const auto& peer : peers) say(*peer, ".", "250");
    REQUIRE(server.taker.mails.size() == 20);
    for (const TakenMail& mail : server.taker.mails) CHECK(mail.bytes == "A: b\r\n\r\n" + body + "\r\n");
}

TEST_CASE(
    "AC-257 of mails that have outgrown memory one goes on at a time, and whoever says little is answered between") {
    SmtpLimits limits;
    limits.memory_bytes_max = 100;
    InboundHarness server(limits);
    SocketPeer small(server);
    say_hello(small);
    const std::string piece = lines_of(60u << 10);
    std::vector<std::unique_ptr<SocketPeer>> large;
    for (int i = 0; i < 12; ++i) {
        large.push_back(std::make_unique<SocketPeer>(server));
        say_up_to_data(*large.back());
        large.back()->send("A: b\r\n\r\n" + lines_of(1000));
    }
    REQUIRE(server.run_until([&] { return bytes_in_nameless_files() >= 12 * 1000; }));
    for (const auto& peer : large) REQUIRE(peer->send_some(piece) == piece.size());  // before the server sees any of it
    REQUIRE(small.send_some("NOOP\r\n") == 6);
    REQUIRE(server.run_until([&] { return small.has_input(); }));
    CHECK(bytes_in_nameless_files() < 12 * 1000 + 4 * piece.size());
    for (const auto& peer : large) say(*peer, ".", "250");
    for (const TakenMail& mail : server.taker.mails) CHECK(mail.bytes.size() > piece.size() + 1000);
    CHECK(server.taker.mails.size() == 12);
}

TEST_CASE("a mail that is refused for its bytes is said in the log") {
    const TemporaryFile log;
    InboundHarness server({}, ScriptedAnswers(Dialogue{}), log.path());
    SocketPeer peer(server);
    say_up_to_data(peer);
    say(peer, "A: b\r\n\r\nbare\nLF\r\n.", "550 5.6.0");
    CHECK(holds(log.text(), "message.refused"));
    CHECK(holds(log.text(), "stray_cr_or_lf"));
}

// matrix: command/internal
TEST_CASE("an exception ends its own session and no other") {
    const TemporaryFile log;
    InboundHarness server({}, ScriptedAnswers(Dialogue{}), log.path());
    SocketPeer other(server);
    say_hello(other);
    SocketPeer peer(server);
    say_hello(peer);
    say(peer, "MAIL FROM:<a@sender.example>", "250");
    server.taker.throws = true;
    peer.send("RCPT TO:<x@city.example>\r\n");
    expect(peer, "421 4.3.0 Local error, try again later");
    CHECK_FALSE(peer.read_line());
    CHECK(server.inbound.sessions() == 1);
    say(other, "NOOP", "250");
    CHECK(holds(log.text(), "local error: planted"));
}

TEST_CASE("an address that cannot be listened on is named") {
    TaskLedger tasks(nullptr);
    boost::asio::io_context io;
    boost::asio::thread_pool spool{1};
    FakeTaker taker{ScriptedAnswers(Dialogue{})};
    const auto events = EventLog::open("/dev/null", "host").value();
    const auto words_for = [&](const std::string& host, std::uint16_t port) {
        Inbound inbound(io, spool, {"host", dialogue_postmaster, {{"127.0.0.1", 0}, {host, port}}, "/tmp", {}}, taker,
                        *events, tasks);
        const Result<void> started = inbound.start();
        REQUIRE(started.has_error());
        CHECK(started.error().fault() == Fault::unavailable);
        CHECK(inbound.ports().empty());
        return started.error().words();
    };
    InboundHarness server({});
    CHECK(holds(words_for("127.0.0.1", server.port()), "127.0.0.1 port " + std::to_string(server.port())));
    CHECK(holds(words_for("mx.example", 25), "mx.example port 25"));
}

TEST_CASE("several addresses are listened on") {
    TaskLedger tasks(nullptr);
    boost::asio::io_context io;
    boost::asio::thread_pool spool{1};
    FakeTaker taker{ScriptedAnswers(Dialogue{})};
    const auto events = EventLog::open("/dev/null", "host").value();
    Inbound inbound(io, spool, {"host", dialogue_postmaster, {{"127.0.0.1", 0}, {"127.0.0.2", 0}}, "/tmp", {}}, taker,
                    *events, tasks);
    REQUIRE(inbound.start().has_value());
    CHECK(inbound.ports().size() == 2);
    CHECK(inbound.ports()[0] != 0);
}

TEST_CASE("after a reload new sessions follow the new settings, running ones theirs, and the port stays open") {
    InboundHarness server({});
    SocketPeer before(server);
    CHECK(before.read_line().value_or("").starts_with("220 " + std::string(dialogue_hostname)));
    SmtpLimits stricter;
    stricter.errors_max = 0;
    REQUIRE(
        server.inbound.reload({"new.example", dialogue_postmaster, {{"127.0.0.1", 0}}, "/tmp", stricter}).has_value());
    CHECK(server.inbound.ports() == std::vector<std::uint16_t>{server.port()});
    SocketPeer after(server);
    expect(after, "220 new.example ESMTP mugaika");
    say(after, "JUNK", "500");
    CHECK(after.read_line().value_or("").starts_with("421"));
    say(before, "JUNK", "500");
    say(before, "HELO client.example", "250 " + std::string(dialogue_hostname));
}

TEST_CASE("a reload opens new addresses and closes vanished ones; one that cannot be opened changes nothing") {
    InboundHarness server({});
    const auto any = Inbound::Listener{"127.0.0.1", 0, {}};
    const auto other = Inbound::Listener{"127.0.0.2", 0, {}};
    const auto taken = Inbound::Listener{"127.0.0.1", server.port(), {}};
    REQUIRE(server.inbound.reload({"new.example", dialogue_postmaster, {other, any}, "/tmp", {}}).has_value());
    REQUIRE(server.inbound.ports().size() == 2);
    CHECK(server.inbound.ports()[1] == server.port());

    const auto failed = server.inbound.reload({"never.example", dialogue_postmaster, {taken}, "/tmp", {}});
    REQUIRE(failed.has_error());
    CHECK(failed.error().fault() == Fault::unavailable);
    CHECK(server.inbound.ports().size() == 2);
    SocketPeer peer(server);
    expect(peer, "220 new.example ESMTP mugaika");

    REQUIRE(server.inbound.reload({"new.example", dialogue_postmaster, {other}, "/tmp", {}}).has_value());
    CHECK(server.inbound.ports().size() == 1);
    CHECK_THROWS(SocketPeer(server));
}

TEST_CASE("a mail keeps the configuration that was in force at its first recipient; the next mail has the new one") {
    InboundHarness server({});
    // Inbound only hands it on, so the pointer is all that can be compared.
    const auto token = [](int& object) {
        return std::shared_ptr<const Config>(std::shared_ptr<int>(), reinterpret_cast<const Config*>(&object));
    };
    int first = 0;
    int second = 0;
    server.taker.config_now = token(first);
    SocketPeer peer(server);
    say_hello(peer);
    for (int& in_force : {std::ref(first), std::ref(second)}) {
        say(peer, "MAIL FROM:<a@sender.example>", "250");
        say(peer, "RCPT TO:<x@city.example>", "250");
        server.taker.config_now = token(second);
        say(peer, "RCPT TO:<y@city.example>", "250");
        CHECK(server.taker.verified_with == token(in_force));
        say(peer, "DATA", "354");
        say(peer, "A: b\r\n\r\nbody\r\n.", "250");
        CHECK(server.taker.last->config == token(in_force));
    }
}

TEST_CASE("who does not finish in time is cut off with 421") {
    InboundHarness server({});
    SocketPeer in_data(server);
    say_up_to_data(in_data);
    SocketPeer before_mail(server);
    say_hello(before_mail);
    server.inbound.stop();
    CHECK(before_mail.read_line().value_or("").starts_with("421 4.3.2"));
    CHECK(server.run_until([&] { return server.inbound.sessions() == 1; }));
    server.inbound.cut_off();
    CHECK(in_data.read_line().value_or("").starts_with("421 4.3.2"));
    CHECK(server.run_until_no_sessions());
    CHECK_FALSE(server.taker.last);
}

}  // namespace mugaika::test
