// The texts of a mail as one text: body, then attached texts under their names, then attached mails quoted. Lines stay
// as they are, but a line that looks like a mark of a notice, or belongs to a look-alike, is quoted with "> "
// (notice_mark), and no scheme but http, https and mailto stays alive (policy/unlinked). Mails that are attached more
// deeply than AnswerLimits::quote_depth_shown are quoted as deeply as that, and their headings say how deep they are.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy.hpp"
#include "policy/result.hpp"
#include "sanitizer/mail/extract.hpp"

namespace mugaika {

struct BodyRules {
    bool links_are_dead = false;  // of a mail with a link that lies: no address stays alive, visible ones neither
    std::string_view notice_phrase = {};  // of the site, by which readers know its notices; "" for none
    std::span<const PartRow> parts = {};  // what the texts were made of: calendars and reports are called what they are
};

struct BodyText {
    std::string text;              // whole lines, LF; "" for no texts
    bool has_look_alikes = false;  // a line was quoted because a person could take it for one of ours
};

// Fails with Fault::limit, before anything is written, when the texts as written are more than
// BudgetLimits::text_bytes_max: no answer that passed its check is. What is written apart so that it is no link comes
// on top of that, two bytes for each sign.
Result<BodyText> body_text(const std::vector<TextBlock>&, Language, const BodyRules& = {});

}  // namespace mugaika
