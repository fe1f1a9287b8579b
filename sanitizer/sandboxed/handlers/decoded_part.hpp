// A part's bytes as UTF-8, for every handler that makes text of it.
#pragma once

#include "sanitizer/sandboxed/part_handler.hpp"
#include "sanitizer/sandboxed/text/charset.hpp"

namespace mugaika::sandboxed {

// At most `bytes_max` bytes are decoded; text_too_long is noted when there were more. `label` may be the part's own or
// one found in its content.
Decoded decode_part(const Part&, std::string_view label, std::size_t bytes_max);
Decoded decode_bytes(std::string_view untrusted_bytes, std::string_view label, std::size_t bytes_max);

// Nobody called it a text, and no charset makes one of it.
bool is_no_text_at_all(const PartFacts&, const Decoded&);

// Decoded text to what is shown, its notes joined. Of a text that cannot fit into `room` bytes, whatever cleaning takes
// away, only so much is cleaned as may; text_too_long is noted.
TextMade to_text_made(Decoded decoded, std::size_t room);

}  // namespace mugaika::sandboxed
