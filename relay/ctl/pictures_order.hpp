// Can the pages of held files be drawn by an order? What the relay would find out too, said before there is an order.
#pragma once

#include <string>
#include <vector>

#include "policy/result.hpp"
#include "relay/config/config.hpp"
#include "relay/quarantine/item.hpp"

namespace mugaika::ctl {

// `profile`: what holds for the recipients. Fault::protocol with words that name the part and what can be done instead;
// Fault::unavailable when the program that it takes is not there.
Result<void> check_can_be_pictured(const std::vector<std::string>& parts, const QuarantineItem&, const Profile& profile,
                                   const Config&);

}  // namespace mugaika::ctl
