// The order to judge a kept mail again. Its name is made from mail and recipients: one of them waits at a time, however
// often it is asked for.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "policy/release_order.hpp"
#include "relay/quarantine/item.hpp"

namespace mugaika {

// The recipients are some of the item's, at least one.
ReleaseOrder rerun_order(const QuarantineItem&, std::vector<MailAddress> recipients, std::string person,
                         std::string reason, std::chrono::system_clock::time_point now, std::chrono::days validity);

}  // namespace mugaika
