#include "relay/stats/mail_search.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "relay/log/event_log.hpp"
#include "relay/stats/log_reader.hpp"
#include "relay/stats/mail_end.hpp"
#include "relay/stats/trace_report.hpp"
#include "tests/support/in_zone.hpp"
#include "tests/support/made_events.hpp"

using namespace mugaika;
namespace json = boost::json;

namespace {

constexpr const char* japan = "JST-9";

std::string line(std::string_view clock, std::string_view name, std::string_view more) {
    return R"({"time":"2026-11-29T)" + std::string(clock) + R"(:00.000+09:00","event":")" + std::string(name) +
           R"(","host":"h")" + std::string(more) + "}\n";
}

// Ids are longer than what stands in an address by chance.
constexpr std::string_view rest_of_id = "123456789abcdef";

std::string of_mail(std::string_view clock, std::string_view name, std::string_view id, std::string_view more = "") {
    return line(clock, name,
                R"(,"id":")" + std::string(id) + std::string(rest_of_id) + R"(","session":"s")" + std::string(more));
}

// By an order: no session.
std::string of_order(std::string_view clock, std::string_view name, std::string_view id, std::string_view more = "") {
    return line(clock, name, R"(,"id":")" + std::string(id) + std::string(rest_of_id) + "\"" + std::string(more));
}

constexpr std::string_view taro_from_alice =
    R"(,"from":"Alice.B@Example.COM","to":["taro@city.example.lg.jp","hanako@city.example.lg.jp"])";
constexpr std::string_view jiro_from_bob = R"(,"from":"bob@example.net","to":["jiro@city.example.lg.jp"])";
constexpr std::string_view its_id = R"(,"message_id":"CAF+x=1@mail.example.com")";

std::string received(std::string_view clock, std::string_view id, std::string_view envelope) {
    return of_mail(clock, "message.received", id, std::string(envelope) + R"(,"client":"192.0.2.1","bytes":4711)");
}
std::string sanitized(std::string_view clock, std::string_view id, std::string_view more = its_id) {
    return of_mail(clock, "message.sanitized", id,
                   std::string(more) + R"(,"verdict":"clean","reason":"none","parts":[{"path":"1"}],"findings":[])");
}
std::string delivered(std::string_view clock, std::string_view id, std::string_view envelope,
                      std::string_view verdict = "clean", std::string_view more = its_id) {
    return of_mail(clock, "message.delivered", id,
                   std::string(envelope) + std::string(more) + R"(,"verdict":")" + std::string(verdict) +
                       R"(","next_hop":"10.0.0.5:25","code":250,"enhanced":"2.0.0","answer":"Ok")");
}
std::string deferred(std::string_view clock, std::string_view id, std::string_view envelope,
                     std::string_view more = "") {
    return of_mail(clock, "message.deferred", id,
                   std::string(envelope) + std::string(more) +
                       R"(,"stage":"deliver","failure":"unavailable","code":451,"enhanced":"4.4.1",)"
                       R"("answer":"Next hop not reachable","why":"refused")");
}
std::string refused(std::string_view clock, std::string_view id, std::string_view envelope) {
    return of_mail(clock, "message.refused", id,
                   std::string(envelope) + R"(,"reason":"none","code":550,"enhanced":"5.7.1","answer":"No")");
}
std::string at_rcpt(std::string_view clock, std::string_view session, std::string_view from, std::string_view recipient,
                    int code) {
    return line(clock, "recipient.refused",
                R"(,"session":")" + std::string(session) + R"(","from":")" + std::string(from) + R"(","recipient":")" +
                    std::string(recipient) + R"(","code":)" + std::to_string(code) +
                    R"(,"enhanced":"5.1.1","answer":"Unknown","why":"next hop")");
}

std::vector<FoundMail> search(const std::string& log, MailWanted wanted) {
    std::istringstream in(log);
    MailSearch mails(std::move(wanted));
    LogReading reading;
    const auto read = read_log(
        in, "log", [&](const ReadEvent& event) { mails.take(event); }, reading);
    REQUIRE(read.has_value());
    REQUIRE(reading.broken == 0);
    return std::move(mails).finish();
}

