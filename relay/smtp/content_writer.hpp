// The content of one mail on its way to the next hop: dot-stuffed exactly once (RFC 5321 4.5.2) and ended by the only
// ".CRLF" that is ever sent. AC-014, AC-018.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mugaika::smtp {

// Large enough for an ordinary mail in one write, small enough to notice early replies to a large one.
inline constexpr std::size_t content_chunk_bytes = 256u << 10;

// CRLF only, and CRLF at the end? The gate promised it; a bare CR or LF would let the next hop see two mails.
bool has_clean_line_ends(std::string_view content) noexcept;

// Dot-stuffs content that comes in pieces; gives back whether the next piece starts a line, as `at_line_start` says of
// this one.
bool append_stuffed(std::string& to, std::string_view piece, bool at_line_start);

class ContentWriter {
public:
    // The content must have clean line ends and outlive this object.
    explicit ContentWriter(std::string_view content);

    bool done() const noexcept { return done_; }
    // The next bytes to send, in this order; views of the content and of this object, valid until the next call.
    // Content without a line that begins with "." is not copied. The last chunk carries the end of data.
    std::array<std::string_view, 2> next_chunk();

private:
    std::string_view rest_;
    bool has_dots_;
    bool at_line_start_ = true;
    bool done_ = false;
    std::string stuffed_;
};

}  // namespace mugaika::smtp
