// One header block: physical lines to fields, with every way noted in which two readers could cut it differently.
// RFC 5322 2.2. Limits: BudgetLimits header_*; reached, it says header_too_long. AC-056 … AC-060, AC-071, AC-076,
// AC-106.
//
// Where a line is no field, readers disagree: some skip it, some begin the body there. Our one reading: a line that
// fields still follow is skipped (header_line_skipped); the last ones that no field follows are body, and so is a line
// of dashes or one after a line of blanks. Where a line is skipped between two structural fields (Content-Type,
// Content-Transfer-Encoding), the readings decode one body differently: ambiguous.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "policy/reason.hpp"
#include "sanitizer/sandboxed/structure/boundary_stack.hpp"
#include "sanitizer/sandboxed/structure/line_reader.hpp"
#include "sanitizer/sandboxed/structure/mime_reader.hpp"

namespace mugaika::sandboxed {

struct HeaderBlock {
    std::vector<RawField> fields;
    std::vector<Reason> findings;
    bool is_cut = false;  // a limit was reached: what follows must not be read
};

// Reads from the reader's position and leaves it at the first byte of the body, or at a delimiter line of `boundaries`.
HeaderBlock read_header_block(LineReader&, const BoundaryStack& boundaries, const BudgetLimits&);

// Does a field begin here? No header begins a line with the dashes of a delimiter, even where a boundary holds a colon.
bool is_field_line(std::string_view line) noexcept;

// Fields that decide how a body is cut and decoded. `name` without regard to case.
bool is_structural(std::string_view name) noexcept;

}  // namespace mugaika::sandboxed
