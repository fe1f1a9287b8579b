// What would deliver a file that was held, as one line for clerks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy.hpp"
#include "sanitizer/compose/notice_words.hpp"
#include "sanitizer/mail/way_out.hpp"

namespace mugaika {

// "1.2 MB": one digit after the point below ten, never more than it is.
std::string size_text(std::uint64_t bytes, const NoticeWords&);

// With its label, another one where it stands behind one that does as well; nothing in it is a sender's. `contact`:
// whom to tell a password, fit for a notice.
enum class WayPlace : bool { first, next };
std::string way_words(const WayOut&, std::string_view contact, Language, WayPlace);

// Of this part, in their order; none: nothing would deliver it.
using Ways = std::vector<const WayOut*>;
Ways ways_of(const std::vector<WayOut>&, std::string_view path);

// The same acts for all files of a list; none where they differ.
Ways common_ways(const std::vector<Ways>&);

}  // namespace mugaika
