// The words of a document of Word: its body, then notes, comments, headers and footers.
#pragma once

#include <cstdint>

#include "sanitizer/codec/words/page.hpp"
#include "sanitizer/codec/words/part_reading.hpp"

namespace mugaika::codec::words {

// How many pieces of hidden text were left out. What a revision deleted is left out too, what it put in stays. Furigana
// stand behind their words: 邑楽(おうら).
std::uint32_t add_document(const Package&, Page&);

}  // namespace mugaika::codec::words
