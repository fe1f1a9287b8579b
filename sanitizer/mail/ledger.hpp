// The ledger: what happened to one mail, part by part. Written as the report of `mugaika sanitize --report`, kept with
// the quarantined original and logged as message.sanitized. INTERFACE fixes its JSON.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
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
    // Words that a later version wrote and this one does not know, by their place in the JSON ("/parts/0/reason"). The
    // member there is then the strictest of ours: verdict and action quarantined, kind other, reason none.
    std::map<std::string, std::string> later_words;

    // What stands at a place: the word of a later version, or the one that the caller knows.
    std::string word(const std::string& place, std::string_view known) const {
        const auto later = later_words.find(place);
        return later == later_words.end() ? std::string(known) : later->second;
    }
};

}  // namespace mugaika
