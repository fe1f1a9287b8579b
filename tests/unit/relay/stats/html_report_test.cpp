#include "relay/stats/html_report.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "relay/log/event_json.hpp"
#include "tests/support/in_zone.hpp"

using namespace mugaika;

namespace {

constexpr Moment noon{std::chrono::hours(24 * 20000 + 3)};

class Log {
public:
    void write(Moment moment, const AnyEvent& event, std::string_view host = "mx.example.lg.jp") {
        const std::string line = json_line(moment, host, event);
        report_.take(reader_.read(std::string_view(line).substr(0, line.size() - 1)).value());
    }
    ReportFacts facts() { return std::move(report_).finish(); }
    std::string page() {
        std::ostringstream out;
        print_html_report(out, facts());
        return out.str();
    }

private:
    EventReader reader_;
    MonthlyReport report_{noon - std::chrono::hours(1), noon + std::chrono::hours(48)};
};

MailTag tag(std::string id) { return {std::move(id), "s", "city.example.lg.jp"}; }

event::MessageReceived received(const std::string& id) {
    return {tag(id), "x@example.com", {"a@city.example.lg.jp"}, "192.0.2.1", {}, 100, ""};
}

event::MessageDelivered delivered(const std::string& id, MailVerdict verdict, Reason reason) {
    StageTimes times;
    times.set_total(StageTimes::Time(9000));
    return {tag(id), "x@example.com", {"a@city.example.lg.jp"}, verdict, reason, "10.0.0.5:25", {}, {}, times};
}

}  // namespace

TEST_CASE("the report has what came, how it crossed, what was held and why, who did what, and what went wrong") {
    const InZone zone("JST-9");
    Log log;
    log.write(noon - std::chrono::hours(30), event::GateRefused{tag("old"), "before the range"});
    log.write(noon, received("a"));
    log.write(noon, received("b"));
    log.write(noon + std::chrono::minutes(1), received("c"));
    Ledger ledger;
    PartRow row;
    row.facts.kind = PartKind::pdf;
    row.verdict = PartVerdict::rebuilt;
    row.method = Method::rebuilt;
    ledger.parts = {row, row};
    log.write(noon, event::MessageSanitized{tag("a"), ledger, 1});
    log.write(noon, delivered("a", MailVerdict::sanitized, Reason::none));
    log.write(noon, event::MessageQuarantined{tag("b"), "b", Reason::encrypted, 100});
    log.write(noon, delivered("b", MailVerdict::quarantined, Reason::encrypted));
    log.write(noon, event::QuarantineReleased{
                        "b", "o", Actor{"yamada", 1, ""}, "r", "release", {"2"}, {}, "電話で確認", noon});
    log.write(noon, event::CheckRefused{tag("c"), "2", "why"});
    const ReportFacts facts = log.facts();
    REQUIRE_FALSE(facts.figures.empty());
    CHECK(facts.figures.front().count == 2);
    CHECK(facts.figures.front().untrusted_detail == "2024-10-04 12:00");
    CHECK(facts.troubles == std::map<std::string, std::uint64_t>{{"check.refused", 1}});
    CHECK(facts.by_method.at({"ウ-3"}).parts == 2);
    CHECK(facts.by_reason.at({"encrypted", "quarantined"}).mails == 1);
    REQUIRE(facts.acts.size() == 1);
    CHECK(facts.acts[0].person == "yamada");
    CHECK(facts.acts[0].what == "part 2");
    CHECK(facts.accounts.add_up());
    std::ostringstream out;
    print_html_report(out, facts);
    for (const char* const words :
         {"暗号化されており検査できない", "電話で確認", "サニタイズ処理（作り直し）", "check.refused", "<svg ",
          "最も混んだ1分", "<title>2024-10-04 ", "受信した全ての宛先に、結末が一つずつ記録されています。"}) {
        CHECK_THAT(out.str(), Catch::Contains(words));
    }
}

TEST_CASE("AC-255 nothing from the log is markup in the report") {
    const std::string markup = "<script>alert(1)</script>\"'&\x1b[2J";
    Log log;
    event::MessageReceived mail = received(markup);
    mail.mail.route = markup;
    log.write(noon, mail, markup);
    event::MessageRefused refused{mail.mail, markup, {markup}, Reason::none, {550, markup, markup}, {}};
    log.write(noon, refused, markup);
    log.write(noon, event::QuarantineReleased{
                        markup, markup, Actor{markup, 1, markup}, markup, markup, {markup}, {markup}, markup, noon});
    log.write(noon, event::ScannerDown{markup, markup});
    const std::string page = log.page();
    CHECK(page.find("<script") == std::string::npos);
    CHECK(page.find('\x1b') == std::string::npos);
    CHECK_THAT(page, Catch::Contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"));
}

TEST_CASE("a report of nothing says so") {
    Log log;
    const std::string page = log.page();
    CHECK_THAT(page, Catch::Contains("なし <small>none</small>"));
    CHECK(page.find("<svg") == std::string::npos);
    CHECK(page.find("nan") == std::string::npos);
}

TEST_CASE("the last checkpoint stands in the report as it can be verified, and nothing of it is markup") {
    const InZone zone("JST-9");
    Log log;
    log.write(noon, event::LogCheckpoint{1, {"old@city.example.lg.jp"}, {"old", "", "\xe2\x80\x94 mx b2xk"}});
    log.write(noon + std::chrono::hours(1),
              event::LogCheckpoint{2, {"kansa@city.example.lg.jp"}, {"mx/seals", "<b>", "", "\xe2\x80\x94 mx bmV3"}});
    log.write(noon + std::chrono::hours(60), event::LogCheckpoint{3, {"late@city.example.lg.jp"}, {"late"}});
    const std::string page = log.page();
    CHECK_THAT(page, Catch::Contains("<pre>\n\nmx/seals\n&lt;b&gt;\n\n\xe2\x80\x94 mx bmV3\n</pre>"));
    CHECK_THAT(page, Catch::Contains("kansa@city.example.lg.jp"));
    for (const char* other : {"b2xk", "old@city", "late@city"}) CHECK_THAT(page, !Catch::Contains(other));
    CHECK_THAT(Log().page(), Catch::Contains("none went to auditors"));
}
