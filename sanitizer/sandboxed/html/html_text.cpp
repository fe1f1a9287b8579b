#include "sanitizer/sandboxed/html/html_text.hpp"

#include "policy/findings.hpp"
#include "sanitizer/sandboxed/html/html_hidden.hpp"
#include "sanitizer/sandboxed/html/html_reader.hpp"
#include "sanitizer/sandboxed/html/html_style_sheet.hpp"
#include "sanitizer/sandboxed/html/html_tokenizer.hpp"

namespace mugaika::sandboxed {
namespace {

// What is hidden can only be judged when all is read; where some of it is to be shown, the page is read once more.
HtmlText read_page(std::string_view html, LinkStyle style, const BudgetLimits& limits) {
    const HtmlStyleSheet sheet = read_style_sheets(html);
    HtmlReader first(html, sheet, style, limits, nullptr);
    first.read();
    HtmlText text{first.take_text(), first.take_notes(), first.take_words()};
    if (first.hidden().count() == 0) return text;
    const HiddenVerdict verdict = judge_hidden(first.hidden(), text.utf8, text.words);
    if (verdict.shows_any()) {
        HtmlReader second(html, sheet, style, limits, &verdict);
        second.read();
        text = {second.take_text(), second.take_notes(), second.take_words()};
    }
    add_once(text.notes, verdict.notes);
    return text;
}

}  // namespace

HtmlText html_to_text(std::string_view utf8_html, LinkStyle style, const BudgetLimits& limits) {
    std::string room;
    const std::string_view html = with_unix_line_ends(utf8_html.substr(0, limits.html_bytes_max), room);
    HtmlText text = read_page(html, style, limits);
    if (utf8_html.size() > limits.html_bytes_max) add_once(text.notes, Reason::text_too_long);
    return text;
}

}  // namespace mugaika::sandboxed
