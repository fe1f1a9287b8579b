// Played dialogues with a next hop, as the tests of ClientSession want them: what the session must say, and what it
// hears.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "relay/smtp/client_session.hpp"

namespace mugaika::smtp::test {

using Next = ClientSession::Next;

inline MailAddress address(const std::string& text) { return MailAddress::parse(text).value(); }

inline Envelope envelope(std::vector<std::string> recipients, const std::string& sender = "a@example.com") {
    Envelope made;
    if (!sender.empty()) made.sender = address(sender);
    for (const std::string& recipient : recipients) made.recipients.push_back(address(recipient));
    return made;
}

// One step of a script: what the session must say, and what the next hop answers.
struct Exchange {
    std::string said;
    std::string answer;
};
using Script = std::vector<Exchange>;

inline const std::string modern_ehlo =
    "250-next.example\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 "
    "SMTPUTF8\r\n";
inline const Script modern = {{"", "220 next.example ESMTP\r\n"}, {"EHLO mx.example.jp\r\n", modern_ehlo}};
inline const Script plain = {{"", "220 next.example\r\n"}, {"EHLO mx.example.jp\r\n", "250 next.example\r\n"}};
inline const Script ancient = {{"", "220 next.example\r\n"},
                               {"EHLO mx.example.jp\r\n", "502 5.5.1 what?\r\n"},
                               {"HELO mx.example.jp\r\n", "250 next.example\r\n"}};

inline std::string take_output(ClientSession& session) {
    std::string said;
    while (session.next() == Next::send) {
        for (const std::string_view piece : session.output()) said += piece;
        session.sent();
    }
    return said;
}

inline void play(ClientSession& session, const Script& script, std::size_t piece_bytes = 100000) {
    for (const Exchange& exchange : script) {
        CHECK(take_output(session) == exchange.said);
        REQUIRE(session.next() == Next::receive);
        for (std::size_t at = 0; at < exchange.answer.size(); at += piece_bytes) {
            session.received(std::string_view(exchange.answer).substr(at, piece_bytes));
        }
    }
}

// A session whose next hop has greeted.
struct Greeted : ClientSession {
    explicit Greeted(const Script& greeting) : ClientSession("mx.example.jp", NextHopLimits{}) {
        play(*this, greeting);
        REQUIRE(next() == Next::idle);
        REQUIRE(result().outcome == nullptr);
    }
};

inline const std::string content = "Subject: x\r\n\r\n.hidden\r\n.\r\nend\r\n";
inline const std::string stuffed = "Subject: x\r\n\r\n..hidden\r\n..\r\nend\r\n.\r\n";
inline const std::string mail_line = "MAIL FROM:<a@example.com> SIZE=31\r\n";

// Our contents begin with S or x, no command does.
inline bool offers_content(const ClientSession& session) {
    const std::string_view output = session.output()[0];
    return session.next() == Next::send && (output.starts_with('S') || output.starts_with('x'));
}

inline Failure failure_of(const ClientSession& session) {
    REQUIRE(session.result().outcome != nullptr);
    return session.result().outcome->failure;
}

}  // namespace mugaika::smtp::test
