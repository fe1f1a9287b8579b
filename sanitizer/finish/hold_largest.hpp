// What happens to files when the mail is larger than the next hop takes: the largest stay here, so that the letter
// arrives with a notice instead of being refused for ever (FILES.md 5).
#pragma once

#include <cstdint>

#include "sanitizer/mail/extract.hpp"

namespace mugaika {

// Holds rebuilt and packed files, the largest first, until what they take in a mail, less what the notice says of them,
// is at least `bytes`. The rows, those of a packed archive's members with it, are quarantined for files_too_large.
// Originals by order stay: a person ordered them. False: nothing is left whose absence makes the mail smaller.
bool hold_largest(Extract&, std::uint64_t bytes);

}  // namespace mugaika
