// What the dialogue scripts cannot show: the order of actions, and what is kept.
#include "relay/smtp/server_session.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace mugaika::smtp {
namespace {

using Next = ServerSession::Next;

const std::string hostname = "mx.example.lg.jp";
const MailAddress postmaster = MailAddress::parse("postmaster@city.example").value();

// Runs a session up to the next action that needs somebody, gathering what is sent.
struct Driver {
    SmtpLimits limits;
    ServerSession session{hostname, postmaster, limits};
    std::string sent;
    std::size_t sends = 0;

    Next run() {
        for (;;) {
            const Next next = session.next();
            if (next != Next::send) return next;
            sent += session.bytes();
            ++sends;
        }
    }
    Next say(std::string_view bytes) {
        session.receive(bytes);
        return run();
    }
    // As far as the question about the first recipient, and past it.
    void begin_mail() {
        run();
        say("EHLO client.example\r\n");
        REQUIRE(say("MAIL FROM:<a@sender.example>\r\nRCPT TO:<x@city.example>\r\n") == Next::verify_recipient);
        session.answer({250, "2.1.5", "Ok"});
        REQUIRE(run() == Next::need_input);
    }
    void begin_data() {
        begin_mail();
        REQUIRE(say("DATA\r\n") == Next::need_input);
        REQUIRE(session.reading_data());
        sent.clear();
    }
};

}  // namespace

TEST_CASE("small talk engages nobody; a further command, a refused one and an end by us do") {
    for (const char* words : {"", "HELO a.example\r\n", "EHLO a.example\r\n", "NOOP\r\n", "RSET\r\n", "QUIT\r\n"}) {
        Driver driver;
        driver.run();
        driver.say(words);
        CHECK_FALSE(driver.session.engaged());
    }
    for (const char* words : {"HELO\r\n", "MAIL FROM:<a@s.example>\r\n", "QUIT x\r\n", "VRFY a\r\n", "HELP\r\n",
                              "FOO\r\n", "STARTTLS\r\n", "DATA\r\n", "\x16\x03", "NOOP\n", "GET / HTTP/1.1\r\n"}) {
        Driver driver;
        driver.run();
        driver.say(words);
        CHECK(driver.session.engaged());
    }
    Driver driver;
    driver.run();
    driver.session.end(outcome<Stage::command, Failure::timeout>());
    CHECK(driver.session.engaged());
}

TEST_CASE("pipelined commands wait while a question is open") {
    Driver driver;
    driver.run();
    driver.say("EHLO client.example\r\n");
    driver.sent.clear();
    driver.sends = 0;
    CHECK(driver.say("MAIL FROM:<a@s.example>\r\nRCPT TO:<x@c.example>\r\nRCPT TO:<y@c.example>\r\nNOOP\r\n") ==
          Next::verify_recipient);
    CHECK(driver.session.recipient().text() == "x@c.example");
    CHECK(driver.session.next() == Next::verify_recipient);  // repeated until it is answered
    CHECK(driver.session.envelope().recipients.empty());
    driver.session.answer({550, "5.1.1", "no"});
    CHECK(driver.run() == Next::verify_recipient);
    CHECK(driver.session.recipient().text() == "y@c.example");
    driver.session.answer({250, "2.1.5", "yes"});
    CHECK(driver.run() == Next::need_input);
    CHECK(driver.sent == "250 2.1.0 Sender ok\r\n550 5.1.1 no\r\n250 2.1.5 yes\r\n250 2.0.0 Ok\r\n");
    CHECK(driver.sends == 1);  // a group is answered in one piece
}

TEST_CASE("a flood of commands is answered in bounded pieces") {
    Driver driver;
    driver.limits.idle_commands_max = 100000;
    driver.run();
    std::string flood;
    for (int i = 0; i < 10000; ++i) flood += "NOOP\r\n";
    driver.session.receive(flood);
    for (Next next = driver.session.next(); next != Next::need_input; next = driver.session.next()) {
        REQUIRE(next == Next::send);
        REQUIRE(driver.session.bytes().size() < 5000);
    }
}

