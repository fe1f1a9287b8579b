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

// With its label; nothing in it is a sender's. `contact`: whom to tell a password, fit for a notice.
std::string way_words(const WayOut&, std::string_view contact, Language);

// Of this part; nullptr: nothing would deliver it.
const WayOut* way_of(const std::vector<WayOut>&, std::string_view path) noexcept;

// The one act for all files of a list; nullptr where they differ, or one has none.
const WayOut* common_way(const std::vector<const WayOut*>&) noexcept;

}  // namespace mugaika
