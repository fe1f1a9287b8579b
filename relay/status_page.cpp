#include "relay/status_page.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "policy/shown_text.hpp"

namespace mugaika {
namespace {

boost::json::array shown_list(const std::vector<std::string>& lines) {
    boost::json::array list;
    for (const std::string& line : lines) list.emplace_back(shown_text(line));
    return list;
}

HttpAnswer readiness(const StatusFacts& facts) {
    boost::json::array reasons = shown_list(reasons_against(facts));
    const bool ready = reasons.empty();
    boost::json::object page;
    page["ready"] = ready;
    page["reasons"] = std::move(reasons);
    page["warnings"] = shown_list(warnings_in(facts));
    return {ready ? 200u : 503u, "application/json", boost::json::serialize(page) + "\n"};
}

void write_scanners(MetricsText& text, const std::vector<Scanners::Counts>& scanners) {
    text.family("mugaika_scanner_up", "gauge", "1: the scanner answered when it was last asked.");
    for (const auto& one : scanners) text.sample("mugaika_scanner_up", {{"scanner", one.name}}, std::uint64_t{one.up});
    text.family("mugaika_scans_total", "counter", "Files that a scanner was asked about, by what it said.");
    for (const auto& one : scanners) {
        const auto by_result = [&](std::string_view result, std::uint64_t times) {
            text.sample("mugaika_scans_total", {{"scanner", one.name}, {"result", std::string(result)}}, times);
        };
        by_result("passed", one.passed);
        by_result("forbidden", one.forbidden);
        by_result("changed", one.changed);
        by_result("failed", one.failed);
    }
}

HttpAnswer metrics_page(const StatusFacts& facts, const Metrics& metrics) {
    MetricsText text;
    metrics.write_to(text);
    const auto by_state = [&text](std::string_view name, const std::vector<std::pair<std::string, std::size_t>>& rows) {
        for (const auto& [state, number] : rows) text.sample(name, {{"state", state}}, std::uint64_t{number});
    };
    text.family("mugaika_workers", "gauge", "Sandboxed workers by state.");
    by_state("mugaika_workers", {{"busy", facts.workers.busy}, {"ready", facts.workers.ready}});
    text.family("mugaika_outbox_orders", "gauge", "Release orders that are owed, by state.");
    by_state("mugaika_outbox_orders",
             {{"waiting", facts.orders.waiting}, {"held", facts.orders.held}, {"failed", facts.orders.failed}});
    text.family("mugaika_quarantine_items", "gauge", "Originals in the quarantine.");
    text.sample("mugaika_quarantine_items", {}, facts.quarantine.items);
    text.family("mugaika_quarantine_bytes", "gauge", "Size of these originals as they were received.");
    text.sample("mugaika_quarantine_bytes", {}, facts.quarantine.bytes);
    text.family("mugaika_ready", "gauge", "1: /readyz says that mail can be taken.");
    text.sample("mugaika_ready", {}, std::uint64_t{reasons_against(facts).empty() ? 1u : 0u});
    text.family("mugaika_sessions", "gauge", "Client sessions now.");
    text.sample("mugaika_sessions", {}, std::uint64_t{facts.sessions});
    text.family("mugaika_idle_sessions_total", "counter", "Client sessions that did nothing, such as health checks.");
    text.sample("mugaika_idle_sessions_total", {}, facts.idle_sessions);
    text.family("mugaika_faults_total", "counter", "Exceptions that ended a round of a task or a session: an alarm.");
    for (const auto& [where, times] : facts.faults) text.sample("mugaika_faults_total", {{"where", where}}, times);
    write_scanners(text, facts.scanners);
    text.family("mugaika_checkpoint_auditors", "gauge", "Who is to get the daily checkpoint of the log.");
    for (const auto& [route, people] : facts.auditors) {
        text.sample("mugaika_checkpoint_auditors", {{"route", route}}, people);
    }
    // From 0 on, or the first would be no increase.
    text.family("mugaika_checkpoints_delivered_total", "counter", "Checkpoints of the log that the next hop took.");
    for (const auto& [route, people] : facts.auditors) {
        text.sample("mugaika_checkpoints_delivered_total", {{"route", route}}, metrics.checkpoints_delivered(route));
    }
    text.family("mugaika_log_lost_events_total", "counter", "Events that could not be written.");
    text.sample("mugaika_log_lost_events_total", {}, facts.log_lost_events);
    text.family("mugaika_build_info", "gauge", "Always 1; the version is the label.");
    text.sample("mugaika_build_info", {{"version", facts.version}}, std::uint64_t{1});
    write_process_metrics(text);
    return {200, "text/plain; version=0.0.4; charset=utf-8", std::move(text).take()};
}

}  // namespace

std::vector<std::string> reasons_against(const StatusFacts& facts) {
    std::vector<std::string> reasons;
    if (!facts.listening) reasons.emplace_back("not listening on every configured address");
    if (facts.workers.busy + facts.workers.ready == 0) reasons.emplace_back("no worker is ready");
    for (const std::string_view low : facts.reserve_low) reasons.push_back("reserve: " + std::string(low));
    for (const std::string& route : facts.routes_down) {
        reasons.push_back("no next hop of the route " + route + " could be reached");
    }
    reasons.insert(reasons.end(), facts.tasks_stopped.begin(), facts.tasks_stopped.end());
    return reasons;
}

std::vector<std::string> warnings_in(const StatusFacts& facts) {
    std::vector<std::string> warnings = facts.faults_lately;
    warnings.insert(warnings.end(), facts.scanners_down.begin(), facts.scanners_down.end());
    if (facts.log_loses_events) warnings.emplace_back("events cannot be written to the log");
    return warnings;
}

HttpAnswer status_page(std::string_view path, const StatusFacts& facts, const Metrics& metrics) {
    if (path == "/healthz") return {200, "text/plain; charset=utf-8", "ok\n"};
    if (path == "/readyz") return readiness(facts);
    if (path == "/metrics") return metrics_page(facts, metrics);
    return {404, "text/plain; charset=utf-8", "/healthz, /readyz or /metrics\n"};
}

}  // namespace mugaika
