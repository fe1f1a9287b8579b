// HTML to readable plain text. Deterministic, and linear in time and memory whatever comes: streaming tokenizer
// (sanitizer/sandboxed/html_tokenizer, WHATWG states), bounded element stack, no tree, nothing is ever fetched. What is
// hidden costs a second reading at most. AC-119, AC-134 … AC-139, AC-228.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "policy/policy.hpp"
#include "policy/reason.hpp"

namespace mugaika::sandboxed {

struct HtmlText {
    std::string utf8;           // LF lines, TAB allowed; still to go through clean_text
    std::vector<Reason> notes;  // hidden_text_dropped, hidden_text_shown, hidden_text_repeated, false_link,
                                // form_dropped, script_dropped, frame_dropped, remote_content_dropped, links_cut,
                                // not_rebuilt (a picture in a data: address), text_too_long
    std::string words;          // shown words only, without link targets and markers, for comparing alternatives
};

HtmlText html_to_text(std::string_view utf8_html, LinkStyle, const BudgetLimits&);

}  // namespace mugaika::sandboxed
