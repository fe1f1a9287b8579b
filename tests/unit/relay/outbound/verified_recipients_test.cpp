#include "relay/outbound/verified_recipients.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace mugaika;
using namespace std::chrono_literals;

namespace {

MailAddress address(const std::string& text) { return MailAddress::parse(text).value(); }
constexpr auto every_sender = VerifiedRecipients::HoldsFor::every_sender;
constexpr auto this_sender = VerifiedRecipients::HoldsFor::this_sender;
const std::string sender = "s@example.com";
const smtp::Reply yes{250, "2.1.5", "ok"};
const smtp::Reply no{550, "5.1.1", "unknown"};
const smtp::Reply later{450, "4.2.0", "later"};

}  // namespace

TEST_CASE("answers about recipients are believed as long as the limits say") {
    VerifiedRecipients known{NextHopLimits{}};
    const VerifiedRecipients::Clock::time_point now{1h};
    known.remember(address("a@x.jp"), sender, yes, every_sender, now);
    known.remember(address("b@x.jp"), sender, no, every_sender, now);
    known.remember(address("c@x.jp"), sender, later, every_sender, now);
    CHECK(known.find(address("a@x.jp"), sender, now + 299s)->code == 250);
    CHECK_FALSE(known.find(address("a@x.jp"), sender, now + 300s));
    CHECK(known.find(address("b@x.jp"), sender, now + 29s)->code == 550);
    CHECK_FALSE(known.find(address("b@x.jp"), sender, now + 30s));
    CHECK_FALSE(known.find(address("c@x.jp"), sender, now));
    CHECK_FALSE(known.find(address("A@x.jp"), sender, now));  // local parts are the next hop's own
}

TEST_CASE("a newer answer takes the place of an older one") {
    VerifiedRecipients known{NextHopLimits{}};
    const VerifiedRecipients::Clock::time_point now{1h};
    const auto& [first, second] =
        GENERATE(as<std::pair<smtp::Reply, smtp::Reply>>(), std::pair{yes, no}, std::pair{no, yes});
    known.remember(address("a@x.jp"), sender, first, every_sender, now);
    known.remember(address("a@x.jp"), sender, second, every_sender, now);
    CHECK(known.find(address("a@x.jp"), sender, now)->code == second.code);
    known.remember(address("a@x.jp"), sender, later, every_sender, now);
    CHECK_FALSE(known.find(address("a@x.jp"), sender, now));
    known.remember(address("a@x.jp"), sender, second, every_sender, now);
    known.doubt(address("a@x.jp"), sender);
    CHECK_FALSE(known.find(address("a@x.jp"), sender, now));
}

TEST_CASE("guessing at unknown names neither grows without bound nor pushes out known ones") {
    NextHopLimits limits;
    limits.remembered_recipients_max = 3;
    VerifiedRecipients known{limits};
    const VerifiedRecipients::Clock::time_point now{1h};
    known.remember(address("real@x.jp"), sender, yes, every_sender, now);
    for (int i = 0; i < 10; ++i)
        known.remember(address("guess" + std::to_string(i) + "@x.jp"), sender, no, every_sender, now);
    CHECK(known.find(address("real@x.jp"), sender, now));
    int remembered = 0;
    for (int i = 0; i < 10; ++i)
        remembered += known.find(address("guess" + std::to_string(i) + "@x.jp"), sender, now) ? 1 : 0;
    CHECK(remembered >= 1);
    CHECK(remembered <= 3);
}

TEST_CASE("a no to one sender is no answer for another, and a yes to another none for who was told no") {
    VerifiedRecipients known{NextHopLimits{}};
    const VerifiedRecipients::Clock::time_point now{1h};
    const MailAddress a = address("a@x.jp");
    known.remember(a, sender, no, this_sender, now);
    CHECK(known.find(a, sender, now)->code == 550);
    CHECK_FALSE(known.find(a, "other@example.com", now));
    known.remember(a, "other@example.com", yes, every_sender, now);
    CHECK(known.find(a, "other@example.com", now)->code == 250);
    CHECK(known.find(a, "", now)->code == 250);
    known.remember(a, "third@example.com", later, this_sender, now);
    CHECK(known.find(a, "third@example.com", now)->code == 250);
    CHECK(known.find(a, sender, now)->code == 550);
    CHECK_FALSE(known.find(a, sender, now + 31s));  // asked, whatever others hear
    known.remember(a, sender, yes, every_sender, now + 31s);
    CHECK(known.find(a, sender, now + 32s)->code == 250);
}

TEST_CASE("what is doubted is asked for by everybody, and by its sender even after others heard yes") {
    VerifiedRecipients known{NextHopLimits{}};
    const VerifiedRecipients::Clock::time_point now{1h};
    const MailAddress a = address("a@x.jp");
    known.remember(a, sender, yes, every_sender, now);
    known.doubt(a, sender);
    CHECK_FALSE(known.find(a, sender, now));
    CHECK_FALSE(known.find(a, "other@example.com", now));
    known.remember(a, "other@example.com", yes, every_sender, now);
    CHECK_FALSE(known.find(a, sender, now));
    CHECK(known.find(a, "third@example.com", now)->code == 250);
}