MailWanted from(std::string text) {
    MailWanted wanted;
    wanted.from = std::move(text);
    return wanted;
}
MailWanted to(std::string text) {
    MailWanted wanted;
    wanted.to = std::move(text);
    return wanted;
}
MailWanted with_message_id(std::string text) {
    MailWanted wanted;
    wanted.message_id = std::move(text);
    return wanted;
}
MailWanted between(std::string_view since, std::string_view until) {
    MailWanted wanted;
    wanted.since = moment_from_rfc3339("2026-11-29T" + std::string(since) + ":00+09:00");
    wanted.until = moment_from_rfc3339("2026-11-29T" + std::string(until) + ":00+09:00");
    return wanted;
}

std::vector<std::string> ids(const std::vector<FoundMail>& mails) {
    std::vector<std::string> all;
    for (const FoundMail& mail : mails) all.push_back(mail.id.substr(0, mail.id.find(rest_of_id)));
    return all;
}
using Ids = std::vector<std::string>;

const std::string two_mails = received("10:00", "a", taro_from_alice) + received("10:01", "b", jiro_from_bob) +
                              sanitized("10:02", "a") + sanitized("10:03", "b", R"(,"message_id":"2@example.net")") +
                              delivered("10:04", "b", jiro_from_bob, "clean", R"(,"message_id":"2@example.net")") +
                              delivered("10:05", "a", taro_from_alice);

std::string printed(const std::vector<FoundMail>& mails) {
    std::ostringstream out;
    print_trace(out, mails);
    return out.str();
}

}  // namespace

TEST_CASE("an address is found by a piece, in either case, by @domain and by <>") {
    struct Row {
        std::string_view wanted, address;
        bool matches;
    };
    const Row rows[] = {
        {"", "a@example.com", true},
        {"a@example.com", "a@example.com", true},
        {"A@EXAMPLE.com", "a@example.com", true},
        {"alice", "Alice.B@Example.COM", true},
        {" <alice.b@example.com> ", "Alice.B@example.com", true},
        {"b@exam", "Alice.B@example.com", true},
        {"@example.com", "a@EXAMPLE.COM", true},
        {"@example.com", "a@example.com.evil.test", false},
        {"@example.com", "a@sub.example.com", false},
        {"@ample.com", "a@example.com", false},
        {"@example.com", "", false},
        {"bob", "alice@example.com", false},
        {"<>", "", true},
        {"<>", "a@example.com", false},
        {"a", "", false},
        {"鈴木", "鈴木@例え.jp", true},
        {"@例え.jp", "鈴木@例え.jp", true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.wanted, row.address);
        CHECK(matches_address(row.wanted, row.address) == row.matches);
    }
}

TEST_CASE("mails are found by sender, by any recipient, by Message-ID and by time, and by all together") {
    CHECK(ids(search(two_mails, from("alice.b@example.com"))) == Ids{"a"});
    CHECK(ids(search(two_mails, from("@example.net"))) == Ids{"b"});
    CHECK(ids(search(two_mails, to("HANAKO@"))) == Ids{"a"});
    CHECK(ids(search(two_mails, to("@city.example.lg.jp"))) == Ids{"a", "b"});
    CHECK(ids(search(two_mails, with_message_id("<CAF+x=1@mail.example.com>"))) == Ids{"a"});
    CHECK(ids(search(two_mails, with_message_id("caf+X=1@"))) == Ids{"a"});
    CHECK(ids(search(two_mails, with_message_id("b123456789abcdef@mx.city.example.lg.jp"))) ==
          Ids{"b"});  // as the relay makes them
    CHECK(ids(search(two_mails, with_message_id("3@example.net"))).empty());
    CHECK(ids(search(two_mails, between("10:00", "10:01"))) == Ids{"a"});
    CHECK(ids(search(two_mails, between("10:04", "10:05"))) == Ids{"b"});
    CHECK(ids(search(two_mails, between("10:06", "11:00"))).empty());
    MailWanted all = between("10:00", "10:10");
    all.from = "alice";
    all.to = "taro";
    all.message_id = "CAF";
    CHECK(ids(search(two_mails, all)) == Ids{"a"});
    all.to = "jiro";
    CHECK(search(two_mails, all).empty());
}

