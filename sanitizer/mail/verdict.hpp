// What is to be done with a mail as a whole. A pure function of the extract and the profile, asked by the relay after
// the worker's answer was checked; the worker has no say in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "policy/policy.hpp"
#include "sanitizer/mail/extract.hpp"

namespace mugaika {

enum class MailVerdict : std::uint8_t {
    clean,        // composed anew, nothing removed or rebuilt
    sanitized,    // composed anew, something removed, rebuilt or warned of
    quarantined,  // the body does not cross; the original is kept and a notice goes in its place
    refused,      // 5xx
};
std::string_view to_string(MailVerdict) noexcept;

struct Verdict {
    MailVerdict verdict = MailVerdict::quarantined;
    Reason reason = Reason::none;  // the heaviest finding; none when clean
    bool lossy = false;            // INTERFACE "Lossy means"
    bool keep_original = true;     // quarantine must hold the original before anything is answered
};

// `released` is true when the mail is sent by a release order: what a person has looked at is not held again for
// ambiguity or by a hold, and it is not filed again; refused reasons still refuse.
enum class Release : bool { no, yes };
Verdict judge(const Extract&, const Profile&, Release) noexcept;

// Does the extract give this reason, of the mail, of a part or in a part's notes?
bool gives(const Extract&, Reason) noexcept;

// For a mail of which there is no extract: the worker died, was late or spoke nonsense twice, or the gate refused.
Verdict hold(Reason) noexcept;

}  // namespace mugaika
