// What an extract takes once it is written: the one count by which the worker pays, the relay's check of its answer
// holds it to that, and the composer refuses to write more. Line ends are counted as LF; CRLF and base64 are forms of
// transport and add a fixed share.
#pragma once

#include <cstdint>
#include <string_view>

#include "sanitizer/mail/extract.hpp"

namespace mugaika {

inline constexpr std::string_view quote_mark = "> ";

// How many quote marks stand before each line of the block: its depth, at least one for an attached mail's heading, at
// most AnswerLimits::quote_depth_shown.
std::uint32_t shown_depth(const TextBlock&) noexcept;

// Quote marks, heading, summary, text and the empty line before the block; what we say ourselves is rounded up. Only a
// line that looks like a mark of a notice may come to two bytes more. Linear.
std::uint64_t written_bytes(const TextBlock&) noexcept;

// The lines of a text at a depth, quote marks and line ends with them.
std::uint64_t lines_bytes(std::string_view text, std::uint32_t depth) noexcept;

// The longest beginning of `text`, whole characters of it, that a block of this depth may hold so that its lines take
// no more than `bytes`.
std::string_view cut_to_written(std::string_view text, std::uint32_t depth, std::uint64_t bytes) noexcept;

// All words, addresses and ids of the header.
std::uint64_t written_bytes(const HeaderFacts&) noexcept;

}  // namespace mugaika
