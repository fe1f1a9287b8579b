// Kinds of content that are made of text: our own tests, because libmagic's text tests can be stalled by ten kilobytes
// of newlines and miss most scripts (STACK section 4). Linear in the sample; the whole is searched only for EICAR.
#pragma once

#include <string_view>

#include "sanitizer/sandboxed/types/file_type.hpp"

namespace mugaika::sandboxed {

enum class TextLook {
    text,   // no control characters but line ends, blanks and charset shifts; or a byte order mark
    loose,  // a few odd ones: text if someone says so and nothing else is known of it
    binary,
};
TextLook text_look(std::string_view untrusted_sample) noexcept;

// For content that is text. `declared_type` (lower case) chooses among kinds of text, and can only make it worse
// otherwise: a script, a fragment, an encrypted part.
FileType text_type_of(std::string_view untrusted_bytes, std::string_view declared_type);

// The first line is a header field or an mbox line: enough for a part that is declared to be a mail.
bool starts_like_mail(std::string_view untrusted_bytes) noexcept;

// A PDF may begin within the first 1024 bytes, whatever stands before.
bool holds_pdf_header(std::string_view untrusted_bytes) noexcept;

}  // namespace mugaika::sandboxed
