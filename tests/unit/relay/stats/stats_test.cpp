#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "relay/log/event_log.hpp"
#include "relay/stats/log_reader.hpp"
#include "relay/stats/mail_counter.hpp"
#include "relay/stats/mail_story.hpp"
#include "relay/stats/stats_report.hpp"
#include "sanitizer/mail/raw_mail.hpp"
#include "tests/support/in_zone.hpp"
#include "tests/support/made_events.hpp"

using namespace mugaika;
namespace json = boost::json;

namespace {

std::string event_line(std::string_view name, std::string_view id, std::string_view more = "", int day = 20) {
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
        in, "log", [&](const ReadEvent& e) { counter.take(e); }, reading != nullptr ? *reading : own);
    REQUIRE(read.has_value());
    return std::move(counter).finish();
}

StatsQuery by(std::vector<Dimension> dimensions) { return {std::nullopt, std::nullopt, std::move(dimensions)}; }

std::string printed(StatsFormat format, const std::vector<Dimension>& dimensions, const MailCounter::Rows& rows) {
    StatsTable table{dimensions, {rows.begin(), rows.end()}, {}};
    for (const auto& [key, counts] : rows) table.all += counts;
    std::ostringstream out;
    print_stats(out, format, table);
    return out.str();
}

}  // namespace

TEST_CASE("a mail deferred three times and then delivered is one delivered mail with three deferrals") {
    const std::string try_again = event_line("message.received", "a", R"(,"bytes":1000)") +
                                  event_line("message.sanitized", "a", ledger(text_part)) +
                                  event_line("message.deferred", "a", R"(,"stage":"deliver","failure":"unavailable")");
    const std::string delivered = event_line("message.received", "a", R"(,"bytes":1000)") +
                                  event_line("message.sanitized", "a", ledger(text_part)) +
                                  event_line("message.delivered", "a", R"(,"verdict":"clean","reason":"none")", 21);
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
    const std::string log = event_line("session.opened", "") + event_line("message.received", "a", R"(,"bytes":10)") +
                            event_line("message.delivered", "a", R"(,"verdict":"clean","reason":"none")") +
                            event_line("message.received", "b", R"(,"bytes":20)") +
                            event_line("message.quarantined", "b", R"(,"reason":"encrypted","bytes":20)") +
                            event_line("message.delivered", "b", R"(,"verdict":"quarantined","reason":"encrypted")") +
                            event_line("message.received", "c", R"(,"bytes":30)") +
                            event_line("message.refused", "c", R"(,"reason":"none","code":550,"enhanced":"5.1.1")") +
                            event_line("message.received", "d", R"(,"bytes":40)") +
                            event_line("message.deferred", "d", R"(,"stage":"deliver","failure":"timeout")") +
                            event_line("message.received", "e", R"(,"bytes":50)") +
                            event_line("message.refused", "", R"(,"reason":"none","code":552,"enhanced":"5.3.4")") +
                            event_line("recipient.refused", "") + event_line("worker.died", "b");
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
    const std::string held = event_line("message.received", "a") +
                             event_line("message.sanitized", "a", ledger(pdf_part)) +
                             event_line("message.delivered", "a", R"(,"verdict":"quarantined","reason":"too_deep")");
    std::string released =
        event_line("message.sanitized", "a", ledger(pdf_part)) +
        event_line("message.deferred", "a", R"(,"stage":"deliver","failure":"timeout")") +
        event_line("message.delivered", "a", R"(,"verdict":"sanitized","reason":"released_by_person")");
    for (std::size_t at; (at = released.find(R"("session":"s",)")) != std::string::npos;) released.erase(at, 14);
    const auto rows = count(held + released, by({Dimension::verdict}));
    REQUIRE(rows.size() == 2);
    CHECK(rows.at({"quarantined"}).mails == 1);
    CHECK(rows.at({"quarantined"}).deferrals == 0);
    CHECK(rows.at({"released"}).mails == 1);
}

