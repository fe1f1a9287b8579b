#include "relay/smtp/client_session.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/unit/relay/smtp/client_session_script.hpp"

using namespace mugaika;
using namespace mugaika::smtp;
using namespace mugaika::smtp::test;

TEST_CASE("verify is one pipelined write of MAIL, RCPT and RSET") {
    Greeted session(modern);
    session.start_verify(envelope({}), address("b@example.jp"));
    const std::size_t piece = GENERATE(1u, 1000u);
    play(session,
         {{"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.jp>\r\nRSET\r\n",
           "250 2.1.0 ok\r\n250 2.1.5 ok\r\n250 2.0.0 ok\r\n"}},
         piece);
    CHECK(session.next() == Next::idle);
    CHECK(session.result().outcome == nullptr);
    CHECK(session.result().about == AnswerAbout::recipient);
    CHECK(session.result().reply.code == 250);
}

TEST_CASE("the null sender is verified as such") {
    Greeted session(modern);
    session.start_verify(envelope({}, ""), address("b@example.jp"));
    CHECK(take_output(session).starts_with("MAIL FROM:<>\r\n"));
}

TEST_CASE("long, quoted and underscored addresses are written to the next hop as they are") {
    Greeted session(modern);
    const std::string sender = "\"Taro Yamada\"@mail_1.example", recipient = std::string(256, 'a') + "@b.example";
    session.start_verify(envelope({}, sender), address(recipient));
    CHECK(take_output(session) == "MAIL FROM:<" + sender + ">\r\nRCPT TO:<" + recipient + ">\r\nRSET\r\n");
}

TEST_CASE("without PIPELINING commands are said one by one") {
    const Script& greeting = GENERATE(as<Script>(), plain, ancient);
    Greeted session(greeting);
    session.start_verify(envelope({}), address("b@example.jp"));
    SECTION("and all are said when all is well") {
        play(session, {{"MAIL FROM:<a@example.com>\r\n", "250 ok\r\n"},
                       {"RCPT TO:<b@example.jp>\r\n", "250 ok\r\n"},
                       {"RSET\r\n", "250 ok\r\n"}});
        CHECK(session.result().outcome == nullptr);
    }
    SECTION("and a refused MAIL leaves RCPT unsaid") {
        play(session, {{"MAIL FROM:<a@example.com>\r\n", "550 no\r\n"}, {"RSET\r\n", "250 ok\r\n"}});
        CHECK(failure_of(session) == Failure::refused);
        CHECK(session.result().about == AnswerAbout::transaction);
    }
    CHECK(session.next() == Next::idle);
}

TEST_CASE("AC-243 AC-244 the answers to verify are the next hop's own") {
    struct Row {
        std::string mail;
        std::string rcpt;
        Failure failure;
        int code;
        AnswerAbout about;
    };
    constexpr AnswerAbout transaction = AnswerAbout::transaction;
    const Row row = GENERATE(values<Row>({
        {"250 ok", "550 5.1.1 unknown", Failure::refused, 550, AnswerAbout::recipient},
        {"250 ok", "550 unknown", Failure::refused, 550, AnswerAbout::pair},
        {"250 ok", "554 5.7.1 <a@example.com>: Sender address rejected", Failure::refused, 554, AnswerAbout::pair},
        {"250 ok", "450 4.2.0 greylisted", Failure::refused_for_now, 450, AnswerAbout::recipient},
        {"550 5.7.1 not you", "503 5.5.1 no MAIL", Failure::refused, 550, transaction},
        {"451 4.7.1 later", "503 5.5.1 no MAIL", Failure::refused_for_now, 451, transaction},
    }));
    CAPTURE(row.mail, row.rcpt);
    Greeted session(modern);
    session.start_verify(envelope({}), address("b@example.jp"));
    take_output(session);
    session.received(row.mail + "\r\n" + row.rcpt + "\r\n250 ok\r\n");
    CHECK(session.next() == Next::idle);
    CHECK(failure_of(session) == row.failure);
    CHECK(session.result().outcome->stage == Stage::recipient);
    CHECK(session.result().reply.code == row.code);
    CHECK(session.result().about == row.about);
    CHECK(session.refusals() == (row.about == transaction ? 2 : 1));
}

