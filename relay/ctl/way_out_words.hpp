// What would deliver a file that was held, for administrators.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "sanitizer/mail/way_out.hpp"

namespace mugaika::ctl {

// "would be delivered: sent again as xlsx". `item` is the id of the kept mail, "" for one that is not kept yet.
std::string act_words(const WayOut&, const std::string& item);

// {"act":"other_kind","kind":"xlsx"}
boost::json::object act_json(const WayOut&);

}  // namespace mugaika::ctl
