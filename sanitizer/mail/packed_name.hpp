// Names of the members of a ZIP that we pack, such that every system takes them out where it should, each of them.
#pragma once

#include <string>
#include <vector>

#include "sanitizer/mail/rebuilt_file.hpp"

namespace mugaika {

// One for each member, in order: folders and name joined by '/', none of them empty, "." or "..", reserved by Windows,
// or with a blank or dot at an end or a character that Windows does not take; at most 200 bytes each and 1000 together
// (deeper folders are left out). The last extension is one of the kind's. Unique, also for who does not tell upper from
// lower ASCII, and no file is named like a folder: "a.png" becomes "a (2).png". Linear, but for the sorting.
std::vector<std::string> packed_names(const std::vector<RebuiltFile>& members);

}  // namespace mugaika
