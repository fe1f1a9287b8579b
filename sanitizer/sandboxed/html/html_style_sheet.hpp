// The rules of <style> blocks. Plain ones are obeyed: an element, a class or an id, or an element with one of them.
// Those whose reach depends on neighbours, on several classes or on the window cannot be judged: hiding by them is not
// noticed, but where one of them may show an element again, that element is not surely hidden. AC-135.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sanitizer/sandboxed/html/html_style.hpp"
#include "sanitizer/sandboxed/html/html_tokenizer.hpp"

namespace mugaika::sandboxed {

class HtmlStyleSheet {
public:
    // One <style> block. Past a few hundred rules or some hundred KB the rest is ignored.
    void read(std::string_view untrusted_css);

    // What the plain rules say about an element; `classes` as the attribute has them.
    HtmlStyles styles_of(std::string_view tag, std::string_view id, std::string_view classes) const;
    // What all the other rules might say about it. They are read when this is asked for the first time: most mails
    // hide nothing.
    HtmlStyles possible_styles_of(std::string_view tag, std::string_view id, std::string_view classes) const;

    bool fetches() const noexcept { return fetches_; }  // @import, or url(http…) in a rule
    // A rule that is not obeyed colours some background: text in a light colour may well be seen.
    bool may_color_backgrounds() const noexcept { return unread_background_; }

private:
    using Rules = std::map<std::string, HtmlStyles, std::less<>>;  // "p", ".note", "p.note", "#top", "p#top"

    void read_rule(std::string_view selectors, std::string_view block);
    static Rules read_possible(std::string_view css);

    Rules rules_;
    std::size_t bytes_ = 0;
    bool fetches_ = false;
    bool unread_background_ = false;
    std::string set_aside_;                  // rules that are not obeyed, normalized
    mutable std::optional<Rules> possible_;  // made of them, by one name of each selector
};

// All <style> blocks of a page: a rule may stand behind the text that it hides.
HtmlStyleSheet read_style_sheets(std::string_view html);

// The style of an element from all that speaks of it, in the order of the cascade; and how it would be if every rule
// applied that may.
HtmlStyle style_of(const HtmlToken& start_tag, const HtmlStyleSheet&);
HtmlStyle possible_style_of(const HtmlToken& start_tag, const HtmlStyleSheet&);

}  // namespace mugaika::sandboxed
