#include "relay/smtp/reply.hpp"

#include <catch2/catch.hpp>

namespace mugaika::smtp {

TEST_CASE("a reply is one line with its enhanced code") {
    CHECK(Reply{550, "5.7.1", "Not a domain of ours"}.line() == "550 5.7.1 Not a domain of ours\r\n");
    CHECK(Reply{220, "", "mx.example.lg.jp ESMTP"}.line() == "220 mx.example.lg.jp ESMTP\r\n");
}

TEST_CASE("AC-033 whatever stands in a reply, its line is one line of printable ASCII, at most 512 bytes") {
    CHECK(Reply{250, "2.0.0", "ok\r\n250 injected"}.line() == "250 2.0.0 ok??250 injected\r\n");
    CHECK(Reply{250, "2.0.0\r\n", "\x1b[31m \xe3\x81\x82"}.line() == "250 2.0.0?? ?[31m ?\r\n");
    CHECK(Reply{99, "", "too small"}.line() == "451 too small\r\n");
    CHECK(Reply{1000, "", "too large"}.line() == "451 too large\r\n");
    const std::string line = Reply{250, "2.0.0", std::string(5000, 'x')}.line();
    CHECK(line.size() == 512);
    CHECK(line.ends_with("x\r\n"));
}

TEST_CASE("a row of the matrix becomes a reply of our own words") {
    const Reply reply = reply_from(outcome<Stage::data, Failure::limit>());
    CHECK(reply.line() == "552 5.3.4 Message too large\r\n");
    CHECK(reply.permanent());
}

TEST_CASE("a row without a code is answered as a local error; yes is said for none but a mail whose rest is owed") {
    for (const Outcome& row : outcomes) {
        CAPTURE(to_string(row.stage), to_string(row.failure));
        const Reply reply = reply_from(row);
        CHECK(reply.positive() == (row.stage == Stage::deliver && row.failure == Failure::partly));
        CHECK((reply.positive() || reply.transient() || reply.permanent()));
    }
}

TEST_CASE("a next hop's reply keeps its code, and its words are marked as its own") {
    const struct {
        Reply theirs;
        std::string_view line;
    } rows[] = {
        {{250, "2.0.0", "queued as 1"}, "250 2.0.0 Taken by the next hop (next hop said: queued as 1)\r\n"},
        {{550, "5.1.1", "User unknown"}, "550 5.1.1 Refused by the next hop (next hop said: User unknown)\r\n"},
        {{452, "4.2.2", "Full"}, "452 4.2.2 Refused for now by the next hop (next hop said: Full)\r\n"},
        // Without an enhanced code, or with one of another class (RFC 2034 4).
        {{550, "", ""}, "550 5.0.0 Refused by the next hop\r\n"},
        {{450, "5.1.1", ""}, "450 4.1.1 Refused for now by the next hop\r\n"},
        // The next hop closes its connection, not ours.
        {{421, "4.3.2", "Bye"}, "451 4.3.2 Refused for now by the next hop (next hop said: Bye)\r\n"},
        // No answer to a whole command.
        {{354, "", "go on"}, "451 4.4.0 Next hop answered nonsense\r\n"},
        {{0, "", ""}, "451 4.4.0 Next hop answered nonsense\r\n"},
    };
    for (const auto& row : rows) CHECK(reply_from_next_hop(row.theirs).line() == row.line);
}

}  // namespace mugaika::smtp
