// Colour profiles (ICC.1) in the narrow form: a header in which only kind, colour spaces and intent may vary, a list of
// known tags in one order, and their tables one behind the other, each as long as its own type says.
#pragma once

#include "sanitizer/checker/pdf/syntax.hpp"

namespace mugaika::checker::pdf {

// Throws Refused. `profile` is unpacked; `at` is where its stream begins in the file.
void judge_profile(Piece profile);

}  // namespace mugaika::checker::pdf
