#include "sanitizer/sandboxed/html/html_color.hpp"

#include <array>
#include <catch2/catch.hpp>

using mugaika::sandboxed::Color;
using mugaika::sandboxed::ColorValue;
using mugaika::sandboxed::read_attribute_color;
using mugaika::sandboxed::read_css_color;
using Kind = mugaika::sandboxed::ColorValue::Kind;

namespace {

void check_known(std::string_view css, Color color) {
    CAPTURE(css);
    const ColorValue read = read_css_color(css);
    CHECK(read.kind == Kind::known);
    CHECK(read.color == color);
}

}  // namespace

TEST_CASE("AC-135 all 148 names of CSS are colours, in styles and attributes") {
    constexpr std::array names{"aliceblue",
                               "antiquewhite",
                               "aqua",
                               "aquamarine",
                               "azure",
                               "beige",
                               "bisque",
                               "black",
                               "blanchedalmond",
                               "blue",
                               "blueviolet",
                               "brown",
                               "burlywood",
                               "cadetblue",
                               "chartreuse",
                               "chocolate",
                               "coral",
                               "cornflowerblue",
                               "cornsilk",
                               "crimson",
                               "cyan",
                               "darkblue",
                               "darkcyan",
                               "darkgoldenrod",
                               "darkgray",
                               "darkgreen",
                               "darkgrey",
                               "darkkhaki",
                               "darkmagenta",
                               "darkolivegreen",
                               "darkorange",
                               "darkorchid",
                               "darkred",
                               "darksalmon",
                               "darkseagreen",
                               "darkslateblue",
                               "darkslategray",
                               "darkslategrey",
                               "darkturquoise",
                               "darkviolet",
                               "deeppink",
                               "deepskyblue",
                               "dimgray",
                               "dimgrey",
                               "dodgerblue",
                               "firebrick",
                               "floralwhite",
                               "forestgreen",
                               "fuchsia",
                               "gainsboro",
                               "ghostwhite",
                               "gold",
                               "goldenrod",
                               "gray",
                               "green",
                               "greenyellow",
                               "grey",
                               "honeydew",
                               "hotpink",
                               "indianred",
                               "indigo",
                               "ivory",
                               "khaki",
                               "lavender",
                               "lavenderblush",
                               "lawngreen",
                               "lemonchiffon",
                               "lightblue",
                               "lightcoral",
                               "lightcyan",
                               "lightgoldenrodyellow",
                               "lightgray",
                               "lightgreen",
                               "lightgrey",
                               "lightpink",
                               "lightsalmon",
                               "lightseagreen",
                               "lightskyblue",
                               "lightslategray",
                               "lightslategrey",
                               "lightsteelblue",
                               "lightyellow",
                               "lime",
                               "limegreen",
                               "linen",
                               "magenta",
                               "maroon",
                               "mediumaquamarine",
                               "mediumblue",
                               "mediumorchid",
                               "mediumpurple",
                               "mediumseagreen",
                               "mediumslateblue",
                               "mediumspringgreen",
                               "mediumturquoise",
                               "mediumvioletred",
                               "midnightblue",
                               "mintcream",
                               "mistyrose",
                               "moccasin",
                               "navajowhite",
                               "navy",
                               "oldlace",
                               "olive",
                               "olivedrab",
                               "orange",
                               "orangered",
                               "orchid",
                               "palegoldenrod",
                               "palegreen",
                               "paleturquoise",
                               "palevioletred",
                               "papayawhip",
                               "peachpuff",
                               "peru",
                               "pink",
                               "plum",
                               "powderblue",
                               "purple",
                               "rebeccapurple",
                               "red",
                               "rosybrown",
                               "royalblue",
                               "saddlebrown",
                               "salmon",
                               "sandybrown",
                               "seagreen",
                               "seashell",
                               "sienna",
                               "silver",
                               "skyblue",
                               "slateblue",
                               "slategray",
                               "slategrey",
                               "snow",
                               "springgreen",
                               "steelblue",
                               "tan",
                               "teal",
                               "thistle",
                               "tomato",
                               "turquoise",
                               "violet",
                               "wheat",
                               "white",
                               "whitesmoke",
                               "yellow",
                               "yellowgreen"};
    static_assert(names.size() == 148);
    for (const char* name : names) {
        CAPTURE(name);
        CHECK(read_css_color(name).kind == Kind::known);
        CHECK(read_attribute_color(name).kind == Kind::known);
        CHECK(read_css_color(std::string(name) + "x").kind == Kind::unknown);
    }
    check_known("gray", {128, 128, 128});
    check_known("green", {0, 128, 0});
    check_known("firebrick", {178, 34, 34});
    check_known("rebeccapurple", {102, 51, 153});
    check_known("lightgoldenrodyellow", {250, 250, 210});
}

TEST_CASE("AC-135 colours are read in every way that can be computed") {
    check_known("#fff", {255, 255, 255});
    check_known("#0a0b0c", {10, 11, 12});
    check_known("#ffff", {255, 255, 255});
    check_known("rgb(1, 2, 3)", {1, 2, 3});
    check_known("rgb(1 2 3 / 1)", {1, 2, 3});
    check_known("rgb(100%, 0%, 300%)", {255, 0, 255});
    check_known("hsl(0, 100%, 50%)", {255, 0, 0});
    check_known("hsl(120deg 100% 25%)", {0, 127, 0});
    check_known("hsl(-120, 100%, 50%)", {0, 0, 255});
    check_known("hsl(210,50%,30%)", {38, 76, 114});
    check_known("ffffff", {255, 255, 255});
    for (const auto* clear :
         {"transparent", "rgba(0,0,0,0)", "#fff0", "#ffffff00", "rgb(1 2 3 / 5%)", "hsla(0,0%,0%,0.05)"}) {
        CAPTURE(clear);
        CHECK(read_css_color(clear).kind == Kind::clear);
    }
    for (const auto* veiled : {"rgba(0,0,0,0.5)", "#00000080", "rgb(0 0 0 / 6%)"}) {
        CAPTURE(veiled);
        CHECK(read_css_color(veiled).kind == Kind::veiled);
    }
    for (const auto* inherited : {"", "inherit", "currentcolor", "unset"}) {
        CHECK(read_css_color(inherited).kind == Kind::inherited);
    }
    for (const auto* unknown : {"var(--x)", "oklch(40% 0.2 250)", "color-mix(in srgb, red, blue)", "lab(50% 0 0)",
                                "hwb(0 0% 0%)", "rgb(var(--r),0,0)", "rgb(1,2)", "rgb(calc(1+1),2,3)",
                                "hsl(1turn 50% 50%)", "#12345", "#", "nosuchcolor", "rgb(1,2,3"}) {
        CAPTURE(unknown);
        CHECK(read_css_color(unknown).kind == Kind::unknown);
    }
}

TEST_CASE("AC-135 the colour of an attribute that programs read in several ways is unknown") {
    for (const auto* unknown : {"036", "#12345", "12345", "#ff", "rgb(0,0,0)", "chucknorris", "#ffffffff"}) {
        CAPTURE(unknown);
        CHECK(read_attribute_color(unknown).kind == Kind::unknown);
    }
    CHECK(read_attribute_color("#036").color == Color{0, 0x33, 0x66});
    CHECK(read_attribute_color("003366").color == Color{0, 0x33, 0x66});
    CHECK(read_attribute_color("transparent").kind == Kind::inherited);
}
