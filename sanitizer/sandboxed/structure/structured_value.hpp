// Structured MIME fields: "value; name=value; …" of Content-Type, Content-Disposition and Content-Transfer-Encoding by
// RFC 2045 5.1, RFC 2183 and RFC 2231, as tolerant as real mailers are wrong, with a finding wherever two readers could
// take it differently. Never fails. Linear; more than 200 parameters are not read. AC-045 … AC-049, AC-061, AC-090,
// AC-092.
#pragma once

#include <string>
#include <string_view>
#include <vector>

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

// RFC 2045 5.1: no blanks, controls or specials.
bool is_token(std::string_view) noexcept;

// File names may hold parentheses, blanks and raw bytes even unquoted. `name` in lower case.
bool is_name_parameter(std::string_view name) noexcept;

}  // namespace mugaika::sandboxed
