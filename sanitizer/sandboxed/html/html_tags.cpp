#include "sanitizer/sandboxed/html/html_tags.hpp"

#include <array>

#include "policy/ascii.hpp"

namespace mugaika::sandboxed {
namespace {

using T = HtmlTag;
using Traits = std::uint8_t;

constexpr Traits bit(HtmlTrait trait) { return static_cast<Traits>(trait); }
constexpr Traits plain = 0;
constexpr Traits out = bit(HtmlTrait::breaks_out);
constexpr Traits special = bit(HtmlTrait::special);
constexpr Traits boundary = bit(HtmlTrait::boundary);
constexpr Traits block = bit(HtmlTrait::block) | special;
constexpr Traits paragraph = bit(HtmlTrait::paragraph) | block;
constexpr Traits empty = bit(HtmlTrait::empty) | special;
constexpr Traits silent = bit(HtmlTrait::silent);
constexpr Traits unshown = bit(HtmlTrait::unshown) | silent;

struct Tag {
    HtmlTag tag;
    std::string_view name;
    Traits traits;
};

constexpr std::array tags{
    Tag{T::a, "a", plain},
    Tag{T::address, "address", block},
    Tag{T::applet, "applet", unshown | boundary},
    Tag{T::area, "area", empty},
    Tag{T::article, "article", block},
    Tag{T::aside, "aside", block},
    Tag{T::audio, "audio", unshown},
    Tag{T::b, "b", out},
    Tag{T::base, "base", empty},
    Tag{T::basefont, "basefont", empty},
    Tag{T::bgsound, "bgsound", empty},
    Tag{T::big, "big", out},
    Tag{T::blockquote, "blockquote", block | out},
    Tag{T::body, "body", block | out},
    Tag{T::br, "br", empty | out},
    Tag{T::button, "button", special},
    Tag{T::canvas, "canvas", unshown},
    Tag{T::caption, "caption", block | boundary},
    Tag{T::center, "center", block | out},
    Tag{T::code, "code", out},
    Tag{T::col, "col", empty},
    Tag{T::colgroup, "colgroup", special},
    Tag{T::datalist, "datalist", unshown},
    Tag{T::dd, "dd", block | out},
    Tag{T::del, "del", plain},
    Tag{T::details, "details", block},
    Tag{T::dialog, "dialog", block},
    Tag{T::dir, "dir", block},
    Tag{T::div, "div", block | out},
    Tag{T::dl, "dl", paragraph | out},
    Tag{T::dt, "dt", block | out},
    Tag{T::em, "em", out},
    Tag{T::embed, "embed", empty | out},
    Tag{T::fieldset, "fieldset", block},
    Tag{T::figcaption, "figcaption", block},
    Tag{T::figure, "figure", block},
    Tag{T::font, "font", plain},
    Tag{T::footer, "footer", block},
    Tag{T::form, "form", block},
    Tag{T::frame, "frame", empty},
    Tag{T::frameset, "frameset", special | silent},
    Tag{T::h1, "h1", paragraph | out},
    Tag{T::h2, "h2", paragraph | out},
    Tag{T::h3, "h3", paragraph | out},
    Tag{T::h4, "h4", paragraph | out},
    Tag{T::h5, "h5", paragraph | out},
    Tag{T::h6, "h6", paragraph | out},
    Tag{T::head, "head", special},
    Tag{T::header, "header", block},
    Tag{T::hgroup, "hgroup", block},
    Tag{T::hr, "hr", empty | out},
    Tag{T::html, "html", boundary},
    Tag{T::i, "i", out},
    Tag{T::iframe, "iframe", unshown},
    Tag{T::image, "image", empty},
    Tag{T::img, "img", empty | out},
    Tag{T::input, "input", empty},
    Tag{T::keygen, "keygen", empty},
    Tag{T::legend, "legend", block},
    Tag{T::li, "li", block | out},
    Tag{T::link, "link", empty},
    Tag{T::listing, "listing", paragraph | out},
    Tag{T::main, "main", block},
    Tag{T::map, "map", plain},
    Tag{T::marquee, "marquee", block},
    Tag{T::math, "math", plain},
    Tag{T::menu, "menu", block | out},
    Tag{T::meta, "meta", empty | out},
    Tag{T::nav, "nav", block},
    Tag{T::noembed, "noembed", unshown},
    Tag{T::noframes, "noframes", unshown},
    Tag{T::noscript, "noscript", block},
    Tag{T::object, "object", unshown | boundary},
    Tag{T::ol, "ol", block | out},
    Tag{T::optgroup, "optgroup", block},
    Tag{T::option, "option", block},
    Tag{T::p, "p", paragraph | out},
    Tag{T::param, "param", empty},
    Tag{T::plaintext, "plaintext", paragraph},
    Tag{T::pre, "pre", paragraph | out},
    Tag{T::q, "q", plain},
    Tag{T::rb, "rb", plain},
    Tag{T::rp, "rp", silent},
    Tag{T::rt, "rt", plain},
    Tag{T::rtc, "rtc", plain},
    Tag{T::ruby, "ruby", out},
    Tag{T::s, "s", out},
    Tag{T::script, "script", special | silent},
    Tag{T::section, "section", block},
    Tag{T::select, "select", special},
    Tag{T::small, "small", out},
    Tag{T::source, "source", empty},
    Tag{T::span, "span", out},
    Tag{T::strike, "strike", out},
    Tag{T::strong, "strong", out},
    Tag{T::style, "style", special | silent},
    Tag{T::summary, "summary", block},
    Tag{T::sup, "sup", out},
    Tag{T::svg, "svg", unshown},
    Tag{T::table, "table", block | boundary | out},
    Tag{T::tbody, "tbody", special},
    Tag{T::td, "td", special | boundary},
    Tag{T::template_, "template", unshown},
    Tag{T::textarea, "textarea", block},
    Tag{T::tfoot, "tfoot", special},
    Tag{T::th, "th", special | boundary},
    Tag{T::thead, "thead", special},
    Tag{T::title, "title", special | silent},
    Tag{T::tr, "tr", special},
    Tag{T::track, "track", empty},
    Tag{T::tt, "tt", out},
    Tag{T::u, "u", out},
    Tag{T::ul, "ul", block | out},
    Tag{T::var, "var", out},
    Tag{T::video, "video", unshown},
    Tag{T::wbr, "wbr", empty},
    Tag{T::xmp, "xmp", paragraph},
    Tag{T::other, "", plain},
};

// In the order of the enumeration, and by name for the search.
constexpr bool is_in_order() {
    for (std::size_t i = 0; i < tags.size(); ++i) {
        if (static_cast<std::size_t>(tags[i].tag) != i) return false;
        if (i > 0 && i + 1 < tags.size() && !(tags[i - 1].name < tags[i].name)) return false;
    }
    return tags.size() == html_tag_count;
}
static_assert(is_in_order());

// Where the names that begin with each letter start, and behind 'z' where they end: looked up for every tag of a page.
constexpr std::array<std::uint8_t, 27> starts_of_letters() {
    std::array<std::uint8_t, 27> starts{};
    for (std::size_t i = 0; i + 1 < tags.size(); ++i) {
        for (auto letter = static_cast<std::size_t>(tags[i].name[0] - 'a') + 1; letter < starts.size(); ++letter) {
            starts[letter] = static_cast<std::uint8_t>(i + 1);
        }
    }
    return starts;
}
constexpr std::array<std::uint8_t, 27> first_of_letter = starts_of_letters();

constexpr std::array<std::uint8_t, html_tag_count> traits_of_tags() {
    std::array<std::uint8_t, html_tag_count> traits{};
    for (std::size_t i = 0; i < tags.size(); ++i) traits[i] = tags[i].traits;
    return traits;
}

}  // namespace

constexpr std::array<std::uint8_t, html_tag_count> html_traits = traits_of_tags();

HtmlTag html_tag(std::string_view lower_case_name) noexcept {
    if (lower_case_name.empty() || !ascii::is_lower(lower_case_name.front())) return HtmlTag::other;
    const auto letter = static_cast<std::size_t>(lower_case_name.front() - 'a');
    for (std::size_t i = first_of_letter.at(letter); i < first_of_letter.at(letter + 1); ++i) {
        if (tags.at(i).name == lower_case_name) return tags.at(i).tag;
    }
    return HtmlTag::other;
}

}  // namespace mugaika::sandboxed
