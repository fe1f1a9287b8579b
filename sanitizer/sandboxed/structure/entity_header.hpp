// From the fields of one entity to how its body is cut, decoded and named: Content-Type, Content-Transfer-Encoding,
// Content-Disposition, MIME-Version. AC-043, AC-044, AC-047, AC-063 … AC-065, AC-072, AC-088 … AC-091.
#pragma once

#include <string_view>

#include "policy/limits.hpp"
#include "sanitizer/sandboxed/structure/content_type.hpp"
#include "sanitizer/sandboxed/structure/mime_reader.hpp"

namespace mugaika::sandboxed {

// Fills what Entity says of its header from entity.fields; boundary, path and body are the scanner's. `default_type` is
// what a missing Content-Type means here: message/rfc822 inside a digest (RFC 2046 5.1.5), text/plain elsewhere.
// `text_label` is the charset that the mail's text declared, for raw 8-bit names of entities that declare none.
ContentType read_entity_header(Entity&, std::string_view default_type, const BudgetLimits&,
                               std::string_view text_label);

// The first field of that name without regard to case; null when there is none.
const RawField* find_field(const std::vector<RawField>&, std::string_view name) noexcept;

}  // namespace mugaika::sandboxed
