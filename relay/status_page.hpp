// What the local HTTP port answers: /healthz (the process lives), /readyz (mail can be taken; the reasons when not) and
// /metrics. Pure: facts in, page out.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "relay/engines/scanners.hpp"
#include "relay/host/local_http.hpp"
#include "relay/log/metrics.hpp"
#include "relay/quarantine/store.hpp"
#include "relay/release_clerk.hpp"
#include "relay/workers/worker_pool.hpp"

namespace mugaika {

struct StatusFacts {
    bool listening = false;                     // on every configured address
    std::vector<std::string_view> reserve_low;  // as Reserve::low() names them
    std::vector<std::string> routes_down;
    WorkerPool::Counts workers;
    ReleaseClerk::OrderCounts orders;
    QuarantineStore::Totals quarantine;
    std::vector<Scanners::Counts> scanners;  // since they were configured
    std::vector<std::string> scanners_down;  // as Scanners::down() says
    std::uint64_t log_lost_events = 0;
    bool log_loses_events = false;           // in the last minute
    std::vector<std::string> tasks_stopped;  // as TaskLedger::not_running() says
    std::vector<std::string> faults_lately;
    std::map<std::string, std::uint64_t> faults;    // by task, since the start
    std::size_t sessions = 0;                       // now
    std::uint64_t idle_sessions = 0;                // since the start
    std::map<std::string, std::uint64_t> auditors;  // configured now, by route
    std::string version;
};

// Why no mail, or not every mail, can be taken now; empty: ready.
std::vector<std::string> reasons_against(const StatusFacts&);
// What somebody should look at although mail goes on (AC-255).
std::vector<std::string> warnings_in(const StatusFacts&);

HttpAnswer status_page(std::string_view path, const StatusFacts&, const Metrics&);

}  // namespace mugaika
