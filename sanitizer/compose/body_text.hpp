// The texts of a mail as one text: body, then attached texts under their names, then attached mails quoted. Lines stay
// as they are, but a line that looks like a mark of a notice is quoted with "> ". Mails that are attached more deeply
// than AnswerLimits::quote_depth_shown are quoted as deeply as that, and their headings say how deep they are.
#pragma once

#include <string>
#include <vector>

#include "policy/policy.hpp"
#include "policy/result.hpp"
#include "sanitizer/mail/extract.hpp"

namespace mugaika {

// Whole lines, LF. "" for no texts. Fails with Fault::limit, before anything is written, when the texts as written are
// more than BudgetLimits::text_bytes_max: no answer that passed its check is.
Result<std::string> body_text(const std::vector<TextBlock>&, Language);

}  // namespace mugaika
