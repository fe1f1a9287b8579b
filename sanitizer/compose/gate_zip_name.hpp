// The gate's own reading of names in a ZIP. Nothing of this is shared with the code that makes them.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "sanitizer/compose/gate_text.hpp"

namespace mugaika::gate {

// Folders and name joined by '/', each of which every system takes as it is: characters that are seen, no dot or blank
// at an end (so no ".."), nothing that Windows does not take or has for a device. Offsets count in the name.
Judged judge_member_name(std::string_view name);

// The names of one ZIP: each once, also for who does not tell upper from lower ASCII, and none that of a folder.
class MemberNames {
public:
    Judged take(std::string_view name);

private:
    std::set<std::string, std::less<>> files_;
    std::set<std::string, std::less<>> folders_;
};

}  // namespace mugaika::gate
