// Deadlines by a clock that the test turns.
#include "relay/inbound/patience.hpp"

#include <catch2/catch.hpp>

namespace mugaika {
namespace {

using std::chrono::seconds;

struct Talk {
    Talk() { limits.transaction_timeout = seconds(900); }

    void say(std::string_view bytes) {
        patience.received(bytes.size());
        session.receive(bytes);
        run();
    }
    void run() {
        using Next = smtp::ServerSession::Next;
        for (Next next = session.next(); next != Next::need_input; next = session.next()) {
            if (next == Next::take_mail) session.take_envelope();
            if (next == Next::verify_recipient || next == Next::take_mail) session.answer({250, "2.0.0", "Ok"});
        }
    }
    void open_data() {
        run();
        for (const char* line : {"EHLO c\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<c@d.example>\r\n", "DATA\r\n"}) say(line);
    }
    // Seconds from the beginning of time.
    long long deadline() { return (patience.deadline(session, now) - start) / seconds(1); }

    const std::string hostname = "mx.example.lg.jp";
    const MailAddress postmaster = MailAddress::parse("postmaster@city.example").value();
    const Patience::Time start{};
    Patience::Time now = start;
    SmtpLimits limits;  // a command 300 s, data 180 s
    ClientLimits clients;
    smtp::ServerSession session{hostname, postmaster, limits};
    Patience patience{limits, clients, start};
};

}  // namespace

TEST_CASE("AC-248 the bytes of a half command move no deadline, a whole command does") {
    Talk talk;
    talk.run();
    CHECK(talk.deadline() == 300);
    talk.now += seconds(200);
    talk.say("EHLO");
    CHECK(talk.deadline() == 300);
    talk.say(" c\r\n");
    CHECK(talk.deadline() == 500);
}

TEST_CASE("AC-248 commands without a mail hold a session no longer than a transaction") {
    Talk talk;
    talk.run();
    talk.say("EHLO c\r\n");
    for (int i = 0; i < 8; ++i) {
        talk.now += seconds(100);
        talk.say(i % 2 == 0 ? "NOOP\r\n" : "MAIL FROM:<>\r\nRSET\r\n");
        talk.deadline();
    }
    CHECK(talk.deadline() == 900);
    talk.say("MAIL FROM:<>\r\n");  // a transaction has its whole time, whenever it begins
    CHECK(talk.deadline() == 1100);
    talk.now += seconds(700);
    talk.say("NOOP\r\n");
    CHECK(talk.deadline() == 1700);
}

TEST_CASE("a mail that was taken gives the session its time anew") {
    Talk talk;
    talk.open_data();
    talk.deadline();
    talk.now += seconds(100);
    talk.say("A: b\r\n\r\n.\r\n");
    CHECK(talk.session.mails() == 1);
    CHECK(talk.deadline() == 400);
    talk.now += seconds(250);
    talk.say("NOOP\r\n");
    talk.deadline();
    talk.now += seconds(250);
    talk.say("NOOP\r\n");
    talk.deadline();
    talk.now += seconds(250);
    talk.say("NOOP\r\n");
    CHECK(talk.deadline() == 1000);
}

TEST_CASE("AC-248 content that comes in time but too slowly ends with its window, and fast content goes on") {
    Talk slow;
    slow.open_data();
    CHECK(slow.deadline() == 180);
    for (int i = 0; i < 17; ++i) {
        slow.now += seconds(10);
        slow.say("x");
        CHECK(slow.deadline() == 180);
    }
    Talk fast;
    fast.open_data();
    fast.deadline();
    for (int i = 0; i < 40; ++i) {
        fast.now += seconds(10);
        fast.say(std::string(998, 'x') + "\r\n");
        CHECK(fast.deadline() > (fast.now - fast.start) / seconds(1));
    }
}

TEST_CASE("content that stalls after enough has data_timeout from its last piece, and the next window counts anew") {
    Talk talk;
    talk.open_data();
    talk.deadline();
    talk.now += seconds(100);
    for (int i = 0; i < 18; ++i) talk.say(std::string(998, 'x') + "\r\n");  // 100 bytes a second for 180 s
    CHECK(talk.deadline() == 280);
    talk.now += seconds(150);
    talk.say("x");
    CHECK(talk.deadline() == 430);  // a new window, from now
    talk.now += seconds(100);
    talk.say("x");
    CHECK(talk.deadline() == 430);
}

TEST_CASE("no minimum rate leaves the other deadlines") {
    Talk talk;
    talk.clients.data_bytes_per_second_min = 0;
    talk.open_data();
    talk.deadline();
    talk.now += seconds(100);
    talk.say("x");
    talk.deadline();
    CHECK(talk.deadline() == 280);
}

}  // namespace mugaika
