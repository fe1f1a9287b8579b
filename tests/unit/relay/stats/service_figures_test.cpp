#include "relay/stats/service_figures.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <sstream>

#include "relay/log/event_json.hpp"
#include "relay/stats/figures_report.hpp"
#include "tests/support/in_zone.hpp"

using namespace mugaika;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr Moment noon{hours(24 * 20000 + 3)};

class Log {
public:
    void write(Moment moment, const AnyEvent& event) {
        const std::string line = json_line(moment, "mx", event);
        figures_.take(reader_.read(std::string_view(line).substr(0, line.size() - 1)).value());
    }
    std::vector<Figure> finish() { return std::move(figures_).finish(); }

private:
    EventReader reader_;
    ServiceFigures figures_{noon, noon + hours(24)};
};

MailTag tag(std::string id, std::string session = "s") { return {std::move(id), std::move(session), "city"}; }

event::MessageReceived received(const std::string& id) {
    return {tag(id), "x@example.com", {"a@city.example.lg.jp"}, "192.0.2.1", {}, 100, ""};
}
event::QuarantineReleased released(const std::string& id, const std::string& order) {
    return {id, order, Actor{"yamada", 1, ""}, "r", "release", {}, {}, "電話で確認", noon};
}
event::QuarantineDelivered carried_out(const std::string& id, const std::string& order) {
    event::QuarantineDelivered event;
    event.order.item = id;
    event.order.order = order;
    return event;
}
event::QuarantineReleaseFailed failed(const std::string& order, bool final) {
    event::QuarantineReleaseFailed event{};
    event.order.order = order;
    event.final = final;
    return event;
}
event::MessageDelivered by_order(const std::string& id, std::string kind) {
    event::MessageDelivered event{};
    event.mail = tag(id, "");
    event.mail.order_kind = std::move(kind);
    return event;
}

const Figure& find(const std::vector<Figure>& figures, const FigureName& name, const std::string& detail = "") {
    for (const Figure& figure : figures) {
        if (figure.name.name == name.name && figure.untrusted_detail == detail) return figure;
    }
    FAIL("no figure " << name.name << " " << detail);
    return figures.front();
}

bool is_about(const TimeHistogram& times, TimeHistogram::Time wanted) {
    const auto told = static_cast<double>(times.percentile(0.5).count());
    return times.count() == 1 && std::abs(told / static_cast<double>(wanted.count()) - 1) < 0.04;
}

}  // namespace

TEST_CASE("figures tell the busiest minute, deaths, ages, times to release, passwords and what was sent by order") {
    const InZone zone("JST-9");
    Log log;
    log.write(noon - hours(2), event::MessageQuarantined{tag("old"), "old", Reason::encrypted, 1});
    log.write(noon - hours(1), event::WorkerDied{tag("old"), "before the range"});
    for (int i = 0; i < 2; ++i) log.write(noon + minutes(5), received("a"));
    for (int i = 0; i < 3; ++i) log.write(noon + minutes(6), received("b"));
    log.write(noon + minutes(7), event::WorkerDied{tag("a"), "signal 11"});
    log.write(noon + minutes(7), event::WorkerLimited{tag("a"), "cpu"});
    log.write(noon + minutes(7), event::FileFailed{tag("a"), "2", "why"});
    log.write(noon + minutes(8), event::FileConverted{tag("a"), "2", "libreoffice", "made", 1'500'000});
    log.write(noon + minutes(8), event::FileConverted{tag("a"), "3", "libreoffice", "failed", ~std::uint64_t{0}});
    log.write(noon + minutes(10), event::MessageQuarantined{tag("a"), "a", Reason::encrypted, 1});
    log.write(noon + minutes(11), event::MessageQuarantined{tag("a"), "a", Reason::encrypted, 1});  // a second try
    log.write(noon + minutes(12), event::MessageQuarantined{tag("b"), "b", Reason::encrypted, 1});
    log.write(noon + minutes(70), released("a", "o1"));
    log.write(noon + minutes(71), carried_out("a", "o1"));
    log.write(noon + minutes(72), carried_out("a", "o1"));  // of an order that was carried out already
    log.write(noon + minutes(72), released("not kept here", "o2"));
    log.write(noon + minutes(73), failed("o2", false));
    log.write(noon + minutes(74), failed("o2", true));
    log.write(noon + minutes(75), carried_out("x", "o2"));  // given up before
    log.write(noon + minutes(76), by_order("a", ""));
    log.write(noon + minutes(76), by_order("b", "rerun"));
    log.write(noon + minutes(77), event::QuarantineUnlockFailed{"b", Actor{}, "2", "wrong_password", 4});
    log.write(noon + minutes(77), event::QuarantineUnlockFailed{"b", Actor{}, "2", "wrong_password", 3});
    log.write(noon + minutes(78), event::QuarantineUnlocked{"b", Actor{}, "city", {"2"}, "c", "o3", "why"});
    log.write(noon + minutes(80), event::QuarantineExpired{"old", Actor{}});
    log.write(noon + minutes(90), event::QuarantineDeleted{"b", Actor{}, "why"});
    log.write(noon + hours(2), event::WorkerLimited{tag("z"), "wall_clock"});
    log.write(noon + hours(24), event::QuarantineDeleted{"a", Actor{}, "behind the range"});
    const auto figures = log.finish();

    CHECK(find(figures, figure::peak_minute, "2024-10-04 12:06").count == 3);
    CHECK(find(figures, figure::worker_died).count == 1);
    CHECK(find(figures, figure::worker_limited, "cpu").count == 1);
    CHECK(find(figures, figure::worker_limited, "wall_clock").count == 1);
    CHECK(find(figures, figure::file_failed).count == 1);
    CHECK(is_about(find(figures, figure::conversion, "libreoffice made").times, TimeHistogram::Time(1'500'000)));
    CHECK(find(figures, figure::conversion, "libreoffice failed").times.percentile(0.5).count() > 0);
    CHECK(is_about(find(figures, figure::kept).times, minutes(110)));  // a, since its first try
    CHECK(is_about(find(figures, figure::time_to_release).times, minutes(60)));
    CHECK(is_about(find(figures, figure::order_carried_out).times, minutes(1)));
    CHECK(find(figures, figure::sent_by_order, "release").count == 1);
    CHECK(find(figures, figure::sent_by_order, "rerun").count == 1);
    CHECK(find(figures, figure::unlocked).count == 1);
    CHECK(find(figures, figure::unlock_failed, "wrong_password").count == 2);
}