TEST_CASE("a mail that was deferred and came again is one story with all its tries") {
    // The first try ended before the worker could read a Message-ID.
    const std::string log = received("09:00", "a", taro_from_alice) + deferred("09:01", "a", taro_from_alice) +
                            received("09:02", "b", jiro_from_bob) + deferred("09:03", "b", jiro_from_bob) +
                            received("09:30", "a", taro_from_alice) + sanitized("09:30", "a") +
                            deferred("09:31", "a", taro_from_alice, its_id) + two_mails;
    for (const MailWanted& wanted : {from("alice"), to("taro"), with_message_id("CAF+x=1@mail.example.com")}) {
        const auto mails = search(log, wanted);
        REQUIRE(ids(mails) == Ids{"a"});
        CHECK(mails[0].events.size() == 8);
        CHECK(mails[0].to == std::vector<std::string>{"taro@city.example.lg.jp", "hanako@city.example.lg.jp"});
        CHECK(mails[0].client == "192.0.2.1");
        const MailEnd end = end_of(mails[0]);
        CHECK(end.state == MailState::delivered);
        CHECK(end.tries == 3);
    }
    // Found by the time of its last try alone, it still tells the first ones.
    CHECK(search(log, between("10:05", "10:06")).at(0).events.size() == 8);
}

TEST_CASE("refusals at RCPT are found by sender and recipient, with the client, every try in one story") {
    const std::string log =
        line("09:00", "session.opened", R"(,"session":"s1","client":"192.0.2.7")") +
        at_rcpt("09:00", "s1", "Alice@example.com", "Nobody@city.example.lg.jp", 450) +
        line("09:01", "session.closed", R"(,"session":"s1","client":"192.0.2.7","mails":0,"why":"quit")") +
        line("09:02", "session.opened", R"(,"session":"s2","client":"192.0.2.8")") +
        line("09:02", "session.client_named",
             R"(,"session":"s2","hop":"192.0.2.8","client":"198.51.100.9","through":"XCLIENT")") +
        at_rcpt("09:03", "s2", "alice@example.com", "nobody@city.example.lg.jp", 550) +
        at_rcpt("09:04", "s2", "alice@example.com", "other@elsewhere.example", 550) +
        line("09:05", "recipient.refused", R"(,"recipient":"nobody@city.example.lg.jp","code":550)");  // an order asks
    const auto mails = search(log, to("nobody@city.example.lg.jp"));
    REQUIRE(mails.size() == 1);
    CHECK(mails[0].id.empty());
    CHECK(mails[0].from == "Alice@example.com");
    CHECK(mails[0].to.front() == "Nobody@city.example.lg.jp");
    CHECK(mails[0].client == "198.51.100.9");
    CHECK(mails[0].events.size() == 2);
    const MailEnd end = end_of(mails[0]);
    CHECK(end.state == MailState::recipient_refused);
    CHECK(end.tries == 2);
    CHECK(search(log, from("@example.com")).size() == 2);
    CHECK(search(log, between("09:04", "09:06")).size() == 1);
    CHECK(search(log, with_message_id("x@y")).empty());  // no mail was seen
    CHECK(end_of(search(log, between("09:00", "09:01")).at(0)).state == MailState::recipient_deferred);
    const std::string text = printed(mails);
    CHECK_THAT(text, Catch::Contains("宛先の段階で受信拒否 / refused at RCPT") &&
                         Catch::Contains("nobody@city.example.lg.jp: 550 5.1.1 Unknown (next hop)"));
}