TEST_CASE("AC-014 deliver is one write of commands and one of stuffed content") {
    Greeted session(modern);
    session.start_deliver(envelope({"b@example.jp", "c@example.jp"}), content);
    play(session, {{mail_line + "RCPT TO:<b@example.jp>\r\nRCPT TO:<c@example.jp>\r\nDATA\r\n",
                    "250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n"},
                   {stuffed, "250 2.0.0 queued as 1234\r\n"}});
    CHECK(session.next() == Next::idle);
    CHECK(session.result().outcome == nullptr);
    CHECK(session.result().reply.code == 250);
    CHECK(session.result().reply.words.find("queued as 1234") != std::string::npos);
}

TEST_CASE("AC-036 a thousand recipients go in bounded batches, each once") {
    std::vector<std::string> names;
    for (int i = 0; i < 1000; ++i) names.push_back("r" + std::to_string(i) + "@example.jp");
    Greeted session(modern);
    session.start_deliver(envelope(names), content);
    std::string all;
    std::size_t batches = 0;
    while (!offers_content(session) && session.next() == Next::send) {
        const std::string said = take_output(session);
        all += said;
        ++batches;
        std::string answers;
        for (std::size_t at = said.find("\r\n"); at != std::string::npos; at = said.find("\r\n", at + 2)) {
            answers += said.compare(at - 4, 4, "DATA") == 0 ? "354 go\r\n" : "250 ok\r\n";
        }
        session.received(answers);
    }
    CHECK(batches == 11);
    for (const std::string& name : names) {
        const std::size_t found = all.find("RCPT TO:<" + name + ">\r\n");
        REQUIRE(found != std::string::npos);
        CHECK(all.find("RCPT TO:<" + name + ">\r\n", found + 1) == std::string::npos);
    }
    CHECK(offers_content(session));
}

TEST_CASE("AC-037 a recipient refused now means that nothing is sent, not even an empty mail") {
    Greeted session(modern);
    session.start_deliver(envelope({"b@example.jp", "c@example.jp", "d@example.jp"}), content);
    take_output(session);
    SECTION("the next hop goes on to 354: the connection is closed") {
        session.received("250 ok\r\n250 ok\r\n550 5.1.1 gone\r\n450 later\r\n354 go\r\n");
        CHECK(session.next() == Next::close);
    }
    SECTION("the next hop refuses DATA: the connection stays") {
        session.received("250 ok\r\n250 ok\r\n550 5.1.1 gone\r\n450 later\r\n503 no\r\n");
        CHECK(take_output(session) == "RSET\r\n");
        session.received("250 ok\r\n");
        CHECK(session.next() == Next::idle);
    }
    CHECK(failure_of(session) == Failure::mixed_answers);
    CHECK(session.result().reply.code == 451);
    CHECK(session.result().refused == std::vector<std::size_t>{1, 2});
    CHECK(session.result().why == "RCPT: 550 5.1.1 gone");
    CHECK_FALSE(session.result().may_repeat);
}

TEST_CASE("AC-037 without PIPELINING the first refused recipient ends the transaction") {
    Greeted session(plain);
    session.start_deliver(envelope({"b@example.jp", "c@example.jp"}), content);
    play(session, {{"MAIL FROM:<a@example.com>\r\n", "250 ok\r\n"},
                   {"RCPT TO:<b@example.jp>\r\n", "550 gone\r\n"},
                   {"RSET\r\n", "250 ok\r\n"}});
    CHECK(session.next() == Next::idle);
    CHECK(failure_of(session) == Failure::mixed_answers);
}

TEST_CASE("AC-243 AC-244 refusals of MAIL, DATA and the content are the next hop's answers") {
    struct Row {
        std::string answers;      // to MAIL, RCPT, DATA
        std::string final_reply;  // "": the content is not sent
        Failure failure;
        int code;
    };
    const Row row = GENERATE(values<Row>({
        {"451 4.3.0 a\r\n503 b\r\n503 c\r\n", "", Failure::refused_for_now, 451},
        {"552 5.3.4 a\r\n503 b\r\n503 c\r\n", "", Failure::refused, 552},
        {"250 a\r\n250 b\r\n451 4.3.0 c\r\n", "", Failure::refused_for_now, 451},
        {"250 a\r\n250 b\r\n554 5.5.0 c\r\n", "", Failure::refused, 554},
        {"250 a\r\n250 b\r\n354 c\r\n", "451 4.3.0 d\r\n", Failure::refused_for_now, 451},
        {"250 a\r\n250 b\r\n354 c\r\n", "554 5.6.0 d\r\n", Failure::refused, 554},
        {"250 a\r\n250 b\r\n354 c\r\n", "421 4.3.2 d\r\n", Failure::refused_for_now, 451},  // it is not we who go away
    }));
    CAPTURE(row.answers, row.final_reply);
    Greeted session(modern);
    session.start_deliver(envelope({"b@example.jp"}), content);
    take_output(session);
    session.received(row.answers);
    const std::string said = take_output(session);
    if (row.final_reply.empty()) {
        CHECK(said == "RSET\r\n");
        session.received("250 ok\r\n");
    } else {
        CHECK(said == stuffed);
        session.received(row.final_reply);
    }
    const bool goes_away = row.final_reply.starts_with("421");
    CHECK(session.next() == (goes_away ? Next::close : Next::idle));
    CHECK(failure_of(session) == row.failure);
    CHECK(session.result().reply.code == row.code);
    CHECK(session.result().refused.empty());
    CHECK(session.result().may_repeat == (row.failure == Failure::refused_for_now));
    CHECK_FALSE(session.result().host_failed);
}

