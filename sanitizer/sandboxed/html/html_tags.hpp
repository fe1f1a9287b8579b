// The elements of HTML that mean something for text, and what they mean.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mugaika::sandboxed {

// clang-format off
enum class HtmlTag : std::uint8_t {
    a, address, applet, area, article, aside, audio, b, base, basefont, bgsound, big, blockquote, body, br,
    button, canvas, caption, center, code, col, colgroup, datalist, dd, del, details, dialog, dir, div, dl, dt, em,
    embed, fieldset, figcaption, figure, font, footer, form, frame, frameset, h1, h2, h3, h4, h5, h6, head,
    header, hgroup, hr, html, i, iframe, image, img, input, keygen, legend, li, link, listing, main, map,
    marquee, math, menu, meta, nav, noembed, noframes, noscript, object, ol, optgroup, option, p, param,
    plaintext, pre, q, rb, rp, rt, rtc, ruby, s, script, section, select, small, source, span, strike, strong,
    style, summary, sup, svg, table, tbody, td, template_, textarea, tfoot, th, thead, title, tr, track, tt,
    u, ul, var, video, wbr, xmp,
    other,  // inline, known by its name only
};
// clang-format on
inline constexpr std::size_t html_tag_count = static_cast<std::size_t>(HtmlTag::other) + 1;

enum class HtmlTrait : std::uint8_t {
    block = 1,         // on lines of its own
    paragraph = 2,     // with an empty line around it
    special = 4,       // the standard's "special": an end tag of an inline element does not reach through it
    boundary = 8,      // nor does any but a table's
    empty = 16,        // has no content and no end tag
    silent = 32,       // its content is no text for readers
    unshown = 64,      // silent here, but other mail programs might show it
    breaks_out = 128,  // ends <svg> and <math>
};

HtmlTag html_tag(std::string_view lower_case_name) noexcept;

extern const std::array<std::uint8_t, html_tag_count> html_traits;  // bits of HtmlTrait, by tag

inline bool has(HtmlTag tag, HtmlTrait trait) noexcept {
    return (html_traits[static_cast<std::size_t>(tag)] & static_cast<std::uint8_t>(trait)) != 0;
}

}  // namespace mugaika::sandboxed
