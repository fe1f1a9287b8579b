// Whose domain is it, and whom does an answer reach? As much of a domain as one organisation registers.
#pragma once

#include <string>
#include <string_view>

#include "sanitizer/mail/extract.hpp"

namespace mugaika {

// "mail.city.example.lg.jp" -> "example.lg.jp", "a.b.example.com" -> "example.com", "city.chiyoda.tokyo.jp" whole. Of
// an address literal the whole. `domain` in lower case.
//
// BUGS: no list of public suffixes; under one that is not known here two organisations count as one, and nothing is
// said of it.
std::string_view organisation_of(std::string_view domain) noexcept;

// The domain itself, or one below it.
bool is_within(std::string_view domain, std::string_view above) noexcept;

// Whom an answer reaches, when that is somebody of another organisation than the author; nullptr otherwise. A list's
// own address is where its mails are answered.
const Mailbox* answered_elsewhere(const HeaderFacts&);

}  // namespace mugaika