TEST_CASE("a yes stands though the next hop says 421 in the same segment, whole or cut off") {
    for (const std::string goodbye : {"421 4.4.2 closing\r\n", "421", "42", "4"}) {
        CAPTURE(goodbye);
        Greeted session(modern);
        session.start_deliver(envelope({"b@example.jp"}), content);
        take_output(session);
        session.received("250 ok\r\n250 ok\r\n354 go\r\n");
        take_output(session);
        session.received("250 2.0.0 queued\r\n" + goodbye);
        CHECK(session.next() == Next::close);
        CHECK(session.result().outcome == nullptr);
        CHECK(session.result().reply.code == 250);
        CHECK(session.result().taken == std::vector<std::size_t>{0});

        Greeted verifying(modern);
        verifying.start_verify(envelope({}), address("b@example.jp"));
        take_output(verifying);
        verifying.received("250 ok\r\n550 5.1.1 no\r\n250 ok\r\n" + goodbye);
        CHECK(verifying.next() == Next::close);
        CHECK(failure_of(verifying) == Failure::refused);
    }
}

TEST_CASE("AC-247 replies that do not fit the command end the connection") {
    const std::string answers = GENERATE(values<std::string>({
        "354 go\r\n", "250 ok\r\n354 go\r\n",
        "250 ok\r\n250 ok\r\n250 ok\r\n",  // DATA wants 354
        "250 ok\r\n250 ok\r\n355 go\r\n", "250 ok\r\n550 no\r\n250 ok\r\n", "999 what\r\n", "250-ok\r\n251 ok\r\n",
        "250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n",  // the final reply before the content
        "250 ok\r\n250 ok\r\n354 go\r\n2",
        "250 ok\r\n250 ok\r\n554 no\r\n250 ok\r\n",  // one more than asked
    }));
    CAPTURE(answers);
    Greeted session(modern);
    session.start_deliver(envelope({"b@example.jp"}), content);
    take_output(session);
    session.received(answers);
    CHECK(session.next() == Next::close);
    CHECK(failure_of(session) == Failure::malformed);
    CHECK(session.result().reply.code == 451);
    CHECK_FALSE(session.result().may_repeat);
}

TEST_CASE("AC-247 a final reply with something behind it is no yes") {
    Greeted session(modern);
    session.start_deliver(envelope({"b@example.jp"}), content);
    take_output(session);
    session.received("250 ok\r\n250 ok\r\n354 go\r\n");
    take_output(session);
    session.received("250 ok\r\n451 no\r\n");
    CHECK(session.next() == Next::close);
    CHECK(failure_of(session) == Failure::malformed);
}

TEST_CASE("AC-247 an answer to half of the content ends the connection") {
    const std::string large = std::string(content_chunk_bytes, 'x') + "\r\n";
    Greeted session(plain);
    session.start_deliver(envelope({"b@example.jp"}), large);
    play(session, {{"MAIL FROM:<a@example.com>\r\n", "250 ok\r\n"},
                   {"RCPT TO:<b@example.jp>\r\n", "250 ok\r\n"},
                   {"DATA\r\n", "354 go\r\n"}});
    REQUIRE(offers_content(session));
    session.sent();
    REQUIRE(session.next() == Next::send);
    session.received("250 ok\r\n");
    CHECK(session.next() == Next::close);
    CHECK(failure_of(session) == Failure::malformed);
}

TEST_CASE("a verification is worth nothing when replies and commands have come apart") {
    Greeted session(modern);
    session.start_verify(envelope({}), address("b@example.jp"));
    take_output(session);
    session.received("250 stray\r\n250 ok\r\n550 unknown\r\n");  // the 550 was for RCPT
    CHECK(session.next() == Next::close);
    CHECK(failure_of(session) == Failure::malformed);
}

