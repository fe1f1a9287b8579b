// What the reader is told about the mail: a block of its own between two marks. Warnings come before the text, a mere
// list of what was removed after it, and a clean mail has none. Words of the sender inside (names, subject) are
// shortened, written unclickable and cannot look like a mark.
#pragma once

#include <string>

#include "sanitizer/compose/compose_facts.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/verdict.hpp"

namespace mugaika {

enum class NoticePlace { before_text, after_text };

struct Notice {
    std::string text;  // whole lines, LF; "" when there is nothing to say
    NoticePlace place = NoticePlace::after_text;
};

Notice make_notice(const Extract&, const Verdict&, const ComposeFacts&);

// For a mail of which there is no extract. `envelope_from` is "" for the null sender.
Notice make_notice_without_extract(const Verdict&, const ComposeFacts&, const std::string& envelope_from);

}  // namespace mugaika
