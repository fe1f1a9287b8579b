// Structured MIME fields: "value; name=value; …" of Content-Type and Content-Disposition by RFC 2045 5.1, RFC 2183 and
// RFC 2231, as tolerant as real mailers are wrong, with a finding wherever two readers could take it differently.
// Never fails. Linear; more than 200 parameters are not read. AC-045 … AC-051, AC-061, AC-062, AC-064, AC-090, AC-092,
// AC-128.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "policy/reason.hpp"

namespace mugaika::sandboxed {

// One parameter in one of its spellings; `x=` and `x*=` are two.
struct Parameter {
    std::string name;         // lower case, without stars and section numbers
    std::string value;        // sections joined in numerical order, percent-decoded; untrusted bytes
    std::string charset;      // RFC 2231, lower case; "" when none
    bool is_rfc2231 = false;  // written with a star
    bool is_quoted = false;
    bool is_cut = false;  // its quote never closed, or text behind it was passed over
};

struct StructuredValue {
    std::string main;                   // lower case, without comments and blanks; "" when missing
    std::vector<Parameter> parameters;  // in order of appearance; of duplicates all
    std::vector<Reason> findings;
    bool is_plain = true;  // every reader must read it alike: no comments, odd blanks, RFC 2231, quoted semicolons …
};

StructuredValue read_structured_value(std::string_view untrusted_value);

// The first parameter of that name (lower case), whatever its spelling; null when there is none.
const Parameter* find_parameter(const StructuredValue&, std::string_view name) noexcept;

struct ContentType {
    std::string type;      // lower case type/subtype; "text/plain" where the field names none; "" when not readable
    std::string boundary;  // multiparts only, usable as it stands; "" with a finding when it is not
    std::string charset_label;  // at most 40 of [a-z0-9._:+-], "" when none or longer
    bool format_flowed = false, delsp = false;
    StructuredValue value;
    std::vector<Reason> findings;
};

ContentType read_content_type(std::string_view untrusted_value, const BudgetLimits&);

}  // namespace mugaika::sandboxed
