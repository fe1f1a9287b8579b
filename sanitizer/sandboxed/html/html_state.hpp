// How the text in an element is shown: what it inherits, what its tag means, what its style and attributes say.
#pragma once

#include "sanitizer/sandboxed/html/html_style_sheet.hpp"
#include "sanitizer/sandboxed/html/html_tags.hpp"
#include "sanitizer/sandboxed/html/html_tokenizer.hpp"

namespace mugaika::sandboxed {

struct HtmlState {
    bool silent = false;       // in a script or the like: no text for readers
    bool unshown = false;      // … but some mail programs would show it
    bool foreign = false;      // in <svg> or <math>
    bool boxed_away = false;   // the box of an element around shows nothing
    bool invisible = false;    // visibility: hidden; may be undone inside
    bool tiny = false;         // font-size; may be undone inside
    bool clear_text = false;   // color: transparent; may be undone inside
    bool maybe_shown = false;  // hidden, but a rule that cannot be judged here may show it
    bool annotates = false;    // in an element that describes itself to programs (microdata)
    bool preformatted = false;
    bool struck = false;
    bool word_marker = false;  // in the number or bullet of an item that Word wrote
    bool color_known = true;
    bool background_known = true;
    SymbolFont symbols = SymbolFont::none;
    ListMarker marker = ListMarker::bullet;  // of the items of the list around
    Color color{0, 0, 0};
    Color background{255, 255, 255};

    // In the colour of what lies behind it?
    bool blends_in() const { return color_known && background_known && is_same_to_the_eye(color, background); }
    bool hides_text() const { return boxed_away || invisible || tiny || clear_text || blends_in(); }
    friend bool operator==(const HtmlState&, const HtmlState&) = default;
};

// The state inside an element.
HtmlState state_inside(const HtmlState& parent, HtmlTag, const HtmlToken& start_tag, const HtmlStyle&,
                       const HtmlStyleSheet&);

// `state` with the changes that an element made elsewhere, from `before` to `after`.
HtmlState with_changes(HtmlState state, const HtmlState& before, const HtmlState& after);

}  // namespace mugaika::sandboxed
