#include "relay/outbound/verified_recipients.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace mugaika;
using namespace std::chrono_literals;

namespace {

MailAddress address(const std::string& text) { return MailAddress::parse(text).value(); }
const smtp::Reply yes{250, "2.1.5", "ok"};
const smtp::Reply no{550, "5.1.1", "unknown"};
const smtp::Reply later{450, "4.2.0", "later"};

}  // namespace

TEST_CASE("answers about recipients are believed as long as the limits say") {
    VerifiedRecipients known{NextHopLimits{}};
    const VerifiedRecipients::Clock::time_point now{1h};
    known.remember(address("a@x.jp"), yes, now);
    known.remember(address("b@x.jp"), no, now);
    known.remember(address("c@x.jp"), later, now);
    CHECK(known.find(address("a@x.jp"), now + 299s)->code == 250);
    CHECK_FALSE(known.find(address("a@x.jp"), now + 300s));
    CHECK(known.find(address("b@x.jp"), now + 29s)->code == 550);
    CHECK_FALSE(known.find(address("b@x.jp"), now + 30s));
    CHECK_FALSE(known.find(address("c@x.jp"), now));
    CHECK_FALSE(known.find(address("A@x.jp"), now));  // local parts are the next hop's own
}

TEST_CASE("a newer answer takes the place of an older one") {
    VerifiedRecipients known{NextHopLimits{}};
    const VerifiedRecipients::Clock::time_point now{1h};
    const auto& [first, second] =
        GENERATE(as<std::pair<smtp::Reply, smtp::Reply>>(), std::pair{yes, no}, std::pair{no, yes});
    known.remember(address("a@x.jp"), first, now);
    known.remember(address("a@x.jp"), second, now);
    CHECK(known.find(address("a@x.jp"), now)->code == second.code);
    known.remember(address("a@x.jp"), later, now);
    CHECK_FALSE(known.find(address("a@x.jp"), now));
    known.remember(address("a@x.jp"), second, now);
    known.forget(address("a@x.jp"));
    CHECK_FALSE(known.find(address("a@x.jp"), now));
}

TEST_CASE("guessing at unknown names neither grows without bound nor pushes out known ones") {
    NextHopLimits limits;
    limits.remembered_recipients_max = 3;
    VerifiedRecipients known{limits};
    const VerifiedRecipients::Clock::time_point now{1h};
    known.remember(address("real@x.jp"), yes, now);
    for (int i = 0; i < 10; ++i) known.remember(address("guess" + std::to_string(i) + "@x.jp"), no, now);
    CHECK(known.find(address("real@x.jp"), now));
    int remembered = 0;
    for (int i = 0; i < 10; ++i) remembered += known.find(address("guess" + std::to_string(i) + "@x.jp"), now) ? 1 : 0;
    CHECK(remembered >= 1);
    CHECK(remembered <= 3);
}
