// The content of one mail, from behind 354 to its real end, as a stream (RFC 5321 4.5.2).
//
// Only CRLF . CRLF ends it, by whatever pieces it comes. Everything that another reader might take for the end (a bare
// CR or LF anywhere, NUL beside a dot at the start of a line) makes the mail one to refuse, and reading goes on to the
// real end: if it stopped, the rest would be taken for commands, which is what smuggling wants. AC-001 ... AC-020,
// AC-040, AC-071. NUL elsewhere in a body is content; the worker judges it.
//
// LIMITS: SmtpLimits for size, header and hops. Memory is constant, time linear.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "policy/limits.hpp"
#include "policy/matrix.hpp"

namespace mugaika::smtp {

class DataReader {
public:
    explicit DataReader(const SmtpLimits& limits) : limits_(limits) {}  // must outlive this

    struct Step {
        std::size_t consumed = 0;  // of the bytes given; at least 1 while there are any and the end is not read
        std::string_view content;  // the mail's next bytes, dots unstuffed: a view of the bytes given; "" after a fault
    };

    // Reads some of `untrusted_bytes`; the caller comes again with the rest until finished(). Bytes behind the end are
    // not consumed.
    Step read(std::string_view untrusted_bytes);

    bool finished() const noexcept { return place_ == Place::end; }

    // The row to answer with, null while the mail is sound. A later fault may outrank an earlier one, so that the
    // answer does not depend on how the bytes were cut.
    const Outcome* fault() const noexcept;

    // For people, who need more than the answer: what the fault is, and in which line it was seen first. Only where
    // there is a fault().
    struct Finding {
        std::string_view what;    // English, ours
        std::uint64_t line = 0;   // from 1; 0: of the whole mail
        std::uint64_t limit = 0;  // that was passed, if one was
    };
    Finding finding() const noexcept;

private:
    enum class Place : std::uint8_t { line_start, in_line, after_cr, after_dot, after_dot_cr, end };

    bool is_mark(char) const noexcept;
    std::size_t take(std::string_view bytes) noexcept;
    std::size_t bytes_to_line_end(std::string_view bytes) const noexcept;
    void step(char) noexcept;
    void note_malformed(std::string_view what, std::uint64_t limit = 0) noexcept;
    void check_header_limits(char) noexcept;
    void end_line() noexcept;
    void take_header_byte(char) noexcept;
    void match_received(char) noexcept;

    const SmtpLimits& limits_;
    Place place_ = Place::line_start;   // as if behind a CRLF: the line of 354 ended with one (AC-020)
    std::optional<Finding> malformed_;  // the first of its kind, as is the next
    std::optional<Finding> loop_;
    std::uint64_t content_bytes_ = 0;
    std::uint64_t line_ = 1;  // now read

    bool in_header_ = true;
    std::size_t line_bytes_ = 0;   // of the header line now read
    std::size_t field_bytes_ = 0;  // of the field now read, its continuation lines included
    std::size_t header_bytes_ = 0;
    std::size_t header_fields_ = 0;
    std::size_t received_matched_ = 0;  // characters of "received" at the start of this field; past its length: not one
    std::size_t received_fields_ = 0;
};

}  // namespace mugaika::smtp
