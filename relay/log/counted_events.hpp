// What of the events is counted: the metrics look on while the log is written, so that both cannot disagree.
#pragma once

#include "relay/log/event_list.hpp"
#include "relay/log/metrics.hpp"

namespace mugaika {

void count(Metrics&, const AnyEvent&);

}  // namespace mugaika
