// The gate's own reading of files: of which kinds they may be, and by what each is known. Nothing of this is shared
// with the code that makes, checks or names them. What a file is all through is its checker's question; here it is
// asked whether the mail says of it what it is.
#pragma once

#include <string>
#include <string_view>

#include "sanitizer/compose/gate_text.hpp"

namespace mugaika::gate {

// Is the Content-Type that of the kind? A kind that the gate does not know has none.
Judged judge_type(std::string_view kind, std::string_view type) noexcept;

// Are the last extension of the name and the first and last bytes those of the kind? Offsets count in the bytes.
Judged judge_kind(std::string_view kind, std::string_view name, std::string_view bytes);

// SHA-256, lower case hex; "" when the library gives none, which no permit holds.
std::string hex_digest(std::string_view bytes);

}  // namespace mugaika::gate