TEST_CASE("a mail that was refused before it had an id is a story of its own") {
    const std::string log =
        line("09:00", "session.opened", R"(,"session":"s","client":"192.0.2.7")") +
        line("09:01", "message.refused",
             R"(,"session":"s","reason":"none","code":552,"enhanced":"5.3.4","answer":"Too large")" +
                 std::string(taro_from_alice)) +
        line("09:02", "message.deferred",
             R"(,"session":"s","stage":"spool","failure":"io","code":451)" + std::string(taro_from_alice));
    const auto mails = search(log, from("alice"));
    REQUIRE(mails.size() == 2);
    CHECK(end_of(mails[0]).state == MailState::refused);
    CHECK(end_of(mails[0]).tries == 1);
    CHECK(mails[0].client == "192.0.2.7");
    CHECK(end_of(mails[1]).state == MailState::deferred);
    CHECK(search(log, from("bob")).empty());
    CHECK(search(log, between("09:02", "09:03")).size() == 1);
}

TEST_CASE("what became of a mail in the end, in every way that there is") {
    const std::string held = received("09:00", "a", taro_from_alice) + sanitized("09:01", "a") +
                             of_mail("09:02", "message.quarantined", "a", R"(,"item":"a","reason":"encrypted")") +
                             delivered("09:02", "a", taro_from_alice, "quarantined");
    const std::string ordered =
        of_order("09:10", "quarantine.released", "a", R"(,"order":"o","person":"sato","why":"phoned")");
    const std::string carried_out =
        of_order("09:11", "message.delivered", "a", std::string(taro_from_alice) + R"(,"verdict":"sanitized")") +
        of_order("09:11", "quarantine.delivered", "a", R"(,"order":"o","person":"sato","next_hop":"10.0.0.5:25")");
    const std::string one_only = R"(,"from":"alice.b@example.com","to":["taro@city.example.lg.jp"])";
    const std::string the_other = R"(,"from":"alice.b@example.com","to":["hanako@city.example.lg.jp"])";
    struct Row {
        std::string_view what;
        std::string log;
        MailState state;
        bool kept;
    };
    const Row rows[] = {
        {"delivered", received("09:00", "a", taro_from_alice) + delivered("09:02", "a", taro_from_alice),
         MailState::delivered, false},
        {"delivered, and pictures of a file by a person's order",
         received("09:00", "a", taro_from_alice) + delivered("09:02", "a", taro_from_alice) +
             of_order("09:10", "quarantine.delivered", "a", R"(,"order":"o","kind":"image-pdf")"),
         MailState::released, false},
        {"sanitized, original kept",
         received("09:00", "a", taro_from_alice) +
             of_mail("09:02", "message.quarantined", "a", R"(,"item":"a","reason":"not_rebuilt")") +
             delivered("09:02", "a", taro_from_alice, "sanitized"),
         MailState::delivered, true},
        {"held", held, MailState::held, true},
        {"held, order waits", held + ordered, MailState::held, true},
        {"held, order failed",
         held + ordered + of_order("09:11", "message.refused", "a", std::string(taro_from_alice) + R"(,"code":550)") +
             of_order("09:11", "quarantine.release_failed", "a", R"(,"stage":"release","failure":"refused")"),
         MailState::held, true},
        {"held, order deferred",
         held + ordered + of_order("09:11", "message.deferred", "a", std::string(taro_from_alice) + R"(,"code":451)"),
         MailState::held, true},
        {"released", held + ordered + carried_out, MailState::released, true},
        {"held, then deleted", held + of_order("10:00", "quarantine.deleted", "a", R"(,"person":"sato","why":"spam")"),
         MailState::held, false},
        {"held, then expired", held + of_order("10:00", "quarantine.expired", "a"), MailState::held, false},
        {"refused", received("09:00", "a", taro_from_alice) + refused("09:02", "a", taro_from_alice),
         MailState::refused, false},
        {"deferred", received("09:00", "a", taro_from_alice) + deferred("09:02", "a", taro_from_alice),
         MailState::deferred, false},
        {"deferred, then refused",
         received("09:00", "a", taro_from_alice) + deferred("09:02", "a", taro_from_alice) +
             received("09:10", "a", taro_from_alice) + refused("09:12", "a", taro_from_alice),
         MailState::refused, false},
        {"ends nowhere", received("09:00", "a", taro_from_alice) + sanitized("09:01", "a"), MailState::unfinished,
         false},
        {"deferred, then ends nowhere",
         received("09:00", "a", taro_from_alice) + deferred("09:02", "a", taro_from_alice) +
             received("09:10", "a", taro_from_alice),
         MailState::unfinished, false},
        {"delivered, and again because the 250 was lost",
         received("09:00", "a", taro_from_alice) + delivered("09:02", "a", taro_from_alice) +
             received("09:10", "a", taro_from_alice) + deferred("09:12", "a", taro_from_alice),
         MailState::delivered, false},
        {"delivered to one", received("09:00", "a", taro_from_alice) + delivered("09:02", "a", one_only),
         MailState::partly_delivered, false},
        {"the rest is owed",
         received("09:00", "a", taro_from_alice) + delivered("09:02", "a", one_only) +
             of_mail("09:02", "message.owed", "a", the_other + R"(,"stage":"deliver","failure":"unavailable")"),
         MailState::partly_delivered, false},
        {"the rest came later",
         received("09:00", "a", taro_from_alice) + delivered("09:02", "a", one_only) +
             of_mail("09:02", "message.owed", "a", the_other + R"(,"stage":"deliver","failure":"unavailable")") +
             of_order("09:10", "message.delivered", "a", the_other + R"(,"verdict":"clean")") +
             of_order("09:10", "quarantine.delivered", "a", R"(,"order":"o","kind":"rest")"),
         MailState::delivered, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto mails = search(row.log, from("alice"));
        REQUIRE(mails.size() == 1);
        const MailEnd end = end_of(mails[0]);
        CHECK(to_string(end.state) == to_string(row.state));
        CHECK(end.original_kept == row.kept);
        const bool partly = end.state == MailState::partly_delivered;
        CHECK(end.undelivered ==
              (partly ? std::vector<std::string>{"hanako@city.example.lg.jp"} : std::vector<std::string>{}));
    }
}

TEST_CASE("the text tells who, to whom, from where, every step and what can be done, in Japanese and English") {
    const InZone zone(japan);
    const std::string log =
        received("09:00", "a", taro_from_alice) + deferred("09:01", "a", taro_from_alice) +
        received("10:00", "a", taro_from_alice) + sanitized("10:01", "a") +
        of_mail("10:02", "worker.died", "a", R"(,"how":"signal 9")") +
        of_mail("10:02", "message.quarantined", "a", R"(,"item":"a","reason":"encrypted","bytes":4711)") +
        delivered("10:03", "a", taro_from_alice, "quarantined");
    CHECK(
        printed(search(log, from("alice"))) ==
        "2026-11-29 09:00:00 JST  a123456789abcdef  本文は通過せず、通知のみ配送済み / held: only a notice was "
        "delivered\n"
        "    from        Alice.B@Example.COM\n"
        "    to          taro@city.example.lg.jp, hanako@city.example.lg.jp\n"
        "    message-id  <CAF+x=1@mail.example.com>\n"
        "    client      192.0.2.1\n"
        "    tries       2\n"
        "    2026-11-29 09:00:00 JST  受信 / received                                 4711 bytes, 192.0.2.1\n"
        "    2026-11-29 09:01:00 JST  一時拒否 / deferred                             451 4.4.1 Next hop not reachable "
        "(deliver/unavailable: refused)\n"
        "    2026-11-29 10:00:00 JST  受信 / received                                 4711 bytes, 192.0.2.1\n"
        "    2026-11-29 10:01:00 JST  検査 / inspected                                clean\n"
        "    2026-11-29 10:02:00 JST  検査プロセスが異常終了 / a worker died           session=s how=signal 9\n"
        "    2026-11-29 10:02:00 JST  原本を隔離に保管 / original kept in quarantine  暗号化されており検査できない / "
        "encrypted, cannot be inspected\n"
        "    2026-11-29 10:03:00 JST  配送 / delivered                                quarantined, 10.0.0.5:25: 250 "
        "2.0.0 "
        "Ok\n"
        "    → 原本は隔離中 / the original is in quarantine: mugaika quarantine show a123456789abcdef\n"
        "    → 届けるには / to let it through: mugaika quarantine release a123456789abcdef --reason \"…\"\n"
        "\n"
        "見つかったメール / mails found: 1\n");
}

TEST_CASE("mails that end nowhere in the log are said and counted") {
    const std::string text =
        printed(search(two_mails + received("11:00", "c", jiro_from_bob), to("@city.example.lg.jp")));
    CHECK_THAT(text,
               Catch::Contains("c123456789abcdef  ログに結末なし（処理中または中断） / ends nowhere in the log") &&
                   Catch::EndsWith("mails found: 3; ログに結末なし / ending nowhere in the log: 1\n"));
}

TEST_CASE("what is found stands in the order of time") {
    std::string log = received("12:00", "a", taro_from_alice) + received("13:00", "b", taro_from_alice) +
                      line("14:00", "session.opened", R"(,"session":"s","client":"192.0.2.7")") +
                      at_rcpt("12:30", "s", "alice@example.com", "x@city.example.lg.jp", 550);
    const auto mails = search(log, from("alice"));
    CHECK(ids(mails) == Ids{"a", "", "b"});
}

TEST_CASE("memory holds what matches and what is under way, nothing else") {
    // Seen from outside: an event of a mail that was dropped finds nothing of it any more.
    const std::string viewed = of_order("12:00", "quarantine.viewed", "a", R"(,"person":"sato","what":"ledger")");
    CHECK(search(two_mails + viewed, from("bob")).size() == 1);
    const auto late = search(two_mails + viewed, between("12:00", "13:00"));
    REQUIRE(late.size() == 1);
    CHECK(late[0].events.size() == 1);  // the rest ended before the time, with no name to wait for
    const auto named = search(two_mails + viewed, [] {
        MailWanted wanted = between("12:00", "13:00");
        wanted.from = "alice";
        return wanted;
    }());
    REQUIRE(named.size() == 1);
    CHECK(named[0].events.size() == 4);
    CHECK(std::get<event::MessageSanitized>(*named[0].events[1].event).ledger.parts.empty());
}

TEST_CASE("kept mails that a subject chose are found by id, also when their log has gone") {
    MailWanted wanted;
    FoundMail b, old;
    b.id = "b" + std::string(rest_of_id);
    b.kept = FoundMail::Kept{*moment_from_rfc3339("2026-11-29T10:01:00+09:00"), "quarantined"};
    old.id = "old" + std::string(rest_of_id);
    old.from = "carol@example.org";
    old.to = {"taro@city.example.lg.jp"};
    old.envelope_known = true;
    old.kept = FoundMail::Kept{*moment_from_rfc3339("2026-10-01T10:00:00+09:00"), "quarantined"};
    wanted.kept = {{b.id, b}, {old.id, old}};
    const std::string log = two_mails + at_rcpt("10:10", "s", "carol@example.org", "x@city.example.lg.jp", 550);
    const auto mails = search(log, wanted);
    REQUIRE(ids(mails) == Ids{"old", "b"});
    CHECK(end_of(mails[0]).state == MailState::held);
    CHECK(end_of(mails[0]).original_kept);
    CHECK(end_of(mails[1]).state == MailState::delivered);
    CHECK(end_of(mails[1]).original_kept);
    CHECK_THAT(printed(mails), Catch::Contains("読んだログに記録なし / nothing in the logs that were read"));
    wanted.from = "carol";
    CHECK(ids(search(log, wanted)) == Ids{"old"});
    wanted.since = moment_from_rfc3339("2026-10-02T10:00:00+09:00");
    CHECK(search(log, wanted).empty());
}

TEST_CASE("AC-255 a log that was tampered with cannot reach the terminal through a story") {
    const std::string hostile = R"(\u001b[2J\u202e\u009b)";
    std::string log = of_mail("09:00", "message.received", "a",
                              R"(,"from":"alice)" + hostile + R"(","to":["t)" + hostile + R"("],"client":")" + hostile +
                                  R"(","message_id":")" + hostile + R"(","x\u0007":{"y\u001b":["\u001b"]})");
    for (const char* name : {"message.sanitized", "message.quarantined", "message.delivered", "message.deferred",
                             "gate.refused", "odd.event\\u001b"}) {
        log += of_mail("09:01", name, "a",
                       R"(,"verdict":")" + hostile + R"(","answer":")" + hostile + R"(","why":")" + hostile +
                           R"(","stage":")" + hostile + R"(","next_hop":")" + hostile + R"(","reason":")" + hostile +
                           R"(","z\u001b":")" + hostile + "\"");
    }
    log += at_rcpt("09:02", "s", "alice" + hostile, "r" + hostile, 550);
    const auto mails = search(log, from("alice"));
    REQUIRE(mails.size() == 2);
    std::ostringstream out;
    print_trace(out, mails);
    print_trace_json(out, mails);
    const std::string text = out.str();
    CHECK(text.find_first_of("\x1b\x07") == std::string::npos);
    CHECK(text.find("\\u001b") == std::string::npos);
    CHECK(text.find("\xc2\x9b") == std::string::npos);
    CHECK(text.find("\xe2\x80\xae") == std::string::npos);
}

