#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "relay/log/events.hpp"
#include "relay/stats/log_reader.hpp"
#include "relay/stats/mail_counter.hpp"
#include "relay/stats/mail_story.hpp"
#include "relay/stats/stats_report.hpp"
#include "sanitizer/mail/raw_mail.hpp"

using namespace mugaika;
namespace json = boost::json;

namespace {

std::string event(std::string_view name, std::string_view id, std::string_view more = "", int day = 20) {
    return R"({"time":"2026-11-)" + std::to_string(day) + R"(T09:00:00.000+09:00","event":")" + std::string(name) +
           R"(","host":"h","id":")" + std::string(id) + R"(","session":"s","route":"city.example.lg.jp")" +
           std::string(more) + "}\n";
}

std::string ledger(std::string_view parts, int bytes = 1000) {
    return R"(,"verdict":"sanitized","in":{"bytes":)" + std::to_string(bytes) + R"(},"parts":[)" + std::string(parts) +
           "]";
}

constexpr std::string_view text_part = R"({"kind":"text","action":"text","bytes":100})";
constexpr std::string_view pdf_part = R"({"kind":"pdf","action":"quarantined","bytes":900})";

MailCounter::Rows count(const std::string& log, StatsQuery query, LogReading* reading = nullptr) {
    std::istringstream in(log);
    MailCounter counter(std::move(query));
    LogReading own;
    const auto read = read_log(
        in, "log", [&](const json::object& e) { counter.take(e); }, reading != nullptr ? *reading : own);
    REQUIRE(read.has_value());
    return std::move(counter).finish();
}

StatsQuery by(std::vector<Dimension> dimensions) { return {std::nullopt, std::nullopt, std::move(dimensions)}; }

std::string printed(StatsFormat format, const std::vector<Dimension>& dimensions, const MailCounter::Rows& rows) {
    std::ostringstream out;
    print_stats(out, format, dimensions, rows);
    return out.str();
}

}  // namespace

TEST_CASE("a mail deferred three times and then delivered is one delivered mail with three deferrals") {
    const std::string try_again = event("message.received", "a", R"(,"bytes":1000)") +
                                  event("message.sanitized", "a", ledger(text_part)) +
                                  event("message.deferred", "a", R"(,"stage":"deliver","failure":"unavailable")");
    const std::string delivered = event("message.received", "a", R"(,"bytes":1000)") +
                                  event("message.sanitized", "a", ledger(text_part)) +
                                  event("message.delivered", "a", R"(,"verdict":"clean","reason":"none")", 21);
    const auto rows = count(try_again + try_again + try_again + delivered, by({Dimension::verdict, Dimension::day}));
    REQUIRE(rows.size() == 1);
    CHECK(rows.begin()->first == std::vector<std::string>{"clean", "2026-11-21"});
    const Counts& counts = rows.begin()->second;
    CHECK(counts.mails == 1);
    CHECK(counts.deferrals == 3);
    CHECK(counts.parts == 1);  // not once per try
    CHECK(counts.bytes == 1000);
}

TEST_CASE("every mail of a log has exactly one verdict") {
    const std::string log = event("session.opened", "") + event("message.received", "a", R"(,"bytes":10)") +
                            event("message.delivered", "a", R"(,"verdict":"clean","reason":"none")") +
                            event("message.received", "b", R"(,"bytes":20)") +
                            event("message.quarantined", "b", R"(,"reason":"encrypted","bytes":20)") +
                            event("message.delivered", "b", R"(,"verdict":"quarantined","reason":"encrypted")") +
                            event("message.received", "c", R"(,"bytes":30)") +
                            event("message.refused", "c", R"(,"reason":"none","code":550,"enhanced":"5.1.1")") +
                            event("message.received", "d", R"(,"bytes":40)") +
                            event("message.deferred", "d", R"(,"stage":"deliver","failure":"timeout")") +
                            event("message.received", "e", R"(,"bytes":50)") +
                            event("message.refused", "", R"(,"reason":"none","code":552,"enhanced":"5.3.4")") +
                            event("recipient.refused", "") + event("worker.died", "b");
    const auto rows = count(log, by({Dimension::verdict, Dimension::reason}));
    const auto mails = [&](const std::string& verdict, const std::string& reason) {
        const auto found = rows.find({verdict, reason});
        return found == rows.end() ? 0 : found->second.mails;
    };
    CHECK(rows.size() == 7);
    CHECK(mails("clean", "none") == 1);
    CHECK(mails("quarantined", "encrypted") == 1);
    CHECK(mails("refused", "550 5.1.1") == 1);
    CHECK(mails("refused", "552 5.3.4") == 1);
    CHECK(mails("deferred", "deliver/timeout") == 1);
    CHECK(mails("unfinished", "none") == 1);
}

