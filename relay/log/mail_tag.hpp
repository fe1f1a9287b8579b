// Who and where a mail belongs to, repeated in its events.
#pragma once

#include <string>

namespace mugaika {

struct MailTag {
    std::string id;  // "" before it is known
    std::string session;
    std::string route;
    std::string order_kind = {};  // of a mail that is judged again; "" for all others
    std::string message_id = {};  // the original's, without brackets, from the checked extract; "" before or without it
};

}  // namespace mugaika
