// Colours as CSS and old HTML attributes write them, and whether text in one of them is seen on another. AC-135.
#pragma once

#include <cstdint>
#include <string_view>

namespace mugaika::sandboxed {

struct Color {
    std::uint8_t red = 0;
    std::uint8_t green = 0;
    std::uint8_t blue = 0;
    friend bool operator==(const Color&, const Color&) = default;
};

struct ColorValue {
    enum class Kind : std::uint8_t {
        known,      // `color` is it
        clear,      // nothing of it is seen
        veiled,     // `color` is it, but what lies behind shines through
        inherited,  // the value says that it is as around it, or nothing at all
        unknown,    // a colour that cannot be computed here: var(), oklch(), a name that is none
    };
    Kind kind = Kind::unknown;
    Color color;
};

// One colour of a style declaration.
ColorValue read_css_color(std::string_view lower_case);

// The value of a color or bgcolor attribute. What programs read in several ways ("036", "#12345") is unknown.
ColorValue read_attribute_color(std::string_view lower_case);

// So near that a reader sees nothing.
bool is_same_to_the_eye(Color, Color) noexcept;

}  // namespace mugaika::sandboxed
