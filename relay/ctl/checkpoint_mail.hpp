// A checkpoint of the log as a mail to its auditors: a mail of our own that goes the road of received ones, so that
// nothing leaves by a second road.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "policy/mail_address.hpp"
#include "relay/config/config.hpp"
#include "relay/evidence/checkpoint.hpp"

namespace mugaika::ctl {

struct CheckpointMail {
    Checkpoint checkpoint;
    std::string note;             // signed
    std::string message_id;       // without brackets
    std::vector<MailAddress> to;  // of the route
    std::chrono::system_clock::time_point now;
};

// CRLF, one text in the route's language, the note as it is in it; the same input gives the same bytes.
std::string checkpoint_mail(const CheckpointMail&, const Config&, const Route&);

}  // namespace mugaika::ctl
