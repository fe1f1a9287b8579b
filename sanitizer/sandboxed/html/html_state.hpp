// How the text in an element is shown: what it inherits, what its tag means, what its style and attributes say.
#pragma once

#include "sanitizer/sandboxed/html/html_style.hpp"
#include "sanitizer/sandboxed/html/html_tags.hpp"
#include "sanitizer/sandboxed/html/html_tokenizer.hpp"

namespace mugaika::sandboxed {

struct HtmlState {
    bool silent = false;      // in a script or the like: no text for readers
    bool unshown = false;     // … but some mail programs would show it
    bool foreign = false;     // in <svg> or <math>
    bool boxed_away = false;  // the box of an element around shows nothing
    bool invisible = false;   // visibility: hidden; may be undone inside
    bool tiny = false;        // font-size; may be undone inside
    bool clear_text = false;  // color: transparent; may be undone inside
    bool preformatted = false;
    bool background_known = true;
    Color color{0, 0, 0};
    Color background{255, 255, 255};

    bool hides_text() const {
        const bool blends_in = background_known && is_same_to_the_eye(color, background);
        return boxed_away || invisible || tiny || clear_text || blends_in;
    }
    friend bool operator==(const HtmlState&, const HtmlState&) = default;
};

// The style of an element from all that speaks of it, in the order of the cascade.
HtmlStyle style_of(const HtmlToken& start_tag, const HtmlStyleSheet&);

// The state inside an element.
HtmlState state_inside(const HtmlState& parent, HtmlTag, const HtmlToken& start_tag, const HtmlStyle&);

// `state` with the changes that an element made elsewhere, from `before` to `after`.
HtmlState with_changes(HtmlState state, const HtmlState& before, const HtmlState& after);

}  // namespace mugaika::sandboxed
