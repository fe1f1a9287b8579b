// Addresses as events have them.
#pragma once

#include <string>
#include <vector>

#include "policy/mail_address.hpp"

namespace mugaika {

inline std::vector<std::string> address_texts(const std::vector<MailAddress>& addresses) {
    std::vector<std::string> texts;
    texts.reserve(addresses.size());
    for (const MailAddress& address : addresses) texts.push_back(address.text());
    return texts;
}

}  // namespace mugaika