TEST_CASE("unasked bytes on an idle connection close it") {
    Greeted session(modern);
    session.received("421 bye\r\n");
    CHECK(session.next() == Next::close);
    CHECK(session.result().outcome == nullptr);
}

TEST_CASE("SIZE and SMTPUTF8 are only asked of who offers them, and refused without asking otherwise") {
    const std::string utf8 = "\xe5\xb1\xb1@example.jp";
    SECTION("SMTPUTF8 is said when an address needs it") {
        Greeted session(modern);
        session.start_verify(envelope({}), address(utf8));
        CHECK(take_output(session).starts_with("MAIL FROM:<a@example.com> SMTPUTF8\r\n"));
    }
    SECTION("a next hop without SMTPUTF8") {
        Greeted session(plain);
        session.start_verify(envelope({}), address(utf8));
        CHECK(session.next() == Next::idle);
        CHECK(failure_of(session) == Failure::refused);
        CHECK(session.result().reply.line().starts_with("550 5.6.7 "));
        CHECK(session.result().about == AnswerAbout::transaction);
    }
    SECTION("a mail over the next hop's SIZE") {
        Greeted session(modern);
        const std::string large = std::string(999, 'x') + "\r\n";
        session.start_deliver(envelope({"b@example.jp"}), large);
        CHECK(session.next() == Next::idle);
        CHECK(failure_of(session) == Failure::refused);
        CHECK(session.result().reply.line().starts_with("552 5.3.4 "));
    }
    SECTION("a SIZE without or with an odd number is no limit") {
        const std::string size =
            GENERATE(values<std::string>({"SIZE", "SIZE 0", "SIZE x", "SIZE 99999999999999999999999"}));
        Greeted session({{"", "220 hi\r\n"}, {"EHLO mx.example.jp\r\n", "250-hi\r\n250 " + size + "\r\n"}});
        session.start_deliver(envelope({"b@example.jp"}), content);
        CHECK(take_output(session) == mail_line);
    }
}

const Script reporting = {{"", "220 next.example\r\n"},
                          {"EHLO mx.example.jp\r\n", "250-next.example\r\n250-PIPELINING\r\n250 DSN\r\n"}};

Envelope wishing_envelope() {
    Envelope wishing = envelope({"b@example.jp", "c@example.jp"});
    wishing.dsn = {"HDRS", "QQ314"};
    wishing.recipient_dsn = {{"SUCCESS,DELAY", "rfc822;b@old.example"}, {}};
    return wishing;
}

TEST_CASE("wishes for delivery reports go to who offers DSN, with the mail and not with the question before it") {
    Greeted session(reporting);
    CHECK(session.offers_dsn());
    session.start_verify(wishing_envelope(), address("b@example.jp"));
    CHECK(take_output(session) == "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.jp>\r\nRSET\r\n");
    session.received("250 a\r\n250 b\r\n250 c\r\n");
    session.start_deliver(wishing_envelope(), content);
    CHECK(take_output(session) ==
          "MAIL FROM:<a@example.com> RET=HDRS ENVID=QQ314\r\n"
          "RCPT TO:<b@example.jp> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b@old.example\r\n"
          "RCPT TO:<c@example.jp>\r\nDATA\r\n");
}

// matrix: deliver/not_offered
TEST_CASE(
    "who offers DSN no more gets no mail whose sender wants to hear of its delivery; the others cross without wishes") {
    Greeted session(plain);
    CHECK_FALSE(session.offers_dsn());
    session.start_deliver(wishing_envelope(), content);
    CHECK(session.next() == Next::idle);
    CHECK(session.result().outcome == &outcome<Stage::deliver, Failure::not_offered>());
    CHECK(session.result().reply.code == 451);
    Envelope modest = wishing_envelope();
    modest.recipient_dsn[0].notify = "FAILURE";
    session.start_deliver(modest, content);
    CHECK(take_output(session) == "MAIL FROM:<a@example.com>\r\n");
    session.received("250 a\r\n");
    CHECK(take_output(session) == "RCPT TO:<b@example.jp>\r\n");
}

// matrix: gate/internal
TEST_CASE("AC-018 content with a bare CR or LF is not sent, even past the gate") {
    const std::string smuggled = "a\r\n\n.\r\nMAIL FROM:<>\r\n";
    Greeted session(modern);
    session.start_deliver(envelope({"b@example.jp"}), smuggled);
    CHECK(session.next() == Next::idle);
    CHECK(session.result().outcome->stage == Stage::gate);
    CHECK(session.result().reply.code == 451);
}

