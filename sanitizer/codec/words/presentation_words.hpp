// The words of a presentation: slide by slide, with its number, its shapes in their order, and its notes.
#pragma once

#include "sanitizer/codec/words/page.hpp"
#include "sanitizer/codec/words/part_reading.hpp"

namespace mugaika::codec::words {

void add_presentation(const Package&, Page&);

// Of charts and diagrams that this part shows.
void add_graphics(const Package&, std::string_view part, Page&);

}  // namespace mugaika::codec::words
