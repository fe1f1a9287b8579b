// A person's order to let parts of a kept mail cross after all. It is a fact for the policy, not a road of its own:
// the stored mail goes through the same flow with the order added (DESIGN 1.7).
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "policy/mail_address.hpp"

namespace mugaika {

struct ReleaseOrder {
    std::string order_id;                 // 26 characters of our own alphabet
    std::string item_id;                  // quarantine item
    std::vector<std::string> parts;       // paths whose original file is to be attached; empty: rebuilt mail only
    std::vector<MailAddress> recipients;  // never empty
    std::string person;                   // who ordered; one line, checked
    std::string reason;                   // why; one line, checked
    std::chrono::system_clock::time_point ordered_at;
    std::chrono::system_clock::time_point valid_until;
};

}  // namespace mugaika