TEST_CASE("figures of nothing are there and say nothing") {
    std::vector<Figure> figures = ServiceFigures({}, {}).finish();
    CHECK(figures.size() == 11);
    for (const Figure& figure : figures) CHECK(figure.count == 0);
}

TEST_CASE("a log from elsewhere cannot make figures without end") {
    Log log;
    for (int i = 0; i < 1000; ++i) log.write(noon, event::WorkerLimited{tag("a"), std::to_string(i)});
    const auto figures = log.finish();
    CHECK(figures.size() == 10 + ServiceFigures::details_max + 1);
    CHECK(find(figures, figure::worker_limited, "…").count == 1000 - ServiceFigures::details_max);
}

TEST_CASE("AC-255 figures are aligned by display width, hold no formula and no escape") {
    std::vector<Figure> figures{
        {figure::worker_died, "", 2}, {figure::unlock_failed, "=1+1\x1b[2J", 1}, {figure::time_to_release, "", 1}};
    figures[2].times.add(minutes(90));
    const auto printed = [&](StatsFormat format) {
        std::ostringstream out;
        print_figures(out, format, figures);
        return out.str();
    };
    const std::string text = printed(StatsFormat::text);
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK_THAT(text, Catch::Contains("検査プロセスの異常終了 / readers in the sandbox that died               "));
    CHECK_THAT(text, Catch::Contains("1.5 h"));
    const std::string csv = printed(StatsFormat::csv);
    CHECK_THAT(csv, Catch::Contains("figure,detail,count,p50_us,p90_us,p99_us\r\nworker_died,,2,,,\r\n"));
    CHECK_THAT(csv, Catch::Contains("unlock_failed,'=1+1"));
    const auto json = boost::json::parse(printed(StatsFormat::json)).as_array();
    CHECK(json.size() == 3);
    CHECK(json[0].at("figure").as_string() == "worker_died");
    CHECK(json[0].at("p50_us").is_null());
    CHECK(json[2].at("p50_us").to_number<std::int64_t>() > 0);
}

TEST_CASE("durations are said in the unit that fits") {
    CHECK(duration_words(TimeHistogram::Time(0)) == "0.0 ms");
    CHECK(duration_words(TimeHistogram::Time(12'000)) == "12 ms");
    CHECK(duration_words(seconds(59)) == "59 s");
    CHECK(duration_words(seconds(90)) == "1.5 min");
    CHECK(duration_words(hours(47)) == "47 h");
    CHECK(duration_words(hours(24 * 30)) == "30 d");
}
