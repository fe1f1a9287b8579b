// Reads the replies of a next hop (RFC 5321 4.2), byte by byte if it must. Everything that is not exactly a reply is a
// protocol failure for good: a line over NextHopLimits::reply_line_bytes_max or not ended by CRLF, NUL, a bare CR or
// LF, more than reply_lines_max lines, lines of different codes, a code outside 200-599. AC-033, AC-247.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "relay/smtp/reply.hpp"

namespace mugaika::smtp {

inline constexpr std::size_t reply_words_bytes_max = 500;

// A whole reply. Its words are cleaned: one line, printable ASCII, at most reply_words_bytes_max.
struct NextHopReply {
    Reply reply;
    std::vector<std::string> lines;  // cleaned text of each line without the code, for EHLO's keywords
};

class ReplyReader {
public:
    explicit ReplyReader(const NextHopLimits& limits)
        : line_bytes_max_(limits.reply_line_bytes_max), lines_max_(limits.reply_lines_max) {}

    // Takes bytes up to the end of one reply and gives back how many it took. Bytes behind a complete reply are left to
    // the caller, who calls again after take(). Takes nothing more once broken.
    std::size_t read(std::string_view untrusted_bytes);

    std::optional<NextHopReply> take();  // the complete reply, once

    // Our words about the first offence, "" while all is well.
    std::string_view broken() const noexcept { return broken_; }

private:
    void end_line();
    void finish_reply();

    std::size_t line_bytes_max_;
    std::size_t lines_max_;
    std::string line_;  // of the line now read, without CRLF
    int code_ = 0;      // of the reply now read, 0 before its first line
    std::vector<std::string> lines_;
    std::optional<NextHopReply> complete_;
    std::string_view broken_;
};

}  // namespace mugaika::smtp
