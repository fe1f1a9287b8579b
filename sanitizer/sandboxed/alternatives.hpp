// What is shown of a multipart/alternative: the text form, unless it is a stub; then the HTML form. Nothing that only
// another form says is lost: where a form says more than those before it, its sentences that add something are shown
// too. AC-069.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/sandboxed/structure/mime_reader.hpp"

namespace mugaika::sandboxed {

// A body text made from a leaf; attachments take no part.
struct Form {
    std::size_t entity = 0;  // index of the leaf in the structure
    bool is_plain = false;   // text/plain; otherwise made from HTML
    std::string_view words;  // untrusted UTF-8: what it says, without link targets
    std::string_view text;   // what would be shown
};

enum class FormShown { whole, additions, no };

struct FormVerdict {
    FormShown shown = FormShown::whole;
    std::string additions;  // of `text`, where no more than that is to be shown
};

// One verdict for each form. Forms outside of any multipart/alternative are shown whole. The whole form is the one that
// stands first among those that say something of their own, so that texts stay in their order. Forms for mail programs
// that run what they show (text/x-amp-html, text/watch-html) count only where no other form says anything. Linear in
// the texts and the depth.
std::vector<FormVerdict> choose_forms(const MailStructure&, const std::vector<Form>&);

}  // namespace mugaika::sandboxed
