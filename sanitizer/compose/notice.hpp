// What the reader is told about the mail: a block of its own between two marks. Warnings come before the text; a list
// of what was removed comes after it, and one line above the text points to it, so that nobody has to scroll to know;
// what nobody misses (a logo) is told after the text alone, and a clean mail has none. Words of the sender inside
// (names, subject) are shortened, written unclickable and cannot look like a mark or leave their quotes.
#pragma once

#include <string>
#include <string_view>

#include "sanitizer/compose/compose_facts.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/verdict.hpp"

namespace mugaika {

enum class NoticePlace { before_text, after_text };

// The gravest thing that a mail tells its reader; in X-Mugaika, for filters.
enum class NoticeLevel {
    none,         // nothing, or what nobody misses
    removed,      // something did not cross
    warning,      // be careful
    quarantined,  // nothing but the notice crossed
};
std::string_view to_string(NoticeLevel) noexcept;

struct Notice {
    std::string text;  // whole lines, LF; "" when there is nothing to say
    std::string head;  // one whole line to stand above the text; "" unless something was removed and is told below
    NoticeLevel level = NoticeLevel::none;
    NoticePlace place = NoticePlace::after_text;
};

Notice make_notice(const Extract&, const Verdict&, const ComposeFacts&);

// For a mail of which there is no extract. `envelope_from` is "" for the null sender.
Notice make_notice_without_extract(const Verdict&, const ComposeFacts&, const std::string& envelope_from);

}  // namespace mugaika
