// Writes the outgoing mail from checked values. The only maker of SanitizedMail. Pure: what is needed of the world
// (time, names, addresses) comes in the ComposeFacts. Output is deterministic: equal input, equal bytes.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "policy/policy.hpp"
#include "policy/release_order.hpp"
#include "policy/result.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/sanitized_mail.hpp"
#include "sanitizer/mail/verdict.hpp"

namespace mugaika {

// What the relay knows about the mail besides its content. Strings are checked by their makers: addresses strict,
// names plain lines.
struct ComposeFacts {
    std::string id;               // message id of ours, the reference number in the notice
    std::string hostname;         // our own name, for Received and for a Message-ID where none is usable
    PlainLine client_helo;        // as given, cleaned
    std::string client_address;   // textual IP address, "" for mail that came from no network
    std::string protocol;         // "ESMTP", "SMTP", "UTF8SMTP"; "" for none
    std::chrono::system_clock::time_point received_at;
    int utc_offset_minutes = 540;
    Language language = Language::ja;
    std::uint64_t original_bytes = 0;
    bool original_kept = false;   // is it in quarantine? decides the words of the notice
    const ReleaseOrder* order = nullptr;  // set for a release; must outlive the call
};

class Composer {
public:
    // Canonical form (the gate knows it independently):
    //   header   fields in a fixed order, each once, RFC 2047 'B' words in UTF-8, folded at 76 columns, CRLF
    //   body     text/plain; charset=UTF-8; 7bit when pure ASCII with lines of at most 998, base64 at 76 columns else
    //   notice   a delimited block of its own, before the text when it warns, after it otherwise; body lines that
    //            look like its delimiter are quoted
    //   files    only with an order or rebuilt rows: multipart/mixed, boundary of our own, application/… base64
    // Verdict quarantined composes the header facts and the notice alone. An Error (internal) means a bug of ours.
    static Result<SanitizedMail> compose(const Extract&, const Verdict&, const ComposeFacts&);

    // For a mail of which there is no extract: a notice that names envelope sender, size and time.
    static Result<SanitizedMail> compose_without_extract(const Verdict&, const ComposeFacts&,
                                                         const std::string& envelope_from_text);
};

}  // namespace mugaika
