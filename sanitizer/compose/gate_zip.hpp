// The gate's own reading of a ZIP that we packed: the whole file, byte by byte, by the one form there is. Nothing of
// this is shared with the code that writes it. What readers of ZIPs disagree about (which directory, which name, which
// size) has no room: for one list of members there is one file.
#pragma once

#include <string_view>
#include <vector>

#include "sanitizer/compose/gate.hpp"
#include "sanitizer/compose/gate_text.hpp"

namespace mugaika::gate {

// Entries stored side by side from the first byte, in the order of the permit, then their directory, then its end, then
// nothing. Each field has the only value that it may have; each member the name, bytes and kind that are permitted.
// Offsets count in the file. Linear, but for a sorting of names.
Judged judge_zip(std::string_view bytes, const std::vector<PermittedMember>&);

}  // namespace mugaika::gate
