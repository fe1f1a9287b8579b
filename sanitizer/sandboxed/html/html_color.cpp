#include "sanitizer/sandboxed/html/html_color.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "policy/ascii.hpp"
#include "sanitizer/sandboxed/html/html_number.hpp"

namespace mugaika::sandboxed {
namespace {

using Kind = ColorValue::Kind;

constexpr double nearly_clear = 0.05;  // of an alpha channel, 0 to 1

struct NamedColor {
    std::string_view name;
    Color color;
};

// All names of CSS Color 4, and the system's colours that Word writes. Sorted, for the binary search.
// clang-format off
constexpr auto named_colors = std::to_array<NamedColor>({
    {"aliceblue", {240, 248, 255}}, {"antiquewhite", {250, 235, 215}}, {"aqua", {0, 255, 255}},
    {"aquamarine", {127, 255, 212}}, {"azure", {240, 255, 255}}, {"beige", {245, 245, 220}},
    {"bisque", {255, 228, 196}}, {"black", {0, 0, 0}}, {"blanchedalmond", {255, 235, 205}}, {"blue", {0, 0, 255}},
    {"blueviolet", {138, 43, 226}}, {"brown", {165, 42, 42}}, {"burlywood", {222, 184, 135}},
    {"cadetblue", {95, 158, 160}}, {"canvas", {255, 255, 255}}, {"canvastext", {0, 0, 0}},
    {"chartreuse", {127, 255, 0}}, {"chocolate", {210, 105, 30}}, {"coral", {255, 127, 80}},
    {"cornflowerblue", {100, 149, 237}}, {"cornsilk", {255, 248, 220}}, {"crimson", {220, 20, 60}},
    {"cyan", {0, 255, 255}}, {"darkblue", {0, 0, 139}}, {"darkcyan", {0, 139, 139}},
    {"darkgoldenrod", {184, 134, 11}}, {"darkgray", {169, 169, 169}}, {"darkgreen", {0, 100, 0}},
    {"darkgrey", {169, 169, 169}}, {"darkkhaki", {189, 183, 107}}, {"darkmagenta", {139, 0, 139}},
    {"darkolivegreen", {85, 107, 47}}, {"darkorange", {255, 140, 0}}, {"darkorchid", {153, 50, 204}},
    {"darkred", {139, 0, 0}}, {"darksalmon", {233, 150, 122}}, {"darkseagreen", {143, 188, 143}},
    {"darkslateblue", {72, 61, 139}}, {"darkslategray", {47, 79, 79}}, {"darkslategrey", {47, 79, 79}},
    {"darkturquoise", {0, 206, 209}}, {"darkviolet", {148, 0, 211}}, {"deeppink", {255, 20, 147}},
    {"deepskyblue", {0, 191, 255}}, {"dimgray", {105, 105, 105}}, {"dimgrey", {105, 105, 105}},
    {"dodgerblue", {30, 144, 255}}, {"firebrick", {178, 34, 34}}, {"floralwhite", {255, 250, 240}},
    {"forestgreen", {34, 139, 34}}, {"fuchsia", {255, 0, 255}}, {"gainsboro", {220, 220, 220}},
    {"ghostwhite", {248, 248, 255}}, {"gold", {255, 215, 0}}, {"goldenrod", {218, 165, 32}},
    {"gray", {128, 128, 128}}, {"green", {0, 128, 0}}, {"greenyellow", {173, 255, 47}}, {"grey", {128, 128, 128}},
    {"honeydew", {240, 255, 240}}, {"hotpink", {255, 105, 180}}, {"indianred", {205, 92, 92}},
    {"indigo", {75, 0, 130}}, {"ivory", {255, 255, 240}}, {"khaki", {240, 230, 140}}, {"lavender", {230, 230, 250}},
    {"lavenderblush", {255, 240, 245}}, {"lawngreen", {124, 252, 0}}, {"lemonchiffon", {255, 250, 205}},
    {"lightblue", {173, 216, 230}}, {"lightcoral", {240, 128, 128}}, {"lightcyan", {224, 255, 255}},
    {"lightgoldenrodyellow", {250, 250, 210}}, {"lightgray", {211, 211, 211}}, {"lightgreen", {144, 238, 144}},
    {"lightgrey", {211, 211, 211}}, {"lightpink", {255, 182, 193}}, {"lightsalmon", {255, 160, 122}},
    {"lightseagreen", {32, 178, 170}}, {"lightskyblue", {135, 206, 250}}, {"lightslategray", {119, 136, 153}},
    {"lightslategrey", {119, 136, 153}}, {"lightsteelblue", {176, 196, 222}}, {"lightyellow", {255, 255, 224}},
    {"lime", {0, 255, 0}}, {"limegreen", {50, 205, 50}}, {"linen", {250, 240, 230}}, {"magenta", {255, 0, 255}},
    {"maroon", {128, 0, 0}}, {"mediumaquamarine", {102, 205, 170}}, {"mediumblue", {0, 0, 205}},
    {"mediumorchid", {186, 85, 211}}, {"mediumpurple", {147, 112, 219}}, {"mediumseagreen", {60, 179, 113}},
    {"mediumslateblue", {123, 104, 238}}, {"mediumspringgreen", {0, 250, 154}}, {"mediumturquoise", {72, 209, 204}},
    {"mediumvioletred", {199, 21, 133}}, {"midnightblue", {25, 25, 112}}, {"mintcream", {245, 255, 250}},
    {"mistyrose", {255, 228, 225}}, {"moccasin", {255, 228, 181}}, {"navajowhite", {255, 222, 173}},
    {"navy", {0, 0, 128}}, {"oldlace", {253, 245, 230}}, {"olive", {128, 128, 0}}, {"olivedrab", {107, 142, 35}},
    {"orange", {255, 165, 0}}, {"orangered", {255, 69, 0}}, {"orchid", {218, 112, 214}},
    {"palegoldenrod", {238, 232, 170}}, {"palegreen", {152, 251, 152}}, {"paleturquoise", {175, 238, 238}},
    {"palevioletred", {219, 112, 147}}, {"papayawhip", {255, 239, 213}}, {"peachpuff", {255, 218, 185}},
    {"peru", {205, 133, 63}}, {"pink", {255, 192, 203}}, {"plum", {221, 160, 221}}, {"powderblue", {176, 224, 230}},
    {"purple", {128, 0, 128}}, {"rebeccapurple", {102, 51, 153}}, {"red", {255, 0, 0}},
    {"rosybrown", {188, 143, 143}}, {"royalblue", {65, 105, 225}}, {"saddlebrown", {139, 69, 19}},
    {"salmon", {250, 128, 114}}, {"sandybrown", {244, 164, 96}}, {"seagreen", {46, 139, 87}},
    {"seashell", {255, 245, 238}}, {"sienna", {160, 82, 45}}, {"silver", {192, 192, 192}},
    {"skyblue", {135, 206, 235}}, {"slateblue", {106, 90, 205}}, {"slategray", {112, 128, 144}},
    {"slategrey", {112, 128, 144}}, {"snow", {255, 250, 250}}, {"springgreen", {0, 255, 127}},
    {"steelblue", {70, 130, 180}}, {"tan", {210, 180, 140}}, {"teal", {0, 128, 128}}, {"thistle", {216, 191, 216}},
    {"tomato", {255, 99, 71}}, {"turquoise", {64, 224, 208}}, {"violet", {238, 130, 238}}, {"wheat", {245, 222, 179}},
    {"white", {255, 255, 255}}, {"whitesmoke", {245, 245, 245}}, {"window", {255, 255, 255}},
    {"windowtext", {0, 0, 0}}, {"yellow", {255, 255, 0}}, {"yellowgreen", {154, 205, 50}},
});
// clang-format on
static_assert(std::is_sorted(named_colors.begin(), named_colors.end(),
                             [](const NamedColor& a, const NamedColor& b) { return a.name < b.name; }));

std::optional<Color> named_color(std::string_view name) {
    const auto* found =
        std::lower_bound(named_colors.begin(), named_colors.end(), name,
                         [](const NamedColor& one, std::string_view wanted) { return one.name < wanted; });
    return found != named_colors.end() && found->name == name ? std::optional(found->color) : std::nullopt;
}

ColorValue with_alpha(Color color, double alpha) {
    if (alpha <= nearly_clear) return {Kind::clear, color};
    return {alpha < 1 ? Kind::veiled : Kind::known, color};
}

// "fff", "ffff", "ffffff", "ffffffff".
ColorValue read_hex_color(std::string_view digits) {
    if (digits.size() != 3 && digits.size() != 4 && digits.size() != 6 && digits.size() != 8) return {};
    if (std::any_of(digits.begin(), digits.end(), [](char c) { return ascii::hex_value(c) < 0; })) return {};
    const bool is_short = digits.size() < 6;
    const auto channel = [&](std::size_t i) {
        const int high = ascii::hex_value(digits[is_short ? i : i * 2]);
        const int low = ascii::hex_value(digits[is_short ? i : i * 2 + 1]);
        return static_cast<std::uint8_t>(high * 16 + low);
    };
    const bool has_alpha = digits.size() == 4 || digits.size() == 8;
    return with_alpha({channel(0), channel(1), channel(2)}, has_alpha ? channel(3) / 255.0 : 1);
}

struct Arguments {
    struct One {
        double number = 0;
        bool is_percent = false;
    };
    std::array<One, 4> all{};
    std::size_t count = 0;
};

// The numbers of "rgb(1, 2, 3)" or "hsl(210deg 50% 30% / 0.5)"; nothing where one of them has to be computed.
std::optional<Arguments> read_arguments(std::string_view function) {
    if (!function.ends_with(')')) return std::nullopt;
    std::string_view text = function.substr(function.find('(') + 1);
    text.remove_suffix(1);
    Arguments arguments;
    while (true) {
        while (!text.empty() && (ascii::is_space(text.front()) || text.front() == ',' || text.front() == '/'))
            text.remove_prefix(1);
        if (text.empty()) break;
        const auto number = read_number(text);
        if (!number || arguments.count == arguments.all.size()) return std::nullopt;
        const std::string_view unit = text.substr(0, text.find_first_of(" \t\n,/"));
        if (!unit.empty() && unit != "%" && unit != "deg") return std::nullopt;
        arguments.all.at(arguments.count++) = {*number, unit == "%"};
        text.remove_prefix(unit.size());
    }
    return arguments.count >= 3 ? std::optional(arguments) : std::nullopt;
}

double alpha_of(const Arguments& arguments) {
    if (arguments.count < 4) return 1;
    const Arguments::One alpha = arguments.all[3];
    return alpha.is_percent ? alpha.number / 100 : alpha.number;
}

std::uint8_t channel(double zero_to_255) { return static_cast<std::uint8_t>(std::clamp(zero_to_255, 0.0, 255.0)); }

Color rgb(const Arguments& arguments) {
    const auto read = [](Arguments::One one) { return channel(one.is_percent ? one.number * 255 / 100 : one.number); };
    return {read(arguments.all[0]), read(arguments.all[1]), read(arguments.all[2])};
}

// CSS Color 4, section 7.1.
Color hsl(const Arguments& arguments) {
    const double hue = std::fmod(std::fmod(arguments.all[0].number, 360) + 360, 360);
    const double saturation = std::clamp(arguments.all[1].number / 100, 0.0, 1.0);
    const double lightness = std::clamp(arguments.all[2].number / 100, 0.0, 1.0);
    const auto part = [&](double n) {
        const double k = std::fmod(n + hue / 30, 12);
        const double a = saturation * std::min(lightness, 1 - lightness);
        return channel(255 * (lightness - a * std::max(-1.0, std::min({k - 3, 9 - k, 1.0}))));
    };
    return {part(0), part(8), part(4)};
}

}  // namespace

ColorValue read_css_color(std::string_view lower_case) {
    if (lower_case.starts_with('#')) return read_hex_color(lower_case.substr(1));
    const bool is_rgb = lower_case.starts_with("rgb(") || lower_case.starts_with("rgba(");
    const bool is_hsl = lower_case.starts_with("hsl(") || lower_case.starts_with("hsla(");
    if (is_rgb || is_hsl) {
        const auto arguments = read_arguments(lower_case);
        if (!arguments) return {};
        return with_alpha(is_rgb ? rgb(*arguments) : hsl(*arguments), alpha_of(*arguments));
    }
    if (lower_case == "transparent") return {Kind::clear, {}};
    if (lower_case.empty() || lower_case == "inherit" || lower_case == "currentcolor" || lower_case == "unset" ||
        lower_case == "revert")
        return {Kind::inherited, {}};
    if (const auto color = named_color(lower_case)) return {Kind::known, *color};
    return lower_case.size() == 6 ? read_hex_color(lower_case)
                                  : ColorValue{};  // "color:FFFFFF", as old programs read it
}

ColorValue read_attribute_color(std::string_view lower_case) {
    if (lower_case.empty() || lower_case == "transparent") return {Kind::inherited, {}};
    if (const auto color = named_color(lower_case)) return {Kind::known, *color};
    const bool has_sign = lower_case.starts_with('#');
    const std::string_view digits = lower_case.substr(has_sign ? 1 : 0);
    return digits.size() == 6 || (has_sign && digits.size() == 3) ? read_hex_color(digits) : ColorValue{};
}

bool is_same_to_the_eye(Color a, Color b) noexcept {
    constexpr int difference_max = 16;
    const auto near = [](int x, int y) { return std::abs(x - y) <= difference_max; };
    return near(a.red, b.red) && near(a.green, b.green) && near(a.blue, b.blue);
}

}  // namespace mugaika::sandboxed
