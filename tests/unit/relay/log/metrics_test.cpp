#include "relay/log/metrics.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "relay/log/event_log.hpp"
#include "tests/support/made_events.hpp"

namespace mugaika {
namespace {

std::string text_of(const Metrics& metrics) {
    MetricsText text;
    metrics.write_to(text);
    return std::move(text).take();
}

}  // namespace

TEST_CASE("what the log writes is what the metrics count") {
    const auto log = EventLog::open("/dev/null", "host").value();
    const MailTag tag{"id", "session", "city.example.lg.jp"};
    log->write(event::SessionOpened{"s1", "192.0.2.1"});
    log->write(event::SessionOpened{"s2", "192.0.2.1"});
    log->write(event::SessionClosed{"s1", "192.0.2.1", 1, "quit"});
    StageTimes times;
    times.add(Stage::worker, std::chrono::milliseconds(30));
    log->write(made::delivered(tag, {}, {MailVerdict::sanitized}, "10.0.0.5:25", {}, {250, "2.0.0", "Ok"}, times));
    log->write(made::refused(tag, {}, {552, "5.3.4", "Too large"}, Reason::none, {}));
    log->write(made::refused(tag, {}, {554, "5.4.6", "Loop"}, Reason::too_many_hops, times));
    log->write(made::refused_at_rcpt(tag, {}, "x@elsewhere.example", {550, "5.7.1", "no"}));
    log->write(event::SessionRefused{"192.0.2.1", {421, "4.3.2", "no"}, "sessions_max"});
    log->write(event::SessionRefused{"192.0.2.1", {421, "4.3.2", "no"}, "sessions_max", 41});
    log->write(event::SessionIdle{"192.0.2.1", 7});
    log->write(event::RelayFault{"reserve", "why"});
    log->write(made::deferred(tag, {}, outcome<Stage::deliver, Failure::timeout>(), {451, "4.4.2", ""}, "", times));
    log->write(event::MessageQuarantined{tag, "item", Reason::worker_died, 1});
    log->write(event::WorkerDied{tag, "the worker went away, signal 31"});
    log->write(event::WorkerDied{tag, "the worker went away, signal 9"});
    log->write(event::WorkerLimited{tag, "wall_clock"});
    log->write(event::GateRefused{tag, "why"});
    for (const char* const end : {"made", "made", "busy"}) {
        log->write(event::FileConverted{tag, "2", "libreoffice", end, 1});
    }
    ReleaseOrder order;
    log->write(made::owed(tag, {}, order, outcome<Stage::deliver, Failure::unavailable>(), "why", {}));
    order.kind = OrderKind::rest;
    log->write(release_failed(order, outcome<Stage::release, Failure::unavailable>(), "later", false));
    log->write(release_failed(order, outcome<Stage::release, Failure::expired>(), "too late", true));
    log->write(event::ConfigRejected{"f", "faults: 2", {"a", "b"}});
    log->write(event::ReserveLow{"disk", 1, 2});

    const std::string text = text_of(log->metrics());
    for (const char* line : {
             "mugaika_sessions_total 2\n",
             "mugaika_messages_total{route=\"city.example.lg.jp\",verdict=\"sanitized\"} 1\n",
             "mugaika_messages_total{route=\"city.example.lg.jp\",verdict=\"refused\"} 2\n",
             "mugaika_refused_total{stage=\"content\",reason=\"code_552\"} 1\n",
             "mugaika_refused_total{stage=\"content\",reason=\"too_many_hops\"} 1\n",
             "mugaika_refused_total{stage=\"recipient\",reason=\"code_550\"} 1\n",
             "mugaika_refused_total{stage=\"connect\",reason=\"sessions_max\"} 42\n",
             "mugaika_deferred_total{stage=\"deliver\",failure=\"timeout\"} 1\n",
             "mugaika_stage_seconds_bucket{stage=\"worker\",le=\"0.025\"} 0\n",
             "mugaika_stage_seconds_bucket{stage=\"worker\",le=\"0.05\"} 3\n",
             "mugaika_stage_seconds_bucket{stage=\"worker\",le=\"+Inf\"} 3\n",
             "mugaika_stage_seconds_sum{stage=\"worker\"} 0.09\n",
             "mugaika_stage_seconds_count{stage=\"deliver\"} 0\n",
             "mugaika_stage_seconds_count{stage=\"total\"} 0\n",
             "mugaika_quarantine_kept_total{reason=\"worker_died\"} 1\n",
             "mugaika_sandbox_kills_total{cause=\"seccomp\"} 1\n",
             "mugaika_sandbox_kills_total{cause=\"died\"} 1\n",
             "mugaika_sandbox_kills_total{cause=\"wall_clock\"} 1\n",
             "mugaika_gate_refused_total 1\n",
             "mugaika_conversions_total{end=\"made\"} 2\n",
             "mugaika_conversions_total{end=\"busy\"} 1\n",
             "mugaika_owed_total{failure=\"unavailable\"} 1\n",
             "mugaika_orders_given_up_total{kind=\"rest\"} 1\n",
             "mugaika_config_last_reload_successful 0\n",
             "mugaika_config_reloads_refused_total 1\n",
             "mugaika_reserve_low{of=\"disk\"} 1\n",
             "mugaika_reserve_low{of=\"memory\"} 0\n",
         }) {
        CAPTURE(line);
        CHECK_THAT(text, Catch::Contains(line));
    }
}

TEST_CASE("what goes out by order is counted as that, what came from nobody is not, and no order refuses a mail") {
    const auto log = EventLog::open("/dev/null", "host").value();
    const auto deliver = [&](const MailTag& tag) {
        log->write(made::delivered(tag, {}, {MailVerdict::sanitized}, "10.0.0.5:25", {}, {250, "2.0.0", "Ok"}, {}));
    };
    deliver({"a", "session", "city.example.lg.jp"});
    deliver({"a", "", "city.example.lg.jp"});
    deliver({"a", "", "city.example.lg.jp", std::string(to_string(OrderKind::rerun))});
    deliver({"b", "", "city.example.lg.jp", std::string(to_string(OrderKind::checkpoint))});
    log->write(made::refused({"a", "", "city.example.lg.jp"}, {}, {550, "5.1.1", "no"}, Reason::none, {}));
    std::string messages;
    std::istringstream text(text_of(log->metrics()));
    for (std::string line; std::getline(text, line);) {
        if (line.starts_with("mugaika_messages_total")) messages += line + "\n";
    }
    CHECK(messages ==
          "mugaika_messages_total{route=\"city.example.lg.jp\",verdict=\"followed\"} 1\n"
          "mugaika_messages_total{route=\"city.example.lg.jp\",verdict=\"released\"} 1\n"
          "mugaika_messages_total{route=\"city.example.lg.jp\",verdict=\"sanitized\"} 1\n");
}

TEST_CASE("label values cannot break out of their quotes, and their number is bounded") {
    Metrics metrics;
    metrics.refused("connect", "a\"b\\c\nd");
    CHECK_THAT(text_of(metrics), Catch::Contains("reason=\"a\\\"b\\\\c\\nd\"} 1\n"));
    for (std::size_t i = 0; i < Metrics::rows_max + 100; ++i) metrics.refused("connect", std::to_string(i));
    const std::string text = text_of(metrics);
    CHECK_THAT(text, Catch::Contains("{stage=\"other\",reason=\"other\"} 101\n"));
    CHECK(text.size() < Metrics::rows_max * 100);
}

TEST_CASE("a time past the last bound is counted in +Inf only") {
    Metrics metrics;
    StageTimes times;
    times.add(Stage::deliver, std::chrono::hours(1));
    metrics.stages_took(times);
    const std::string text = text_of(metrics);
    CHECK_THAT(text, Catch::Contains("{stage=\"deliver\",le=\"300\"} 0\n") &&
                         Catch::Contains("{stage=\"deliver\",le=\"+Inf\"} 1\n") &&
                         Catch::Contains("mugaika_stage_seconds_sum{stage=\"deliver\"} 3600\n"));
}

TEST_CASE("a stage that a mail came to twice counts once, with both times; one that is not measured is not kept") {
    StageTimes times;
    times.add(Stage::compose, std::chrono::milliseconds(400));
    times.add(Stage::compose, std::chrono::milliseconds(200));
    times.add(Stage::log, std::chrono::milliseconds(1));
    CHECK(times.of(Stage::compose) == std::chrono::milliseconds(600));
    CHECK_FALSE(times.of(Stage::log));
    CHECK_FALSE(times.of(Stage::deliver));
    CHECK_FALSE(times.total());
    times.end_total(StageTimes::Clock::now() - std::chrono::hours(1));
    REQUIRE(times.total());
    CHECK(*times.total() >= std::chrono::hours(1));
    Metrics metrics;
    metrics.stages_took(times);
    const std::string text = text_of(metrics);
    CHECK_THAT(text, Catch::Contains("mugaika_stage_seconds_count{stage=\"compose\"} 1\n") &&
                         Catch::Contains("mugaika_stage_seconds_sum{stage=\"compose\"} 0.6\n") &&
                         Catch::Contains("mugaika_stage_seconds_count{stage=\"total\"} 1\n"));
}

TEST_CASE("the process shows itself as the usual exporters do") {
    MetricsText text;
    write_process_metrics(text);
    const std::string page = std::move(text).take();
    for (const char* name : {"process_cpu_seconds_total ", "process_resident_memory_bytes ", "process_open_fds ",
                             "process_max_fds ", "process_start_time_seconds "}) {
        CAPTURE(name);
        const std::size_t at = page.find("\n" + std::string(name));
        REQUIRE(at != std::string::npos);
        CHECK(std::strtod(page.c_str() + at + 1 + std::string(name).size(), nullptr) >= 0);
    }
    CHECK(page.find("process_resident_memory_bytes 0\n") == std::string::npos);
}

}  // namespace mugaika