TEST_CASE("what follows a mail is counted as that, and received mails by their own ends") {
    std::string follow_up =
        event_line("message.delivered", "a", R"(,"verdict":"sanitized","reason":"none","kind":"rerun")");
    for (std::size_t at; (at = follow_up.find(R"("session":"s",)")) != std::string::npos;) follow_up.erase(at, 14);
    const std::string first = event_line("message.received", "a", R"(,"bytes":10)") +
                              event_line("message.delivered", "a", R"(,"verdict":"sanitized","reason":"codec_late")");
    const auto rows = count(first + follow_up, by({Dimension::verdict}));
    CHECK(rows.size() == 2);
    CHECK(rows.at({"sanitized"}).mails == 1);
    CHECK(rows.at({"followed"}).mails == 1);
}

TEST_CASE("refusals at RCPT are counted as recipients, by code, route and day, and never as mails") {
    const auto refused = [](std::string_view enhanced, int code, int day = 20) {
        return event_line("recipient.refused", "",
                          R"(,"recipient":"x@city.example.lg.jp","code":)" + std::to_string(code) + R"(,"enhanced":")" +
                              std::string(enhanced) + "\"",
                          day);
    };
    std::string by_order = refused("5.1.1", 550);
    by_order.erase(by_order.find(R"("session":"s",)"), 14);
    const std::string to_two = R"(,"to":["a@city.example.lg.jp","b@city.example.lg.jp"])";
    const std::string log = refused("5.1.1", 550) + refused("5.1.1", 550, 21) + refused("5.7.1", 550) +
                            refused("4.2.0", 450) + by_order + event_line("message.received", "a", to_two) +
                            event_line("message.delivered", "a", R"(,"verdict":"clean","reason":"none")" + to_two);
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
        event_line("message.received", "a",
                   R"(,"to":["x@city.example.lg.jp","y@city.example.lg.jp","z@city.example.lg.jp"])") +
        event_line("message.delivered", "a", R"(,"verdict":"clean","reason":"none","to":["x@city.example.lg.jp"])") +
        event_line("message.owed", "a",
                   R"(,"to":["y@city.example.lg.jp","z@city.example.lg.jp"],"stage":"deliver","failure":"timeout")");
    const auto owed = count(begun, by({Dimension::verdict, Dimension::reason}));
    REQUIRE(owed.size() == 2);
    CHECK(owed.at({"clean", "none"}).mails == 1);
    CHECK(owed.at({"clean", "none"}).recipients == 1);
    CHECK(owed.at({"owed", "deliver/timeout"}).mails == 0);
    CHECK(owed.at({"owed", "deliver/timeout"}).recipients == 2);
    const std::string tried = event_line("message.deferred", "a", R"(,"stage":"deliver","failure":"timeout")");
    const auto served =
        count(begun + tried + event_line("message.delivered", "a", R"(,"verdict":"clean","reason":"none")"),
              by({Dimension::verdict}));
    REQUIRE(served.size() == 1);
    CHECK(served.at({"clean"}).mails == 1);
    CHECK(served.at({"clean"}).recipients == 3);
    CHECK(served.at({"clean"}).deferrals == 1);
}

TEST_CASE("a mail that the relay owes to all of its recipients is one mail, before and after it is served") {
    const std::string begun =
        event_line("message.received", "a", R"(,"bytes":10,"to":["x@town.example.lg.jp"])") +
        event_line("message.owed", "a", R"(,"to":["x@town.example.lg.jp"],"stage":"deliver","failure":"timeout")");
    const auto owed = count(begun, by({Dimension::verdict}));
    REQUIRE(owed.size() == 1);
    CHECK(owed.at({"owed"}).mails == 1);
    const auto served = count(begun + event_line("message.delivered", "a", R"(,"verdict":"clean","reason":"none")"),
                              by({Dimension::verdict}));
    REQUIRE(served.size() == 1);
    CHECK(served.at({"clean"}).mails == 1);
    CHECK(served.at({"clean"}).bytes == 10);
}

