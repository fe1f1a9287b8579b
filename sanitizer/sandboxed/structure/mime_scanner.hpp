// The first reading of a mail's structure: one pass over the lines, a flat table, no recursion. STACK 1.4.
// Every open boundary is compared at every line start, so an outer delimiter closes inner multiparts that were left
// open. AC-043 … AC-072.
#pragma once

#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "sanitizer/sandboxed/structure/mime_reader.hpp"

namespace mugaika::sandboxed {

// What the second reading needs to know about one entity of the table.
struct ScannedHeader {
    bool is_plain = true;       // its Content-Type is written so that every reader must read it alike
    bool is_left_open = false;  // a multipart whose closing delimiter never came
};

struct Scan {
    MailStructure structure;
    std::vector<ScannedHeader> headers;        // one per entity
    std::vector<std::string_view> dash_lines;  // outside headers, beginning with "--", in order; at most 8000
    bool is_comparable = true;  // false: too many delimiters, or some that mimetic, comparing beginnings, must misread
};

// Where there are second views, the mail is scanned as such readers do, from the innermost boundary and from the
// outermost: where both of them see the parts that we see, with the same bytes, there is no second mail and nothing is
// said. So Eudora's "abc" with "abc.ALT" in it, or docomo's "X_0_" with "X", are one mail; a part that only they see,
// or see otherwise, is boundary_overlap or boundary_variant (AC-052).
Scan scan_mail(std::string_view untrusted_mail, const BudgetLimits&, std::uint32_t depth_so_far);

}  // namespace mugaika::sandboxed