TEST_CASE("JSON has a mail a line with its state, its names and its events") {
    std::ostringstream out;
    print_trace_json(out, search(two_mails, to("@city.example.lg.jp")));
    std::istringstream lines(out.str());
    std::vector<json::object> mails;
    for (std::string text; std::getline(lines, text);) mails.push_back(json::parse(text).as_object());
    REQUIRE(mails.size() == 2);
    CHECK(mails[0].at("id") == "a123456789abcdef");
    CHECK(mails[0].at("state") == "delivered");
    CHECK(mails[0].at("from") == "Alice.B@Example.COM");
    CHECK(mails[0].at("to").as_array().size() == 2);
    CHECK(mails[0].at("message_id") == "CAF+x=1@mail.example.com");
    CHECK(mails[0].at("client") == "192.0.2.1");
    CHECK(mails[0].at("tries").to_number<int>() == 1);
    CHECK(mails[0].at("original_kept") == false);
    CHECK(mails[0].at("undelivered").as_array().empty());
    CHECK(mails[0].at("events").as_array().size() == 3);
}

TEST_CASE("what the event log writes is what the trace reads") {
    std::string path = (std::filesystem::temp_directory_path() / "mugaika-trace-XXXXXX").string();
    const int fd = mkstemp(path.data());
    REQUIRE(fd >= 0);
    FileDescriptor closer(fd);
    const auto log = EventLog::open(path, "h");
    REQUIRE(log.has_value());
    MailTag tag{"0123456789abcdef", "s1", "city.example.lg.jp"};
    smtp::Envelope envelope;
    envelope.sender = *MailAddress::parse("alice@example.com");
    envelope.recipients = {*MailAddress::parse("taro@city.example.lg.jp")};
    (*log)->write(event::SessionOpened{"s1", "192.0.2.9"});
    MailTag before;
    before.session = "s1";
    (*log)->write(made::refused_at_rcpt(before, envelope, "nobody@city.example.lg.jp", {550, "5.1.1", "Unknown"}));
    (*log)->write(made::received(tag, envelope, "192.0.2.9", {}, 77, ""));
    tag.message_id = "1@example.com";
    (*log)->write(made::refused(tag, envelope, {554, "5.7.1", "No"}, Reason::policy_refuse, {}));
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    const auto mails = search(text.str(), from("alice@example.com"));
    REQUIRE(mails.size() == 2);
    CHECK(end_of(mails[0]).state == MailState::recipient_refused);
    CHECK(mails[0].client == "192.0.2.9");
    CHECK(end_of(mails[1]).state == MailState::refused);
    CHECK(mails[1].message_id == "1@example.com");
    CHECK(mails[1].to == std::vector<std::string>{"taro@city.example.lg.jp"});
    std::filesystem::remove(path);
}