TEST_CASE("a delivery by a release order is no new mail") {
    const std::string held = event("message.received", "a") + event("message.sanitized", "a", ledger(pdf_part)) +
                             event("message.delivered", "a", R"(,"verdict":"quarantined","reason":"too_deep")");
    std::string released = event("message.sanitized", "a", ledger(pdf_part)) +
                           event("message.deferred", "a", R"(,"stage":"deliver","failure":"timeout")") +
                           event("message.delivered", "a", R"(,"verdict":"sanitized","reason":"released_by_person")");
    for (std::size_t at; (at = released.find(R"("session":"s",)")) != std::string::npos;) released.erase(at, 14);
    const auto rows = count(held + released, by({Dimension::verdict}));
    REQUIRE(rows.size() == 2);
    CHECK(rows.at({"quarantined"}).mails == 1);
    CHECK(rows.at({"quarantined"}).deferrals == 0);
    CHECK(rows.at({"released"}).mails == 1);
}

TEST_CASE("what follows a mail is counted as that, and received mails by their own ends") {
    std::string follow_up = event("message.delivered", "a", R"(,"verdict":"sanitized","reason":"none","kind":"rerun")");
    for (std::size_t at; (at = follow_up.find(R"("session":"s",)")) != std::string::npos;) follow_up.erase(at, 14);
    const std::string first = event("message.received", "a", R"(,"bytes":10)") +
                              event("message.delivered", "a", R"(,"verdict":"sanitized","reason":"codec_late")");
    const auto rows = count(first + follow_up, by({Dimension::verdict}));
    CHECK(rows.size() == 2);
    CHECK(rows.at({"sanitized"}).mails == 1);
    CHECK(rows.at({"followed"}).mails == 1);
}

TEST_CASE("refusals at RCPT are counted as recipients, by code, route and day, and never as mails") {
    const auto refused = [](std::string_view enhanced, int code, int day = 20) {
        return event("recipient.refused", "",
                     R"(,"recipient":"x@city.example.lg.jp","code":)" + std::to_string(code) + R"(,"enhanced":")" +
                         std::string(enhanced) + "\"",
                     day);
    };
    std::string by_order = refused("5.1.1", 550);
    by_order.erase(by_order.find(R"("session":"s",)"), 14);
    const std::string to_two = R"(,"to":["a@city.example.lg.jp","b@city.example.lg.jp"])";
    const std::string log = refused("5.1.1", 550) + refused("5.1.1", 550, 21) + refused("5.7.1", 550) +
                            refused("4.2.0", 450) + by_order + event("message.received", "a", to_two) +
                            event("message.delivered", "a", R"(,"verdict":"clean","reason":"none")" + to_two);
    const auto rows = count(log, by({Dimension::verdict, Dimension::reason}));
    REQUIRE(rows.size() == 4);
    CHECK(rows.at({"recipient_refused", "550 5.1.1"}).recipients == 2);
    CHECK(rows.at({"recipient_refused", "550 5.7.1"}).recipients == 1);
    CHECK(rows.at({"recipient_deferred", "450 4.2.0"}).recipients == 1);
    CHECK(rows.at({"clean", "none"}).recipients == 2);
    for (const auto& [key, counts] : rows) CHECK(counts.mails == (key.front() == "clean" ? 1 : 0));
    StatsQuery query = by({Dimension::day, Dimension::route});
    query.since = moment_from_rfc3339("2026-11-21T00:00:00+09:00");
    const auto late = count(log, query);
    REQUIRE(late.size() == 1);
    CHECK(late.at({"2026-11-21", "city.example.lg.jp"}).recipients == 1);
    CHECK(count(log, by({Dimension::kind})).empty());
}

