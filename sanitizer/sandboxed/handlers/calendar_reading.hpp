// A calendar or vCard as properties in UTF-8, in whatever charsets its bytes and its single values are. For the text in
// a mail (handlers/calendar) and for the file that is written anew (codec/calendar).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/sandboxed/handlers/calendar_lines.hpp"
#include "sanitizer/sandboxed/text/charset.hpp"

namespace mugaika::sandboxed {

class CalendarReading {
public:
    // `label`: of the file, "" for none. At most `room` bytes are decoded.
    CalendarReading(std::string_view untrusted_bytes, std::string_view label, std::size_t room);

    // In order, lines without a colon left out. Values that name a charset of their own are decoded.
    const std::vector<Property>& properties() const noexcept { return properties_; }

    // The value with its quoted-printable undone, as mobile phones write it (vCard 2.1), in the charset that it names.
    // What cannot be decoded is counted and noted from then on.
    std::string value_of(const Property&);

    // What was noticed so far. Its text is empty.
    Decoded take_notes() { return std::move(decoded_); }

private:
    void read_lines(std::string_view text, std::string_view raw);
    std::string decoded(std::string_view bytes, const Property&);

    std::string label_;
    Decoded decoded_;
    std::vector<Property> properties_;
};

// \n, \, and \; of RFC 5545 3.3.11; a line end is followed by `indent`.
std::string unescaped(std::string_view value, std::string_view indent = {});

}  // namespace mugaika::sandboxed
