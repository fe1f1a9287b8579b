// RFC 2047 encoded-words as real mailers write them: longer than 75 characters, inside quotes, split inside a character
// or an escape sequence, with blanks in Q. The words of one run and charset are joined as bytes before they are
// decoded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "policy/reason.hpp"

namespace mugaika::sandboxed {

// Length of the encoded-word that `text` begins with, 0 when there is none. Words over 8 KB are none.
std::size_t encoded_word_bytes(std::string_view text) noexcept;

// A complete encoded-word stands somewhere in it.
bool looks_like_encoded_word(std::string_view text) noexcept;

// Unstructured value (Subject): encoded-words joined as bytes where they are neighbours of one charset, then decoded;
// raw 8-bit decoded by decode_raw_header_bytes, with the label of the body if there is one; result may still hold
// controls. Linear; output at most four times the input.
std::string decode_unstructured(std::string_view untrusted_value, std::vector<Reason>& notes,
                                std::string_view untrusted_raw_label = {});

}  // namespace mugaika::sandboxed
