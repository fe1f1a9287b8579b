#include "sanitizer/sandboxed/handlers/decoded_part.hpp"

#include <utility>

namespace mugaika::sandboxed {

Decoded decode_part(const Part& part, std::string_view label, std::size_t bytes_max) {
    Decoded decoded = decode_text(std::string_view(part.untrusted_bytes).substr(0, bytes_max), label);
    if (part.untrusted_bytes.size() > bytes_max) decoded.notes.push_back(Reason::text_too_long);
    return decoded;
}

TextMade to_text_made(Decoded decoded) {
    TextMade made;
    made.notes = std::move(decoded.notes);
    made.text = clean_text(decoded.utf8, made.notes);
    made.charset = std::move(decoded.charset);
    made.undecodable = decoded.undecodable;
    return made;
}

}  // namespace mugaika::sandboxed
