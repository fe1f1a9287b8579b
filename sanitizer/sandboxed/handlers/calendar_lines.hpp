// The lines of iCalendar (RFC 5545 3.1) and vCard (RFC 6350 3.2, and 2.1 of mobile phones) as properties.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika::sandboxed {

struct Property {
    std::string name;        // upper case, without its group
    std::string parameters;  // as written, with the leading ';'
    std::string value;       // as written

    // Without quotes; "" when the parameter is not there.
    std::string parameter(std::string_view wanted) const;
    bool is_quoted_printable() const;
    bool has_own_charset() const;  // of bytes that stand there as they are
};

// Joined again as bytes, before anybody decodes them: a fold may stand inside a character. One line each, ended by LF.
std::string unfolded(std::string_view untrusted_bytes);

// The lines without the values that name a charset of their own (vCard 2.1), so that the rest is of one charset.
std::string without_own_charsets(std::string_view lines);

// Nothing for a line without a colon.
std::optional<Property> parse_property(std::string_view line);

// The first of `lines`, which move on to the next.
std::string_view take_line(std::string_view& lines);

std::string to_upper(std::string_view text);

}  // namespace mugaika::sandboxed
