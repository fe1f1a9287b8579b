// The little of CSS that decides whether and how text is seen, as declarations say it about one element. What cannot be
// computed hides nothing. AC-135.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sanitizer/sandboxed/html/html_color.hpp"
#include "sanitizer/sandboxed/html/html_list.hpp"
#include "sanitizer/sandboxed/html/html_symbols.hpp"

namespace mugaika::sandboxed {

// What is declared about one element. Everything is optional: what a rule does not say, an earlier one decides.
class HtmlStyle {
public:
    enum class Property : std::uint8_t {
        displayed,       // display is not none
        block,           // display: block, table …; false: inline
        visible,         // visibility
        tiny,            // font-size of 0 or 1 px
        preformatted,    // white-space keeps line ends
        close_together,  // no margin above or below
        transparent,     // opacity
        positioned,      // taken out of the flow
        lifted,          // moved up over what stands before it
        off_screen,      // far left, right or above, counts when positioned
        outdented,       // text-indent or margin far to the left
        no_height,
        no_height_at_most,  // max-height
        no_width,
        no_width_at_most,  // max-width
        overflow_hidden,
        clipped,             // to nothing, counts when positioned
        clear_text,          // color: transparent
        unknown_color,       // of the text, which cannot be computed
        unknown_background,  // a colour that cannot be computed
        picture_behind,      // a picture or a gradient
        struck,              // text-decoration: line-through
        word_marker,         // mso-list: Ignore, the number or bullet that Word writes itself
    };

    std::optional<bool> get(Property p) const {
        return (said_ & bit(p)) != 0 ? std::optional((values_ & bit(p)) != 0) : std::nullopt;
    }
    bool is(Property p) const { return get(p).value_or(false); }
    void set(Property p, bool value) {
        said_ |= bit(p);
        values_ = value ? values_ | bit(p) : values_ & ~bit(p);
    }

    std::optional<Color> color;
    std::optional<Color> background;
    std::optional<ListMarker> marker;
    std::optional<SymbolFont> symbols;
    bool fetches = false;  // url(http…) stands in it

    bool says_nothing() const noexcept { return said_ == 0 && !color && !background && !marker && !symbols; }
    // Values of `other` win.
    void override_by(const HtmlStyle& other);
    // Only what may make something seen: colours as unknown ones, nothing that hides.
    HtmlStyle showing() const;
    // The whole box shows nothing, whatever stands in it.
    bool hides_box() const;
    // Of a picture: one dot, or less.
    bool is_dot() const;

private:
    static constexpr std::uint32_t bit(Property p) { return std::uint32_t{1} << static_cast<unsigned>(p); }

    // One bit a property: styles are laid over each other several times for every element.
    std::uint32_t said_ = 0;
    std::uint32_t values_ = 0;  // within said_
};

struct HtmlStyles {
    HtmlStyle normal;
    HtmlStyle important;

    void override_by(const HtmlStyles& other);
};

// CSS without comments, with escapes resolved ("\64 isplay"), in lower case: one reading for all that follows.
std::string normalized_css(std::string_view untrusted_css);

// The declarations of a style attribute. Linear.
HtmlStyles read_declarations(std::string_view untrusted_css);
// The declarations of a rule's block.
HtmlStyles read_normalized_declarations(std::string_view normalized);

// Does one of its values load something from another place?
bool css_fetches(std::string_view normalized);

}  // namespace mugaika::sandboxed