TEST_CASE("recipients whom the relay owes a mail are counted where they end, and the mail only once") {
    const std::string begun =
        event("message.received", "a",
              R"(,"to":["x@city.example.lg.jp","y@city.example.lg.jp","z@city.example.lg.jp"])") +
        event("message.delivered", "a", R"(,"verdict":"clean","reason":"none","to":["x@city.example.lg.jp"])") +
        event("message.owed", "a",
              R"(,"to":["y@city.example.lg.jp","z@city.example.lg.jp"],"stage":"deliver","failure":"timeout")");
    const auto owed = count(begun, by({Dimension::verdict, Dimension::reason}));
    REQUIRE(owed.size() == 2);
    CHECK(owed.at({"clean", "none"}).mails == 1);
    CHECK(owed.at({"clean", "none"}).recipients == 1);
    CHECK(owed.at({"owed", "deliver/timeout"}).mails == 0);
    CHECK(owed.at({"owed", "deliver/timeout"}).recipients == 2);
    const std::string tried = event("message.deferred", "a", R"(,"stage":"deliver","failure":"timeout")");
    const auto served = count(begun + tried + event("message.delivered", "a", R"(,"verdict":"clean","reason":"none")"),
                              by({Dimension::verdict}));
    REQUIRE(served.size() == 1);
    CHECK(served.at({"clean"}).mails == 1);
    CHECK(served.at({"clean"}).recipients == 3);
    CHECK(served.at({"clean"}).deferrals == 1);
}

TEST_CASE("by kind a mail counts in the row of each kind that it has") {
    const std::string parts = std::string(text_part) + "," + std::string(pdf_part) + "," + std::string(pdf_part);
    const auto rows = count(event("message.sanitized", "a", ledger(parts)) +
                                event("message.delivered", "a", R"(,"verdict":"sanitized","reason":"not_rebuilt")"),
                            by({Dimension::kind}));
    REQUIRE(rows.size() == 2);
    CHECK(rows.at({"pdf"}).mails == 1);
    CHECK(rows.at({"pdf"}).parts == 2);
    CHECK(rows.at({"pdf"}).dropped == 2);
    CHECK(rows.at({"pdf"}).bytes == 1800);
    CHECK(rows.at({"text"}).dropped == 0);
}

TEST_CASE("since is included, until is not") {
    std::string log;
    for (const int day : {18, 19, 20, 21}) {
        log += event("message.delivered", std::to_string(day), R"(,"verdict":"clean","reason":"none")", day);
    }
    StatsQuery query = by({Dimension::day});
    query.since = moment_from_rfc3339("2026-11-19T09:00:00+09:00");
    query.until = moment_from_rfc3339("2026-11-21T09:00:00+09:00");
    const auto rows = count(log, query);
    REQUIRE(rows.size() == 2);
    CHECK(rows.contains({"2026-11-19"}));
    CHECK(rows.contains({"2026-11-20"}));
}

TEST_CASE("broken lines are counted and named, and all others still count") {
    const std::string good = event("message.delivered", "a", R"(,"verdict":"clean","reason":"none")");
    std::string log = good + "\n" + good.substr(0, 40) + "\n" + "[1]\n" + "{\"event\":1,\"time\":2}\n" + "\xff\xfe\n" +
                      std::string(100000, '[') + "\n" + good + good.substr(0, 30);
    log.insert(0, std::string(log_line_bytes_max + 5, 'x') + "\n");
    LogReading reading;
    const auto rows = count(log, by({}), &reading);
    CHECK(reading.broken == 7);
    CHECK(reading.lines == 9);
    CHECK(reading.first_broken == "log:1");
    REQUIRE(rows.size() == 1);
    CHECK(rows.begin()->second.mails == 2);
}

