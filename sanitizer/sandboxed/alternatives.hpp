// Which form of a multipart/alternative is shown: the text form, unless it is a stub; then the HTML form. What is not
// shown is said, and so is that the forms differ. AC-069.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "sanitizer/sandboxed/structure/mime_reader.hpp"

namespace mugaika::sandboxed {

// A body text made from a leaf; attachments take no part.
struct Form {
    std::size_t entity = 0;  // index of the leaf in the structure
    bool is_plain = false;   // text/plain; otherwise made from HTML
    std::string_view words;  // untrusted UTF-8
};

struct FormVerdict {
    bool is_shown = true;
    bool differs = false;  // not shown, and it says something else than what is shown
};

// One verdict for each form. Forms outside of any multipart/alternative are shown. Linear in the texts and the depth.
std::vector<FormVerdict> choose_forms(const MailStructure&, const std::vector<Form>&);

}  // namespace mugaika::sandboxed
