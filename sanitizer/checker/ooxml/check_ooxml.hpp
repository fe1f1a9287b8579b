// Reads an Office package that a codec made, whole, by the one form in which it writes them, and refuses everything
// else: other ZIP structure, names, content types, relationships, elements, attributes. Shares no code with the codec
// and assumes that it was taken over. Linear time; memory for the largest part.
#pragma once

#include <cstdint>
#include <string_view>

#include "policy/result.hpp"
#include "sanitizer/mail/safe_kind.hpp"

namespace mugaika::checker {

// Lists of names, made once before the sandbox.
void load_ooxml_lists();

// The number of sheets or slides, 1 for a letter; or Fault::protocol with words that say what stood where.
Result<std::uint32_t> check_ooxml(std::string_view untrusted);

// The same, and it is a document of this kind.
Result<std::uint32_t> check_ooxml(SafeKind, std::string_view untrusted);

}  // namespace mugaika::checker
