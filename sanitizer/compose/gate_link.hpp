// The gate's own judgement of what a mail program would make a link of. Nothing of this is shared with the code that
// writes such things apart.
#pragma once

#include <string_view>

namespace mugaika::gate {

// Anything at all in this line: for notices, and for texts beside a link that lies.
bool is_clickable(std::string_view line);

// Something that no mail needs alive: a UNC path, "file:" and its like, any scheme but http and https before "//".
bool has_live_scheme(std::string_view line);

}  // namespace mugaika::gate
