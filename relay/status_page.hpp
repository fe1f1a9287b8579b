// What the local HTTP port answers: /healthz (the process lives), /readyz (mail can be taken; the reasons when not) and
// /metrics. Pure: facts in, page out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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
    std::uint64_t log_lost_events = 0;
    std::string version;
};

// Why no mail, or not every mail, can be taken now; empty: ready.
std::vector<std::string> reasons_against(const StatusFacts&);

HttpAnswer status_page(std::string_view path, const StatusFacts&, const Metrics&);

}  // namespace mugaika
