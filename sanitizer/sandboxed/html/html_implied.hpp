// End tags that may be left out (13.1.2.4, 13.2.6.4.7 and on): what a start tag closes.
#pragma once

#include <cstddef>

#include "sanitizer/sandboxed/html/html_elements.hpp"
#include "sanitizer/sandboxed/html/html_tags.hpp"

namespace mugaika::sandboxed {

// Who holds the open elements.
class HtmlCloser {
public:
    virtual void close_down_to(std::size_t size) = 0;
    virtual void close_block(std::size_t index) = 0;  // formatting that was not ended goes on behind it

protected:
    ~HtmlCloser() = default;
};

// Closes among `elements`, by `closer`, what ends where `tag` begins.
void close_implied(HtmlTag tag, const HtmlElements& elements, HtmlCloser& closer);

}  // namespace mugaika::sandboxed
