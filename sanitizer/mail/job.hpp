// What is asked about one mail, and what comes back once it was checked: the two values that the sandboxed rooms, the
// process boundary and the relay share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/limits.hpp"
#include "policy/policy.hpp"
#include "policy/reason.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/signature_trust.hpp"

namespace mugaika {

// What the relay asks of a worker. The mail itself comes as a descriptor beside the frame (SCM_RIGHTS).
struct Job {
    Profile profile;
    BudgetLimits budget;
    std::uint64_t mail_bytes = 0;
    std::vector<std::string> believed_ids;    // authserv-ids whose word about authentication counts; host names
    std::vector<std::string> released_parts;  // paths whose original bytes are asked for by a release order
    std::string time_zone = "Asia/Tokyo";     // IANA name: the clock by which times of calendars are shown
    SignatureTrust signatures;
    std::uint64_t arrived_at = 0;  // unix seconds: when the mail came, by which certificates are judged
};

// Why there is no extract: the worker died, was late or spoke nonsense, twice.
struct WorkerFailure {
    Reason reason;
    std::string words;
};

struct WorkerAnswer {
    std::optional<Extract> extract;  // exactly one of the two
    std::optional<WorkerFailure> failure;
};

}  // namespace mugaika
