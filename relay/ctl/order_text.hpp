// Orders of the outbox as administrators see them.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "relay/quarantine/outbox.hpp"

namespace mugaika::ctl {

std::string recipients_text(const OwedOrder&);  // "a@b,c@d", not escaped
std::string_view kind_words(OrderKind) noexcept;
boost::json::object to_json(const OwedOrder&);  // every text escaped

}  // namespace mugaika::ctl