TEST_CASE("content is handed out as it comes and the mail is asked about at its end") {
    Driver driver;
    driver.begin_data();
    CHECK(driver.say("A: b\r\n\r\nhel") == Next::append_data);
    CHECK(driver.session.bytes() == "A: b\r\n\r\nhel");
    CHECK(driver.run() == Next::need_input);
    CHECK(driver.say("lo\r\n.\r\n") == Next::append_data);
    CHECK(driver.session.bytes() == "lo\r\n");
    CHECK(driver.run() == Next::take_mail);
    CHECK(driver.session.protocol() == "ESMTP");
    CHECK(driver.session.helo() == "client.example");
    CHECK(driver.session.in_transaction());
    CHECK(driver.session.take_envelope().recipients.size() == 1);
    driver.session.answer({250, "2.0.0", "Taken"});
    CHECK(driver.run() == Next::need_input);
    CHECK(driver.sent == "250 2.0.0 Taken\r\n");
    CHECK(driver.session.mails() == 1);
    CHECK_FALSE(driver.session.in_transaction());
}

TEST_CASE("AC-012 content is dropped at its first fault and refused at its end") {
    Driver driver;
    driver.begin_data();
    CHECK(driver.say("A: b\r\n\r\nx\r\n") == Next::append_data);
    CHECK(driver.run() == Next::need_input);
    CHECK(driver.say("bare\nline\r\n") == Next::drop_data);
    CHECK(driver.run() == Next::need_input);
    CHECK(driver.say("more\r\n.\r\n") == Next::mail_refused);
    CHECK(driver.session.refused_by().failure == Failure::malformed);
    CHECK(driver.session.envelope().recipients.size() == 1);
    CHECK(driver.run() == Next::need_input);
    CHECK(driver.sent.starts_with("550 5.6.0 "));
    CHECK(driver.session.mails() == 0);
}

TEST_CASE("a spool that fails is answered at the end of data, and the content is not handed out any more") {
    Driver driver;
    driver.begin_data();
    CHECK(driver.say("A: b\r\n\r\nx\r\n") == Next::append_data);
    driver.session.spool_failed(outcome<Stage::spool, Failure::disk_full>());
    CHECK(driver.run() == Next::need_input);
    CHECK(driver.say("MAIL FROM:<c@d.example>\r\n") == Next::need_input);
    CHECK(driver.sent.empty());
    CHECK(driver.say(".\r\n") == Next::mail_refused);
    CHECK(driver.run() == Next::need_input);
    CHECK(driver.sent == "452 4.3.1 Not enough space\r\n");
    CHECK(driver.say("NOOP\r\n") == Next::need_input);
}

TEST_CASE("a bad mail that met a full disk is refused for good: sending it again would not help") {
    Driver driver;
    driver.begin_data();
    CHECK(driver.say("A: b\r\n\r\nx\r\n") == Next::append_data);
    driver.session.spool_failed(outcome<Stage::spool, Failure::disk_full>());
    driver.say("bare\nline\r\n.\r\n");
    CHECK(driver.run() == Next::need_input);
    CHECK(driver.sent.starts_with("550 5.6.0 "));
}

TEST_CASE("the caller may end the session at any wait") {
    Driver driver;
    driver.begin_data();
    driver.session.end(outcome<Stage::data, Failure::timeout>());
    CHECK(driver.run() == Next::close);
    CHECK(driver.sent == "421 4.4.2 Timeout waiting for data\r\n");
    CHECK(driver.session.ended_by()->failure == Failure::timeout);
    CHECK(driver.session.mails() == 0);
}

TEST_CASE("every outcome of a command that closes says so in words before it closes") {
    for (const Outcome& row : outcomes) {
        if (row.stage != Stage::command || row.code == 0) continue;
        Driver driver;
        driver.run();
        driver.sent.clear();
        driver.session.end(row);
        CHECK(driver.run() == Next::close);
        CHECK(driver.sent == reply_from(row).line());
    }
}

TEST_CASE("the protocol is named as RFC 3848 and RFC 6531 have it") {
    const struct {
        std::string_view hello;
        std::string_view mail;
        std::string_view protocol;
    } rows[] = {
        {"HELO c\r\n", "MAIL FROM:<>\r\n", "SMTP"},
        {"EHLO c\r\n", "MAIL FROM:<>\r\n", "ESMTP"},
        {"EHLO c\r\n", "MAIL FROM:<> SMTPUTF8\r\n", "UTF8SMTP"},
    };
    for (const auto& row : rows) {
        Driver driver;
        driver.run();
        driver.say(row.hello);
        driver.say(row.mail);
        CHECK(driver.session.protocol() == row.protocol);
    }
}

TEST_CASE("AC-028 a line without end is cut off at the limit, however slowly it comes") {
    Driver driver;
    driver.run();
    std::size_t received = 0;
    Next next = Next::need_input;
    for (; next == Next::need_input; ++received) next = driver.say("a");
    CHECK(next == Next::close);
    CHECK(received == driver.limits.command_line_bytes_max);
}

}  // namespace mugaika::smtp
