// Text of a peer, a mail or a file name made fit for a log line or a terminal: valid UTF-8, one line, no controls, no
// escapes, nothing that is invisible or turns the reading direction. Each offence becomes U+FFFD, so that it is seen
// that something stood there. AC-255.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mugaika {

inline constexpr std::size_t shown_bytes_max = 1000;

// At most `bytes_max` bytes; what is longer is cut at a character and ends in "…".
std::string shown_text(std::string_view untrusted, std::size_t bytes_max = shown_bytes_max);

}  // namespace mugaika
