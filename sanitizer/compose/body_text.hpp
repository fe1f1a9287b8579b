// The texts of a mail as one text: body, then attached texts under their names, then attached mails quoted. Lines stay
// as they are, but a line that looks like a mark of a notice is quoted with "> ".
#pragma once

#include <string>
#include <vector>

#include "policy/policy.hpp"
#include "sanitizer/mail/extract.hpp"

namespace mugaika {

// Whole lines, LF. "" for no texts.
std::string body_text(const std::vector<TextBlock>&, Language);

}  // namespace mugaika
