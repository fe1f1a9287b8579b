// What Content-Type says: type, boundary, charset, with a finding wherever two readers could take it differently. Never
// fails. AC-045 … AC-051, AC-062, AC-064, AC-128.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "policy/reason.hpp"
#include "sanitizer/sandboxed/structure/structured_value.hpp"

namespace mugaika::sandboxed {

struct ContentType {
    std::string type;      // lower case type/subtype; "text/plain" where the field names none; "" when not readable
    std::string boundary;  // multiparts only, usable as it stands; "" with a finding when it is not
    std::string charset_label;    // at most 40 of [a-z0-9._:+-], "" when none or longer
    std::string calendar_method;  // of text/calendar (RFC 6047 2.4): at most 40 of [a-z0-9-], "" when none or longer
    bool format_flowed = false, delsp = false;
    StructuredValue value;
    std::vector<Reason> findings;
};

ContentType read_content_type(std::string_view untrusted_value, const BudgetLimits&);

// A second Content-Type of one entity: does it say the same but for the charset? Then its findings, and its charset
// where the first one says nothing by its own, are taken over. False, and nothing done, where type, boundary or file
// names differ, or where the charsets make two texts of the same bytes. AC-043.
bool take_other_charset(ContentType&, const ContentType& other);

}  // namespace mugaika::sandboxed
