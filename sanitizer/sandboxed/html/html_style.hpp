// The little of CSS that decides whether text is seen: style attributes, and plain rules of <style> blocks (an element,
// a class or an id, or an element with one of them). Selectors that depend on neighbours, pseudo classes, media rules
// and layers are not read: hiding by them is not noticed, and nothing visible is taken for hidden because of them.
// AC-135.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mugaika::sandboxed {

struct Color {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
    friend bool operator==(const Color&, const Color&) = default;
};

// A colour as CSS or as old HTML attributes write it; nothing for one that is not known or not a colour.
std::optional<Color> read_color(std::string_view lower_case);

// So near that a reader sees nothing.
bool is_same_to_the_eye(Color, Color) noexcept;

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
        hidden_in_word,  // mso-hide
        positioned,      // taken out of the flow
        off_screen,      // far left, right or above, counts when positioned
        outdented,       // text-indent or margin far to the left
        no_height,
        no_width,
        overflow_hidden,
        clipped,             // to nothing, counts when positioned
        clear_text,          // color: transparent
        unknown_background,  // a picture or a gradient
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
    bool fetches = false;  // url(http…) stands in it

    // Values of `other` win.
    void override_by(const HtmlStyle& other);
    // The whole box shows nothing, whatever stands in it.
    bool hides_box() const;

private:
    static constexpr std::uint32_t bit(Property p) { return std::uint32_t{1} << static_cast<unsigned>(p); }

    // One bit a property: styles are laid over each other several times for every element.
    std::uint32_t said_ = 0;
    std::uint32_t values_ = 0;  // within said_
};

struct HtmlStyles {
    HtmlStyle normal;
    HtmlStyle important;
};

// The declarations of a style attribute or of a rule's block. Linear.
HtmlStyles read_declarations(std::string_view untrusted_css);

class HtmlStyleSheet {
public:
    // One <style> block. Past a few hundred rules or some hundred KB the rest is ignored.
    void read(std::string_view untrusted_css);

    // What the rules say about an element; `classes` as the attribute has them.
    HtmlStyles styles_of(std::string_view tag, std::string_view id, std::string_view classes) const;
    bool fetches() const noexcept { return fetches_; }  // @import, or url(http…) in a rule
    // A rule that is not read colours some background: text in a light colour may well be seen.
    bool may_color_backgrounds() const noexcept { return unread_background_; }

private:
    void read_rule(std::string_view selectors, std::string_view block);

    std::map<std::string, HtmlStyles, std::less<>> rules_;  // "p", ".note", "p.note", "#top", "p#top"
    std::size_t bytes_ = 0;
    bool fetches_ = false;
    bool unread_background_ = false;
};

}  // namespace mugaika::sandboxed
