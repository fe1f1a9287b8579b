// An archive crosses as a ZIP, packed anew of what became of its members (FILES.md 2).
#pragma once

#include "policy/limits.hpp"
#include "sanitizer/mail/extract.hpp"

namespace mugaika {

// Once every file was asked for. Members of archives inside an archive lie in a folder of that one's name; ZIP in ZIP
// is never written. What was held is said with the archive (members_held) and in the member's own row. An archive of
// which nothing is left, or for whose ZIP the budget has no room, stays quarantined with all of its members. Files of a
// winmail.dat are files of the mail, each with its own outcome; of that one itself nothing is missed (AC-075).
void pack_archives(Extract&, const BudgetLimits&);

}  // namespace mugaika
