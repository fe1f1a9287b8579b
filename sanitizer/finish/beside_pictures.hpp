// What a document whose pages became pictures says beside them, as text of the mail: a picture leads nowhere, and does
// not show a letter that no font here has.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/policy.hpp"
#include "sanitizer/mail/extract.hpp"

namespace mugaika {

// A line for each link, written as the profile wants links; a line for each letter that is missing: page, letter, code
// point, count. Nothing where there is nothing to say.
std::optional<TextBlock> beside_pictures(const PartRow&, const std::vector<std::string>& links,
                                         const std::vector<MissingGlyph>&, LinkStyle);

}  // namespace mugaika
