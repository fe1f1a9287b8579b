// Writes the outgoing mail from checked values. The only maker of SanitizedMail. Pure: what is needed of the world
// (time, names, addresses) comes in the ComposeFacts. Output is deterministic: equal input, equal bytes.
#pragma once

#include <string>

#include "policy/result.hpp"
#include "sanitizer/compose/body_text.hpp"
#include "sanitizer/compose/compose_facts.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/sanitized_mail.hpp"
#include "sanitizer/mail/verdict.hpp"

namespace mugaika {

class Composer {
public:
    // Canonical form (the gate knows it independently):
    //   header   fields in a fixed order, each once, RFC 2047 'B' words in UTF-8, folded at 76 columns, CRLF
    //   body     text/plain; charset=UTF-8; 7bit when pure ASCII with lines of at most 998, base64 at 76 columns else
    //   notice   a delimited block of its own, before the text when it warns, after it otherwise, and then one line
    //            above the text says so when something was removed; body lines that look like its marks are quoted
    //   files    only where the extract has any: multipart/mixed, boundary of our own, everything in base64
    // Verdict quarantined composes the header facts and the notice alone. An Error (internal) means a bug of ours:
    // facts that break their own contract, or a verdict that has no mail (refused). An Error (limit) means an extract
    // that no check can have passed: texts as written, files or header fields beyond BudgetLimits. So no output is
    // longer than 1.4 times (base64) the files, the header and twice (CRLF, quoted marks) the texts, and the notice.
    // `body` is what body() makes of the same extract and facts; a quarantined mail needs none.
    static Result<SanitizedMail> compose(const Extract&, const Verdict&, const ComposeFacts&, const BodyText& body);

    // The texts as they will stand in the mail, in the one pass that also finds what poses as a notice.
    static Result<BodyText> body(const Extract&, const ComposeFacts&);

    // For a mail of which there is no extract: a notice that names envelope sender ("" for the null sender), size and
    // time.
    static Result<SanitizedMail> compose_without_extract(const Verdict&, const ComposeFacts&,
                                                         const std::string& envelope_from_text);
};

}  // namespace mugaika
