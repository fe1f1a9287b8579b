#include "sanitizer/sandboxed/html/html_style.hpp"

#include <catch2/catch.hpp>

using mugaika::sandboxed::HtmlStyle;
using mugaika::sandboxed::read_declarations;
using Property = mugaika::sandboxed::HtmlStyle::Property;

namespace {

HtmlStyle style(std::string_view css) { return read_declarations(css).normal; }

}  // namespace

TEST_CASE("AC-135 a font too small to see is tiny in every unit, one that can be seen is not") {
    for (const auto* tiny : {"0", "1px", "1.5px", "0.09em", "0.09rem", "1pt", "0.3mm", "0%", "1%", "10%"}) {
        CAPTURE(tiny);
        CHECK(style("font-size:" + std::string(tiny)).is(Property::tiny));
        CHECK(style("font:" + std::string(tiny) + " serif").is(Property::tiny));
    }
    for (const auto* seen : {"2px", "1em", "0.5rem", "2pt", "11%", "80%", "small", "inherit"}) {
        CAPTURE(seen);
        CHECK_FALSE(style("font-size:" + std::string(seen)).is(Property::tiny));
    }
}

TEST_CASE("AC-135 what is nearly transparent is not seen, what is faint is") {
    for (const auto* opacity : {"0", "0.0", "0.01", "0.05", ".02"}) {
        CAPTURE(opacity);
        CHECK(style("opacity:" + std::string(opacity)).hides_box());
    }
    for (const auto* opacity : {"0.06", "0.5", "1"}) {
        CAPTURE(opacity);
        CHECK_FALSE(style("opacity:" + std::string(opacity)).hides_box());
    }
}

TEST_CASE("AC-135 a box is hidden by clipping and by its place only when it is taken out of the flow") {
    for (const auto* away : {"clip:rect(0,0,0,0)", "clip:rect(0 0 0 0)", "clip:rect(1px,1px,1px,1px)", "left:-9999px",
                             "top:-600px", "right:-5000px"}) {
        CAPTURE(away);
        CHECK(style("position:absolute;" + std::string(away)).hides_box());
        CHECK(style(std::string(away) + ";position:fixed").hides_box());
        CHECK_FALSE(style(away).hides_box());
        CHECK_FALSE(style("position:relative;" + std::string(away)).hides_box());
    }
    CHECK_FALSE(style("position:absolute;clip:auto").hides_box());
    CHECK_FALSE(style("position:absolute;clip:rect(5px,100px,100px,5px)").hides_box());
}