TEST_CASE("by kind a mail counts in the row of each kind that it has") {
    const std::string parts = std::string(text_part) + "," + std::string(pdf_part) + "," + std::string(pdf_part);
    const auto rows =
        count(event_line("message.sanitized", "a", ledger(parts)) +
                  event_line("message.delivered", "a", R"(,"verdict":"sanitized","reason":"not_rebuilt")"),
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
        log += event_line("message.delivered", std::to_string(day), R"(,"verdict":"clean","reason":"none")", day);
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
    const std::string good = event_line("message.delivered", "a", R"(,"verdict":"clean","reason":"none")");
    std::string log = good + "\n" + good.substr(0, 40) + "\n" + "[1]\n" + "{\"event\":1,\"time\":2}\n" + "\xff\xfe\n" +
                      std::string(100000, '[') + "\n" + good + good.substr(0, 30);
    log.insert(0, std::string(log_line_bytes_max + 5, 'x') + "\n");
    LogReading reading;
    const auto rows = count(log, by({}), &reading);
    CHECK(reading.broken == 7);
    CHECK(reading.lines == 9);
    CHECK(reading.first_broken == "log:1: it is longer than " + std::to_string(log_line_bytes_max));
    REQUIRE(rows.size() == 1);
    CHECK(rows.begin()->second.mails == 2);
}

TEST_CASE("an event with a member of odd shape is no event: it is counted as broken, and all others still count") {
    const std::string log = event_line("message.sanitized", "a", R"(,"parts":7,"in":[])") +
                            event_line("message.sanitized", "a", R"(,"parts":[7,{}])") +
                            event_line("message.sanitized", "a", R"(,"parts":[{"kind":"?","bytes":-5}])") +
                            event_line("message.sanitized", "a", R"(,"parts":[{"kind":"?"},{}])") +
                            event_line("message.delivered", "a", R"(,"verdict":17)") +
                            event_line("message.delivered", "a", R"(,"verdict":"later")");
    LogReading reading;
    const auto rows = count(log, by({Dimension::verdict}), &reading);
    CHECK(reading.broken == 4);
    CHECK_THAT(reading.first_broken, Catch::Contains("\"parts\" of message.sanitized"));
    REQUIRE(rows.size() == 1);
    CHECK(rows.begin()->first.front() == "later");
    CHECK(rows.begin()->second.parts == 2);
}

TEST_CASE("times stand behind the counts where there are any, in milliseconds for people") {
    MailCounter::Rows rows;
    rows[{"clean"}].mails = 2;
    rows[{"clean"}].times.add(TimeHistogram::Time(1500));
    rows[{"refused"}].mails = 1;
    const std::string text = printed(StatsFormat::text, {Dimension::verdict}, rows);
    CHECK_THAT(text, Catch::Contains("recipients  p50 ~ms  p90 ~ms  p99 ~ms\n"));
    CHECK_THAT(text, Catch::Contains("      1.5      1.5      1.5\n"));
    CHECK_THAT(printed(StatsFormat::csv, {Dimension::verdict}, rows),
               Catch::Contains("\r\nrefused,1,0,0,0,0,0,,,,0.333333\r\n"));
}

TEST_CASE("the text table is aligned by display width and adds up") {
    MailCounter::Rows rows;
    rows[{"見積.jp", "clean"}] = {12, 3400, 1, 15, 0, 14};
    rows[{"city.example.lg.jp", "quarantined"}] = {1, 100, 0, 2, 2, 3};
    CHECK(printed(StatsFormat::text, {Dimension::route, Dimension::verdict}, rows) ==
          "route               verdict      mails      %  bytes  deferrals  parts  dropped  recipients\n"
          "city.example.lg.jp  quarantined      1    7.7    100          0      2        2           3\n"
          "見積.jp             clean           12   92.3   3400          1     15        0          14\n"
          "total                               13  100.0   3500          1     17        2          17\n");
    CHECK(printed(StatsFormat::text, {Dimension::verdict}, {}) ==
          "verdict  mails  %  bytes  deferrals  parts  dropped  recipients\n"
          "total        0         0          0      0        0           0\n");
}

TEST_CASE("CSV follows RFC 4180 and holds no formula") {
    MailCounter::Rows rows;
    rows[{"a,b\"c"}] = {1, 2, 3, 4, 5, 6};
    rows[{"=cmd|' /C calc'!A0"}] = {1, 0, 0, 0, 0, 0};
    CHECK(printed(StatsFormat::csv, {Dimension::route}, rows) ==
          "route,mails,bytes,deferrals,parts,dropped,recipients,p50_us,p90_us,p99_us,mails_share\r\n"
          "'=cmd|' /C calc'!A0,1,0,0,0,0,0,,,,0.500000\r\n"
          "\"a,b\"\"c\",1,2,3,4,5,6,,,,0.500000\r\n");
}

TEST_CASE("JSON is an array of rows") {
    MailCounter::Rows rows;
    rows[{"clean"}] = {1, 2, 3, 4, 5, 6};
    CHECK(printed(StatsFormat::json, {Dimension::verdict}, rows) ==
          R"([{"verdict":"clean","mails":1,"bytes":2,"deferrals":3,"parts":4,"dropped":5,"recipients":6,)"
          R"("p50_us":null,"p90_us":null,"p99_us":null,"mails_share":1E0}])"
          "\n");
    CHECK(printed(StatsFormat::json, {}, {}) == "[]\n");
}

TEST_CASE("dimensions and formats are known by their names") {
    for (const char* name :
         {"hour", "day", "week", "month", "route", "verdict", "reason", "sender-domain", "person", "recipient",
          "recipient-domain", "kind", "type", "action", "method", "handler", "loss", "engine", "stage"}) {
        REQUIRE(dimension_from_name(name));
        CHECK(to_string(*dimension_from_name(name)) == name);
    }
    CHECK_FALSE(dimension_from_name("colour"));
    CHECK(stats_format_from_name("csv") == StatsFormat::csv);
    CHECK_FALSE(stats_format_from_name("xml"));
}

TEST_CASE("one mail's life is listed in order, with the parts of its ledger, and nobody else's") {
    const std::string log =
        event_line("message.received", "a",
                   R"(,"from":"x@example.com","to":["y@city.example.lg.jp","z@city.example.lg.jp"])") +
        event_line("message.received", "b") +
        event_line(
            "message.sanitized", "a",
            ledger(
                R"({"path":"1.2","kind":"pdf","action":"quarantined","bytes":900,"name":"見積書.pdf","reason":"not_rebuilt"})")) +
        event_line("message.delivered", "a", R"(,"verdict":"sanitized","code":250)");
    std::ostringstream out;
    LogReading reading;
    std::istringstream in(log);
    int found = 0;
    const auto read = read_log(
        in, "log", [&](const ReadEvent& e) { found += print_if_about(out, e, "a") ? 1 : 0; }, reading);
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
    const std::string log =
        event_line("message.received", "a", R"(,"from":"\u001b[2J\u202e","x\u0007":["\u009b","\n"])") +
        event_line("message.delivered", "a", R"(,"verdict":"\u001b[31m","reason":"\r\n")");
    std::ostringstream out;
    LogReading reading;
    std::istringstream in(log);
    const auto read = read_log(
        in, "log", [&](const ReadEvent& e) { print_if_about(out, e, "a"); }, reading);
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
    (*log)->write(made::received(tag, envelope, "192.0.2.1", {}, 77, ""));
    (*log)->write(made::deferred(tag, envelope, outcome<Stage::deliver, Failure::busy>(), {451, "4.3.2", ""}, "", {}));
    (*log)->write(event::MessageSanitized{tag, ledger_of_mail, 1});
    (*log)->write(made::delivered(tag, envelope, {MailVerdict::sanitized, Reason::not_rebuilt}, "10.0.0.5:25", {},
                                  {250, "", ""}, {}));
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
    const std::string log = event_line("message.received", "a", R"(,"bytes":10)") +
                            event_line("message.sanitized", "a", ledger(parts)) +
                            event_line("message.delivered", "a", R"(,"verdict":"sanitized","reason":"none")");
    const auto rows = count(log, by({Dimension::verdict}));
    REQUIRE(rows.size() == 1);
    CHECK(rows.begin()->second.parts == 4);
    CHECK(rows.begin()->second.dropped == 2);
}

TEST_CASE("mails count by hours, weeks, months, senders, recipients, types, methods, losses, engines and stages") {
    const InZone zone("JST-9");
    const auto with = [](std::string_view name, std::string_view more) { return event_line(name, "a", more); };
    const std::string log =
        with("message.received", R"(,"from":"X@Example.COM","to":["a@city.jp","B@town.jp"],"bytes":5000)") +
        event_line("file.converted", "a", R"(,"part":"2","engine":"libreoffice","end":"made","took_us":1)") +
        with("message.sanitized",
             ledger(
                 R"({"kind":"pdf","detected":"application/pdf","action":"rebuilt","method":"ウ-4","handler":"codec",)"
                 R"("bytes":900,"losses":[{"what":"metadata_removed","count":2},{"what":"form_dropped","count":1}]},)"
                 R"({"kind":"text","detected":"text/plain","action":"text","method":"ア","handler":"text","bytes":9})",
                 5000)) +
        with("message.delivered", R"(,"from":"X@Example.COM","to":["a@city.jp","B@town.jp"],"verdict":"sanitized",)"
                                  R"("reason":"none","worker_us":2000,"total_us":9000)");
    const auto keys = [&](std::vector<Dimension> dimensions) {
        std::vector<std::vector<std::string>> found;
        for (const auto& [key, counts] : count(log, by(std::move(dimensions)))) found.push_back(key);
        return found;
    };
    using Keys = std::vector<std::vector<std::string>>;
    CHECK(keys({Dimension::hour}) == Keys{{"2026-11-20 09:00"}});
    CHECK(keys({Dimension::week, Dimension::month}) == Keys{{"2026-W47", "2026-11"}});
    CHECK(keys({Dimension::sender_domain}) == Keys{{"example.com"}});
    CHECK(keys({Dimension::recipient}) == Keys{{"a@city.jp"}, {"b@town.jp"}});
    CHECK(keys({Dimension::type, Dimension::action}) == Keys{{"application/pdf", "rebuilt"}, {"text/plain", "text"}});
    CHECK(keys({Dimension::method, Dimension::handler}) == Keys{{"ア", "text"}, {"ウ-4", "codec"}});
    CHECK(keys({Dimension::engine}) == Keys{{"libreoffice"}});
    CHECK(keys({Dimension::stage}) == Keys{{"total"}, {"worker"}});
    CHECK(keys({Dimension::loss}) == Keys{{"form_dropped"}, {"metadata_removed"}, {"none"}});

    const auto each = count(log, by({Dimension::recipient_domain, Dimension::kind}));
    REQUIRE(each.size() == 4);
    const Counts& pdf_in_town = each.at({"town.jp", "pdf"});
    CHECK(pdf_in_town.mails == 1);
    CHECK(pdf_in_town.recipients == 1);
    CHECK(pdf_in_town.parts == 1);
    CHECK(pdf_in_town.bytes == 900);
    const auto stages = count(log, by({Dimension::stage}));
    CHECK(stages.at({"worker"}).times.count() == 1);
    CHECK(std::abs(stages.at({"worker"}).times.percentile(0.5).count() - 2000) <= 2000 / 32);
}

TEST_CASE("--where counts only what has these values, shown or not") {
    const std::string log =
        event_line("message.sanitized", "a", ledger(std::string(text_part) + "," + std::string(pdf_part))) +
        event_line("message.delivered", "a", R"(,"verdict":"sanitized","reason":"encrypted")") +
        event_line("message.sanitized", "b", ledger(text_part)) +
        event_line("message.delivered", "b", R"(,"verdict":"clean","reason":"none")");
    StatsQuery query = by({Dimension::verdict});
    query.where = conditions_from_option("reason=encrypted,kind=pdf").value();
    const auto rows = count(log, query);
    REQUIRE(rows.size() == 1);
    CHECK(rows.begin()->first.front() == "sanitized");
    CHECK(rows.begin()->second.parts == 1);
    query.where = conditions_from_option("verdict=clean").value();
    CHECK(count(log, query).size() == 1);
    query.where = conditions_from_option("verdict=refused").value();
    CHECK(count(log, query).empty());
    for (const std::string_view wrong : {"", "reason", "colour=red", "reason=a,", "=x"}) {
        CAPTURE(wrong);
        const auto conditions = conditions_from_option(wrong);
        REQUIRE_FALSE(conditions.has_value());
        CHECK_THAT(conditions.error().words(), Catch::Contains("expected KEY=VALUE"));
    }
}

TEST_CASE("percentiles are at most three in a hundred off, whatever the times") {
    TimeHistogram times;
    CHECK(times.percentile(0.5) == TimeHistogram::Time::zero());
    for (int i = 1; i <= 100000; ++i) times.add(TimeHistogram::Time(i));
    for (const double share : {0.001, 0.1, 0.5, 0.9, 0.99, 1.0}) {
        const double exact = share * 100000;
        CHECK(std::abs(static_cast<double>(times.percentile(share).count()) - exact) <= exact / 32 + 1);
    }
    times.add(TimeHistogram::Time(-5));
    times.add(TimeHistogram::Time::max());
    CHECK(times.count() == 100002);
}

TEST_CASE("the same mail that comes in two sessions at once is two mails, one that comes again is one") {
    const auto in_session = [](std::string line, std::string_view session) {
        const std::string_view usual = "\"session\":\"s\"";
        return line.replace(line.find(usual), usual.size(), "\"session\":\"" + std::string(session) + "\"");
    };
    const std::string received = event_line("message.received", "a", R"(,"bytes":1000)");
    const std::string delivered = event_line("message.delivered", "a", R"(,"verdict":"clean","reason":"none")");
    const std::string deferred = event_line("message.deferred", "a", R"(,"stage":"deliver","failure":"busy")");
    const auto both = count(
        in_session(received, "1") + in_session(received, "2") + in_session(delivered, "2") + in_session(delivered, "1"),
        by({Dimension::verdict}));
    REQUIRE(both.size() == 1);
    CHECK(both.begin()->second.mails == 2);
    CHECK(both.begin()->second.bytes == 2000);
    const auto one = count(
        in_session(received, "1") + in_session(deferred, "1") + in_session(received, "2") + in_session(delivered, "2"),
        by({Dimension::verdict}));
    REQUIRE(one.size() == 1);
    CHECK(one.begin()->second.mails == 1);
    CHECK(one.begin()->second.deferrals == 1);
    const std::string started = R"({"time":"2026-11-20T09:00:00Z","event":"relay.started","host":"h"})"
                                "\n";
    const auto cut_off =
        count(in_session(received, "1") + started + in_session(received, "2") + in_session(delivered, "2"),
              by({Dimension::verdict}));
    REQUIRE(cut_off.size() == 1);
    CHECK(cut_off.begin()->first.front() == "clean");
}

TEST_CASE("a share is of the mails that were chosen, each once, whatever rows they stand in") {
    const std::string log =
        event_line("message.received", "a") +
        event_line("message.sanitized", "a", ledger(std::string(text_part) + "," + std::string(pdf_part))) +
        event_line("message.delivered", "a", R"(,"verdict":"sanitized","reason":"none")") +
        event_line("message.received", "b") + event_line("message.sanitized", "b", ledger(text_part)) +
        event_line("message.delivered", "b", R"(,"verdict":"clean","reason":"none")") +
        event_line("message.received", "c") + event_line("message.refused", "c", R"(,"code":550,"enhanced":"5.7.1")");
    StatsQuery query = by({Dimension::kind});
    query.where = conditions_from_option("action=text").value();
    std::istringstream in(log);
    MailCounter counter(query);
    LogReading reading;
    REQUIRE(read_log(
                in, "log", [&](const ReadEvent& e) { counter.take(e); }, reading)
                .has_value());
    const StatsTable table = std::move(counter).finish_table();
    CHECK(table.all.mails == 2);
    REQUIRE(table.rows.size() == 1);
    CHECK(table.rows[0].second.mails == 2);

    std::istringstream again(log);
    MailCounter every(by({Dimension::kind}));
    LogReading own;
    REQUIRE(read_log(
                again, "log", [&](const ReadEvent& e) { every.take(e); }, own)
                .has_value());
    std::ostringstream out;
    print_stats(out, StatsFormat::csv, std::move(every).finish_table());
    CHECK_THAT(out.str(), Catch::Contains("\r\npdf,1,") && Catch::Contains(",0.500000\r\ntext,2,") &&
                              Catch::Contains(",1.000000\r\n"));
}