TEST_CASE("events of odd shape never stop the counting") {
    const std::string log = event("message.sanitized", "a", R"(,"parts":7,"in":[])") +
                            event("message.sanitized", "a", R"(,"parts":[7,{},{"kind":"?","bytes":-5}])") +
                            event("message.delivered", "a", R"(,"verdict":17)");
    const auto rows = count(log, by({Dimension::verdict}));
    REQUIRE(rows.size() == 1);
    CHECK(rows.begin()->second.parts == 2);
}

TEST_CASE("the text table is aligned by display width and adds up") {
    MailCounter::Rows rows;
    rows[{"見積.jp", "clean"}] = {12, 3400, 1, 15, 0, 14};
    rows[{"city.example.lg.jp", "quarantined"}] = {1, 100, 0, 2, 2, 3};
    CHECK(printed(StatsFormat::text, {Dimension::route, Dimension::verdict}, rows) ==
          "route               verdict      mails  bytes  deferrals  parts  dropped  recipients\n"
          "city.example.lg.jp  quarantined      1    100          0      2        2           3\n"
          "見積.jp             clean           12   3400          1     15        0          14\n"
          "total                               13   3500          1     17        2          17\n");
    CHECK(printed(StatsFormat::text, {Dimension::verdict}, {}) ==
          "verdict  mails  bytes  deferrals  parts  dropped  recipients\n"
          "total        0      0          0      0        0           0\n");
}

TEST_CASE("CSV follows RFC 4180 and holds no formula") {
    MailCounter::Rows rows;
    rows[{"a,b\"c"}] = {1, 2, 3, 4, 5, 6};
    rows[{"=cmd|' /C calc'!A0"}] = {1, 0, 0, 0, 0, 0};
    CHECK(printed(StatsFormat::csv, {Dimension::route}, rows) ==
          "route,mails,bytes,deferrals,parts,dropped,recipients\r\n"
          "'=cmd|' /C calc'!A0,1,0,0,0,0,0\r\n"
          "\"a,b\"\"c\",1,2,3,4,5,6\r\n");
}

TEST_CASE("JSON is an array of rows") {
    MailCounter::Rows rows;
    rows[{"clean"}] = {1, 2, 3, 4, 5, 6};
    CHECK(printed(StatsFormat::json, {Dimension::verdict}, rows) ==
          R"([{"verdict":"clean","mails":1,"bytes":2,"deferrals":3,"parts":4,"dropped":5,"recipients":6}])"
          "\n");
    CHECK(printed(StatsFormat::json, {}, {}) == "[]\n");
}

TEST_CASE("dimensions and formats are known by their names") {
    for (const char* name : {"day", "route", "verdict", "reason", "kind"}) {
        REQUIRE(dimension_from_name(name));
        CHECK(to_string(*dimension_from_name(name)) == name);
    }
    CHECK_FALSE(dimension_from_name("month"));
    CHECK(stats_format_from_name("csv") == StatsFormat::csv);
    CHECK_FALSE(stats_format_from_name("html"));
}

TEST_CASE("one mail's life is listed in order, with the parts of its ledger, and nobody else's") {
    const std::string log =
        event("message.received", "a",
              R"(,"from":"x@example.com","to":["y@city.example.lg.jp","z@city.example.lg.jp"])") +
        event("message.received", "b") +
        event(
            "message.sanitized", "a",
            ledger(
                R"({"path":"1.2","kind":"pdf","action":"quarantined","bytes":900,"name":"見積書.pdf","reason":"not_rebuilt"})")) +
        event("message.delivered", "a", R"(,"verdict":"sanitized","code":250)");
    std::ostringstream out;
    LogReading reading;
    std::istringstream in(log);
    int found = 0;
    const auto read = read_log(
        in, "log", [&](const json::object& e) { found += print_if_about(out, e, "a") ? 1 : 0; }, reading);
    REQUIRE(read.has_value());
    CHECK(found == 3);
    const std::string text = out.str();
    CHECK_THAT(text, Catch::Contains("message.received") && Catch::Contains("from=x@example.com") &&
                         Catch::Contains("to=y@city.example.lg.jp,z@city.example.lg.jp"));
    CHECK_THAT(text,
               Catch::Contains("    1.2  quarantined  pdf  900 bytes  見積書.pdf  (この種類のファイルは通過できない / "
                               "files of this kind do not cross)\n"));
    CHECK_THAT(text, Catch::Contains("code=250"));
    CHECK(text.find("message.received") < text.find("message.delivered"));
}

