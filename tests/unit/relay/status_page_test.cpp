#include "relay/status_page.hpp"

#include <catch2/catch.hpp>

namespace mugaika {
namespace {

StatusFacts all_well() {
    StatusFacts facts;
    facts.listening = true;
    facts.workers = {1, 1};
    facts.version = "1.2.3";
    return facts;
}

HttpAnswer page(const std::string& path, const StatusFacts& facts) {
    const Metrics metrics;
    return status_page(path, facts, metrics);
}

}  // namespace

TEST_CASE("ready is who has listeners, workers, reserve and next hops; what is missing is named") {
    CHECK(page("/readyz", all_well()).status == 200);
    CHECK(page("/readyz", all_well()).body == "{\"ready\":true,\"reasons\":[],\"warnings\":[]}\n");

    StatusFacts nothing;
    nothing.reserve_low = {"disk", "mails"};
    nothing.routes_down = {"city.example.lg.jp"};
    const HttpAnswer not_ready = page("/readyz", nothing);
    CHECK(not_ready.status == 503);
    CHECK(not_ready.content_type == "application/json");
    CHECK_THAT(not_ready.body, Catch::Contains("not listening") && Catch::Contains("no worker") &&
                                   Catch::Contains("reserve: disk") && Catch::Contains("reserve: mails") &&
                                   Catch::Contains("city.example.lg.jp"));
    CHECK(reasons_against(nothing).size() == 5);
    CHECK(page("/healthz", nothing).status == 200);
}

TEST_CASE("a task that has ended or stopped makes the relay not ready, by its name, and the metrics know it") {
    StatusFacts facts = all_well();
    facts.tasks_stopped = {"the task reserve has ended: planted"};
    facts.faults = {{"reserve", 3}, {"quarantine", 0}};
    CHECK(page("/readyz", facts).status == 503);
    CHECK_THAT(page("/readyz", facts).body, Catch::Contains("\"reasons\":[\"the task reserve has ended: planted\"]"));
    CHECK_THAT(page("/metrics", facts).body, Catch::Contains("mugaika_ready 0\n") &&
                                                 Catch::Contains("mugaika_faults_total{where=\"reserve\"} 3\n") &&
                                                 Catch::Contains("mugaika_faults_total{where=\"quarantine\"} 0\n"));
}

TEST_CASE("AC-255 what does not stop mail is a warning: events that are lost, a fault that was passed over") {
    StatusFacts facts = all_well();
    facts.log_loses_events = true;
    facts.faults_lately = {"a fault in session: planted"};
    const HttpAnswer answer = page("/readyz", facts);
    CHECK(answer.status == 200);
    CHECK_THAT(answer.body, Catch::Contains("\"reasons\":[],\"warnings\":[\"a fault in session: planted\",\"events "
                                            "cannot be written to the log\"]"));
    CHECK_THAT(page("/metrics", facts).body, Catch::Contains("mugaika_ready 1\n"));
}

TEST_CASE("the metrics say what /readyz says, and what only the parts know") {
    StatusFacts facts = all_well();
    facts.orders = {1, 2, 3};
    facts.quarantine = {7, 1234567890123};
    facts.sessions = 4;
    facts.idle_sessions = 5;
    const std::string text = page("/metrics", facts).body;
    CHECK_THAT(text, Catch::Contains("mugaika_ready 1\n") && Catch::Contains("mugaika_workers{state=\"busy\"} 1\n") &&
                         Catch::Contains("mugaika_outbox_orders{state=\"held\"} 2\n") &&
                         Catch::Contains("mugaika_quarantine_items 7\n") &&
                         Catch::Contains("mugaika_quarantine_bytes 1234567890123\n") &&
                         Catch::Contains("mugaika_sessions 4\n") &&
                         Catch::Contains("mugaika_idle_sessions_total 5\n") &&
                         Catch::Contains("mugaika_build_info{version=\"1.2.3\"} 1\n"));
    facts.listening = false;
    CHECK_THAT(page("/metrics", facts).body, Catch::Contains("mugaika_ready 0\n"));
    CHECK(page("/", facts).status == 404);
}

}  // namespace mugaika
