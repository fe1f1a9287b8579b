// The elements of HTML that mean something for text, and what they mean.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mugaika::sandboxed {

// Traits of an element; HtmlTag's table combines them.
enum class HtmlTrait : std::uint16_t {
    inline_text = 0,
    block = 1,         // on lines of its own
    paragraph = 2,     // with an empty line around it
    special = 4,       // the standard's "special": an end tag of an inline element does not reach through it
    boundary = 8,      // nor does any but a table's
    empty = 16,        // has no content and no end tag
    silent = 32,       // its content is no text for readers
    unshown = 64,      // its content is not shown although a reader of other mail programs might see it
    breaks_out = 128,  // ends <svg> and <math>
};
constexpr HtmlTrait operator|(HtmlTrait a, HtmlTrait b) {
    return static_cast<HtmlTrait>(static_cast<std::uint16_t>(a) | static_cast<std::uint16_t>(b));
}

// name, traits. `block_` and its like are short for the common combinations, see html_tags.cpp.
#define MUGAIKA_HTML_TAGS(X)                                                                                         \
    X(a, plain_) X(address, block_) X(applet, unshown_ | HtmlTrait::boundary) X(area, empty_) X(article, block_)    \
    X(aside, block_) X(audio, unshown_) X(b, escape_) X(base, empty_) X(basefont, empty_) X(bgsound, empty_)        \
    X(big, escape_) X(blockquote, block_ | HtmlTrait::breaks_out) X(body, block_ | HtmlTrait::breaks_out)           \
    X(br, empty_ | HtmlTrait::breaks_out) X(button, HtmlTrait::special) X(canvas, unshown_)                          \
    X(caption, block_ | HtmlTrait::boundary) X(center, block_ | HtmlTrait::breaks_out) X(code, escape_)             \
    X(col, empty_) X(colgroup, HtmlTrait::special) X(datalist, unshown_) X(dd, block_ | HtmlTrait::breaks_out)      \
    X(details, block_) X(dialog, block_) X(dir, block_) X(div, block_ | HtmlTrait::breaks_out)                      \
    X(dl, paragraph_ | HtmlTrait::breaks_out) X(dt, block_ | HtmlTrait::breaks_out) X(em, escape_)                  \
    X(embed, empty_ | HtmlTrait::breaks_out) X(fieldset, block_) X(figcaption, block_) X(figure, block_)            \
    X(font, plain_) X(footer, block_) X(form, block_) X(frame, empty_) X(frameset, silent_) X(h1, heading_)         \
    X(h2, heading_) X(h3, heading_) X(h4, heading_) X(h5, heading_) X(h6, heading_) X(head, HtmlTrait::special)     \
    X(header, block_) X(hgroup, block_) X(hr, empty_ | HtmlTrait::breaks_out) X(html, HtmlTrait::boundary)          \
    X(i, escape_) X(iframe, unshown_) X(image, empty_) X(img, empty_ | HtmlTrait::breaks_out) X(input, empty_)      \
    X(keygen, empty_) X(legend, block_) X(li, block_ | HtmlTrait::breaks_out) X(link, empty_)                       \
    X(listing, paragraph_ | HtmlTrait::breaks_out) X(main, block_) X(map, plain_) X(marquee, block_)                \
    X(math, unshown_) X(menu, block_ | HtmlTrait::breaks_out) X(meta, empty_ | HtmlTrait::breaks_out)               \
    X(nav, block_) X(noembed, unshown_) X(noframes, unshown_) X(noscript, unshown_)                                 \
    X(object, unshown_ | HtmlTrait::boundary) X(ol, block_ | HtmlTrait::breaks_out) X(optgroup, block_)             \
    X(option, block_) X(p, paragraph_ | HtmlTrait::breaks_out) X(param, empty_) X(plaintext, paragraph_)            \
    X(pre, paragraph_ | HtmlTrait::breaks_out) X(q, plain_) X(rb, plain_) X(rp, HtmlTrait::silent) X(rt, plain_)    \
    X(rtc, plain_) X(ruby, escape_) X(s, escape_) X(script, silent_) X(section, block_) X(select, HtmlTrait::special) \
    X(small, escape_) X(source, empty_) X(span, escape_) X(strike, escape_) X(strong, escape_) X(style, silent_)    \
    X(summary, block_) X(sup, escape_) X(svg, unshown_) X(table, block_ | HtmlTrait::boundary | HtmlTrait::breaks_out) \
    X(tbody, HtmlTrait::special) X(td, HtmlTrait::special | HtmlTrait::boundary) X(template_, unshown_)             \
    X(textarea, block_) X(tfoot, HtmlTrait::special) X(th, HtmlTrait::special | HtmlTrait::boundary)    \
    X(thead, HtmlTrait::special) X(title, silent_) X(tr, HtmlTrait::special) X(track, empty_) X(tt, escape_)        \
    X(u, escape_) X(ul, block_ | HtmlTrait::breaks_out) X(var, escape_) X(video, unshown_) X(wbr, empty_)           \
    X(xmp, paragraph_)

enum class HtmlTag : std::uint8_t {
#define X(name, traits) name,
    MUGAIKA_HTML_TAGS(X)
#undef X
    other,  // inline, known by its name only
};

#define X(name, traits) +1
inline constexpr std::size_t html_tag_count = 1 MUGAIKA_HTML_TAGS(X);
#undef X

HtmlTag html_tag(std::string_view lower_case_name) noexcept;
bool has(HtmlTag, HtmlTrait) noexcept;

}  // namespace mugaika::sandboxed
