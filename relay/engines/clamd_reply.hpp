// What clamd says to INSTREAM (clamd(8)).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "relay/engines/scanner.hpp"

namespace mugaika {

inline constexpr std::size_t clamd_reply_bytes_max = 4096;

// "stream: OK", "stream: NAME FOUND", "… ERROR"; without the NUL that ends it. An ERROR, and whatever else it may say,
// is an Error: limit where the file is larger than StreamMaxLength, else unavailable or protocol.
Result<ScanAnswer> read_clamd_reply(std::string_view untrusted_reply);

// Four bytes that stand before a piece of the file: its length in network order. 0 ends the file.
std::string clamd_piece_head(std::size_t bytes);

}  // namespace mugaika