TEST_CASE("AC-255 a log that was tampered with cannot reach the terminal") {
    const std::string log = event("message.received", "a", R"(,"from":"\u001b[2J\u202e","x\u0007":["\u009b","\n"])") +
                            event("message.delivered", "a", R"(,"verdict":"\u001b[31m","reason":"\r\n")");
    std::ostringstream out;
    LogReading reading;
    std::istringstream in(log);
    const auto read = read_log(
        in, "log", [&](const json::object& e) { print_if_about(out, e, "a"); }, reading);
    REQUIRE(read.has_value());
    const auto rows = count(log, by({Dimension::verdict, Dimension::reason}));
    for (const StatsFormat format : {StatsFormat::text, StatsFormat::csv, StatsFormat::json}) {
        out << printed(format, {Dimension::verdict, Dimension::reason}, rows);
    }
    CHECK(out.str().find_first_of("\x1b\x07") == std::string::npos);
    CHECK(out.str().find("\xc2\x9b") == std::string::npos);
    CHECK(out.str().find("\xe2\x80\xae") == std::string::npos);
}

TEST_CASE("what the event log writes is what the statistics read") {
    std::string path = (std::filesystem::temp_directory_path() / "mugaika-stats-XXXXXX").string();
    const int fd = mkstemp(path.data());
    REQUIRE(fd >= 0);
    FileDescriptor closer(fd);
    auto log = EventLog::open(path, "h");
    REQUIRE(log.has_value());
    const MailTag tag{"0123456789abcdef", "s1", "city.example.lg.jp"};
    smtp::Envelope envelope;
    Ledger ledger_of_mail;
    ledger_of_mail.in_bytes = 77;
    PartRow part;
    part.facts.kind = PartKind::office;
    part.facts.bytes = 50;
    ledger_of_mail.parts = {part};
    (*log)->message_received(tag, envelope, "192.0.2.1", {}, 77, "");
    (*log)->message_deferred(tag, envelope, outcome<Stage::deliver, Failure::busy>(), {451, "4.3.2", ""}, "", {});
    (*log)->message_sanitized(tag, ledger_of_mail, std::chrono::microseconds(1));
    (*log)->message_delivered(tag, envelope, {MailVerdict::sanitized, Reason::not_rebuilt}, "10.0.0.5:25", {},
                              {250, "", ""}, {});
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    const auto rows = count(text.str(), by({Dimension::verdict, Dimension::reason, Dimension::kind}));
    REQUIRE(rows.size() == 1);
    CHECK(rows.begin()->first == std::vector<std::string>{"sanitized", "not_rebuilt", "office"});
    CHECK(rows.begin()->second.deferrals == 1);
    CHECK(rows.begin()->second.dropped == 1);
    std::filesystem::remove(path);
}

TEST_CASE("parts that crossed as text or rebuilt are not dropped, all others are") {
    std::string parts;
    for (const char* action : {"text", "rebuilt", "removed", "quarantined"}) {
        parts += std::string(parts.empty() ? "" : ",") + R"({"kind":"pdf","bytes":1,"action":")" + action + "\"}";
    }
    const std::string log = event("message.received", "a", R"(,"bytes":10)") +
                            event("message.sanitized", "a", ledger(parts)) +
                            event("message.delivered", "a", R"(,"verdict":"sanitized","reason":"none")");
    const auto rows = count(log, by({Dimension::verdict}));
    REQUIRE(rows.size() == 1);
    CHECK(rows.begin()->second.parts == 4);
    CHECK(rows.begin()->second.dropped == 2);
}
