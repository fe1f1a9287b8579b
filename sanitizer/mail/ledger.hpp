// The ledger: what happened to one mail, part by part. Written as the report of `mugaika sanitize --report`, kept with
// the quarantined original and logged as message.sanitized. INTERFACE fixes its JSON.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/verdict.hpp"

namespace mugaika {

struct Ledger {
    std::string id;
    MailVerdict verdict = MailVerdict::quarantined;
    Reason reason = Reason::none;
    std::uint64_t in_bytes = 0;
    std::string in_sha256;
    std::uint64_t out_bytes = 0;  // 0 and "" while nothing was composed
    std::string out_sha256;
    std::vector<Reason> findings;
    std::vector<PartRow> parts;
};

}  // namespace mugaika
