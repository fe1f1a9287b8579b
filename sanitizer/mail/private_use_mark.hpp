// In front of what is looked through for letters that no font has (FileTask::find_missing), where letters of private
// use are looked for too: of an Office file, which brings no fonts, they are the ones that an office made for itself.
#pragma once

#include <string_view>

namespace mugaika {

inline constexpr std::string_view private_use_mark = "private use too\n";

}  // namespace mugaika