TEST_CASE("a host that greets badly may be passed over") {
    struct Row {
        std::string greeting;
        std::string ehlo;
        Failure failure;
    };
    const Row row = GENERATE(values<Row>({
        {"554 no\r\n", "", Failure::not_admitted},
        {"421 busy\r\n", "", Failure::refused_for_now},
        {"450 4.3.2 busy\r\n", "", Failure::refused_for_now},
        {"354 go\r\n", "", Failure::malformed},
        {"SSH-2.0-x\r\n", "", Failure::malformed},
        {"220 hi\r\n250 early\r\n", "", Failure::malformed},
        {"220 hi\r\n", "421 busy\r\n", Failure::refused_for_now},
        {"220 hi\r\n", "451 later\r\n", Failure::refused_for_now},
        {"220 hi\r\n", "250 hi\r\n421 bye\r\n", Failure::malformed},
        {"220 hi\r\n", "250 hi\r\n250 extra\r\n", Failure::malformed},
    }));
    CAPTURE(row.greeting, row.ehlo);
    ClientSession session("mx.example.jp", NextHopLimits{});
    session.received(row.greeting);
    take_output(session);
    session.received(row.ehlo);
    CHECK(session.next() == Next::close);
    CHECK(failure_of(session) == row.failure);
}

TEST_CASE("QUIT ends in close, answered or not") {
    Greeted session(modern);
    session.start_quit();
    CHECK(take_output(session) == "QUIT\r\n");
    SECTION("answered") { session.received("221 bye\r\n"); }
    SECTION("gone") { session.lost(Failure::disconnected, "read"); }
    CHECK(session.next() == Next::close);
    CHECK(session.result().outcome == nullptr);
}

// The dialogue of a whole delivery, cut off after every byte that the next hop says.
TEST_CASE("AC-242 AC-245 the peer may fail at every step, and only before the content another may be asked") {
    const Script script = {
        {"", "220 hi\r\n"}, {"", modern_ehlo}, {"", "250 ok\r\n250 ok\r\n354 go\r\n"}, {"", "250 2.0.0 taken\r\n"}};
    std::size_t bytes = 0;
    for (const Exchange& exchange : script) bytes += exchange.answer.size();
    const Failure failure = GENERATE(Failure::disconnected, Failure::timeout, Failure::malformed);
    for (std::size_t cut = 0; cut < bytes; ++cut) {
        ClientSession session("mx.example.jp", NextHopLimits{});
        std::size_t left = cut;
        bool started = false;
        bool content_sent = false;
        for (const Exchange& exchange : script) {
            if (session.next() == Next::idle) {
                started = true;
                session.start_deliver(envelope({"b@example.jp"}), content);
            }
            content_sent = content_sent || offers_content(session);
            take_output(session);
            const std::size_t now = std::min(left, exchange.answer.size());
            session.received(std::string_view(exchange.answer).substr(0, now));
            left -= now;
            if (now < exchange.answer.size()) break;
        }
        session.lost(failure, "cut");
        CAPTURE(cut, content_sent);
        REQUIRE(session.next() == Next::close);
        REQUIRE(session.result().outcome != nullptr);
        CHECK(session.result().outcome->ending == Ending::answer_for_now);
        CHECK(session.result().outcome->failure == failure);
        CHECK(session.result().reply.code == 451);
        CHECK(session.result().may_repeat == (!content_sent && failure != Failure::malformed));
        CHECK((started || !content_sent));
    }
}

TEST_CASE("a no that is followed by hanging up is still a no") {
    Greeted session(modern);
    session.start_verify(envelope({}), address("b@example.jp"));
    take_output(session);
    session.received("250 ok\r\n550 5.7.1 go away\r\n");
    session.lost(Failure::disconnected, "read: reset");
    CHECK(session.next() == Next::close);
    CHECK(failure_of(session) == Failure::refused);
    CHECK(session.result().about == AnswerAbout::pair);
}

TEST_CASE("every failure of a connection has a row for both stages") {
    for (const Failure failure : {Failure::timeout, Failure::disconnected, Failure::malformed, Failure::busy,
                                  Failure::unavailable, Failure::insecure, Failure::not_admitted}) {
        for (const ClientOperation operation :
             {ClientOperation::verify, ClientOperation::deliver, ClientOperation::greet}) {
            const Outcome& row = connection_outcome(operation, failure);
            CHECK(row.ending == Ending::answer_for_now);
            CHECK(row.stage == (operation == ClientOperation::verify ? Stage::recipient : Stage::deliver));
        }
    }
}
