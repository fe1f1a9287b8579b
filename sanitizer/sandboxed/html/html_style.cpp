#include "sanitizer/sandboxed/html/html_style.hpp"

#include <algorithm>
#include <array>

#include "policy/ascii.hpp"
#include "sanitizer/sandboxed/html/html_number.hpp"

namespace mugaika::sandboxed {
namespace {

using Property = HtmlStyle::Property;

constexpr double far = 500;  // pixels; no layout of a mail is so wide that it begins there

struct Length {
    double pixels = 0;  // of a usual font where the unit is relative
    bool is_percent = false;
};

struct Unit {
    std::string_view name;
    double pixels;
};
constexpr std::array units{Unit{"", 1},    Unit{"px", 1},  Unit{"em", 16},      Unit{"rem", 16},
                           Unit{"ex", 8},  Unit{"ch", 8},  Unit{"pt", 4.0 / 3}, Unit{"mm", 3.8},
                           Unit{"cm", 38}, Unit{"pc", 16}, Unit{"in", 96}};

// Nothing where it has to be computed: calc(), var(), a share of the window.
std::optional<Length> read_length(std::string_view text) {
    const auto number = read_number(text);
    if (!number) return std::nullopt;
    const std::string_view unit = text.substr(0, text.find_first_of(" /,"));
    if (unit == "%") return Length{*number, true};
    const auto* known = std::find_if(units.begin(), units.end(), [&](const Unit& one) { return one.name == unit; });
    return known == units.end() ? std::nullopt : std::optional(Length{*number * known->pixels});
}

bool is_nothing(const std::optional<Length>& length) { return length && length->pixels <= 1 && !length->is_percent; }

// Words of a value; parentheses hold together what stands in them.
std::string_view next_word(std::string_view& text) {
    text = ascii::trim(text);
    std::size_t end = 0;
    for (int depth = 0; end < text.size(); ++end) {
        if (text[end] == '(') ++depth;
        if (text[end] == ')') --depth;
        if (depth <= 0 && ascii::is_space(text[end])) break;
    }
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end);
    return word;
}

// Words of a background that say nothing about its colour.
bool is_background_layout(std::string_view word) {
    constexpr std::array words{"repeat", "repeat-x", "repeat-y",    "no-repeat",   "space",      "round",
                               "scroll", "fixed",    "local",       "left",        "right",      "top",
                               "bottom", "center",   "padding-box", "content-box", "border-box", "cover",
                               "auto",   "none",     "contain",     "initial"};
    if (word == "/" || word.find_first_of("0123456789.") == 0 || word.starts_with('-')) return true;
    return std::find(words.begin(), words.end(), word) != words.end();
}

class DeclarationReader {
public:
    explicit DeclarationReader(HtmlStyle& style) : style_(style) {}

    void read(std::string_view name, std::string_view value) {
        if (css_fetches(value)) style_.fetches = true;
        if (name == "color") return read_text_color(value);
        if (name == "background-image") return style_.set(Property::picture_behind, is_picture(value));
        if (name == "background" || name == "background-color") return read_background(name, value);
        if (name.starts_with("font")) return read_font_property(name, value);
        if (name.starts_with("text-decoration"))
            return style_.set(Property::struck, value.find("line-through") != std::string_view::npos);
        if (name.starts_with("list-style")) return read_marker(value);
        if (name == "display") return read_display(value);
        if (name == "visibility") return style_.set(Property::visible, value != "hidden" && value != "collapse");
        if (name == "white-space")
            return style_.set(Property::preformatted, value.starts_with("pre") || value == "break-spaces");
        if (name == "opacity") return read_opacity(value);
        if (name == "mso-list") return style_.set(Property::word_marker, value == "ignore");
        if (name == "position") return style_.set(Property::positioned, value == "absolute" || value == "fixed");
        if (name.starts_with("overflow"))
            return style_.set(Property::overflow_hidden, value == "hidden" || value == "clip");
        if (name == "clip")
            return style_.set(Property::clipped, value.starts_with("rect(0") || value.starts_with("rect(1px"));
        read_measure(name, value);
    }

private:
    void read_display(std::string_view value) {
        style_.set(Property::displayed, value != "none");
        if (value != "none") style_.set(Property::block, !value.starts_with("inline") && value != "contents");
    }

    void read_font_property(std::string_view name, std::string_view value) {
        if (name == "font-size") return read_font_size(value);
        if (name == "font") return read_font(value);
        if (name == "font-family") style_.symbols = symbol_font(value);
    }

    void read_font_size(std::string_view value) {
        const auto size = read_length(value);
        if (!size) return style_.set(Property::tiny, false);  // "small", "inherit", "calc()" …
        style_.set(Property::tiny, size->is_percent ? size->pixels <= 10 : size->pixels <= 1.5);
    }

    // The size is the first word with a digit in front: "normal 0/0 a". The family stands behind it.
    void read_font(std::string_view value) {
        for (std::string_view word = next_word(value); !word.empty(); word = next_word(value)) {
            const bool is_weight = word.size() == 3 && word.ends_with("00");
            if (!read_length(word) || is_weight) continue;
            style_.symbols = symbol_font(value);
            return read_font_size(word);
        }
    }

    void read_text_color(std::string_view value) {
        const ColorValue color = read_css_color(value);
        if (color.kind == ColorValue::Kind::inherited) return;
        style_.set(Property::clear_text, color.kind == ColorValue::Kind::clear);
        style_.set(Property::unknown_color, color.kind == ColorValue::Kind::unknown);
        if (color.kind == ColorValue::Kind::known || color.kind == ColorValue::Kind::veiled) style_.color = color.color;
    }

    static bool is_picture(std::string_view value) {
        return value.find("url(") != std::string_view::npos || value.find("gradient") != std::string_view::npos ||
               value.find("image") != std::string_view::npos || value.find("var(") != std::string_view::npos;
    }

    void read_background(std::string_view name, std::string_view value) {
        if (name == "background") {
            style_.set(Property::picture_behind, is_picture(value));
            if (is_picture(value)) return;
        }
        for (std::string_view word = next_word(value); !word.empty(); word = next_word(value)) {
            if (is_background_layout(word)) continue;
            const ColorValue color = read_css_color(word);
            if (color.kind == ColorValue::Kind::known) style_.background = color.color;
            if (color.kind == ColorValue::Kind::clear || color.kind == ColorValue::Kind::inherited) continue;
            style_.set(Property::unknown_background, color.kind != ColorValue::Kind::known);
        }
    }

    void read_opacity(std::string_view value) {
        const auto opacity = read_length(value);
        style_.set(Property::transparent,
                   opacity && (opacity->is_percent ? opacity->pixels <= 5 : opacity->pixels <= 0.05));
    }

    void read_marker(std::string_view value) {
        for (std::string_view word = next_word(value); !word.empty(); word = next_word(value)) {
            if (const auto marker = list_marker(word)) style_.marker = marker;
        }
    }

    void read_measure(std::string_view name, std::string_view value) {
        const auto length = read_length(value);
        if (name == "height") return style_.set(Property::no_height, is_nothing(length));
        if (name == "width") return style_.set(Property::no_width, is_nothing(length));
        if (name == "max-height") return style_.set(Property::no_height_at_most, is_nothing(length));
        if (name == "max-width") return style_.set(Property::no_width_at_most, is_nothing(length));
        if (!length) return;
        const bool is_far = length->pixels <= -far;
        if (name == "left" || name == "top" || name == "right" || name == "bottom")
            style_.set(Property::off_screen, is_far);
        if (name == "text-indent" || name == "margin-left") style_.set(Property::outdented, is_far);
        if (name == "margin" || name == "margin-top" || name == "top")
            style_.set(Property::lifted, length->pixels <= -8);
        if (name == "margin" || name == "margin-top" || name == "margin-bottom") {
            style_.set(Property::close_together, length->pixels == 0);
        }
    }

    HtmlStyle& style_;
};

}  // namespace

void HtmlStyle::override_by(const HtmlStyle& other) {
    said_ |= other.said_;
    values_ = (values_ & ~other.said_) | other.values_;
    if (other.color) color = other.color;
    if (other.background) background = other.background;
    if (other.marker) marker = other.marker;
    if (other.symbols) symbols = other.symbols;
    fetches = fetches || other.fetches;
}

HtmlStyle HtmlStyle::showing() const {
    constexpr std::uint32_t hide_when_set =
        bit(Property::tiny) | bit(Property::transparent) | bit(Property::positioned) | bit(Property::off_screen) |
        bit(Property::outdented) | bit(Property::no_height) | bit(Property::no_height_at_most) |
        bit(Property::no_width) | bit(Property::no_width_at_most) | bit(Property::overflow_hidden) |
        bit(Property::clipped) | bit(Property::clear_text);
    constexpr std::uint32_t hide_when_not_set = bit(Property::displayed) | bit(Property::visible);
    HtmlStyle shown;
    shown.said_ = said_ & ~(values_ & hide_when_set) & ~(~values_ & hide_when_not_set);
    shown.values_ = values_ & shown.said_;
    if (color) shown.set(Property::unknown_color, true);
    if (background) shown.set(Property::unknown_background, true);
    return shown;
}

bool HtmlStyle::hides_box() const {
    const bool away = is(Property::positioned) && (is(Property::off_screen) || is(Property::clipped));
    const bool has_no_height = is(Property::no_height) || is(Property::no_height_at_most);
    const bool has_no_width = is(Property::no_width) || is(Property::no_width_at_most);
    const bool flat = is(Property::overflow_hidden) && (has_no_height || has_no_width);
    return !get(Property::displayed).value_or(true) || is(Property::transparent) || away || is(Property::outdented) ||
           flat;
}

bool HtmlStyle::is_dot() const { return is(Property::no_width) || is(Property::no_height); }

void HtmlStyles::override_by(const HtmlStyles& other) {
    normal.override_by(other.normal);
    important.override_by(other.important);
}

std::string normalized_css(std::string_view untrusted_css) {
    const std::string_view css = untrusted_css;
    std::string out;
    out.reserve(css.size());
    for (std::size_t i = 0; i < css.size();) {
        if (css.substr(i).starts_with("/*")) {
            const std::size_t end = css.find("*/", i + 2);
            i = end == std::string_view::npos ? css.size() : end + 2;
            continue;
        }
        if (css[i] != '\\') {
            out.push_back(ascii::to_lower(css[i++]));
            continue;
        }
        char32_t character = 0;
        std::size_t digits = 0;
        for (++i; i < css.size() && digits < 6 && ascii::hex_value(css[i]) >= 0; ++i, ++digits) {
            character = character * 16 + static_cast<char32_t>(ascii::hex_value(css[i]));
        }
        if (digits > 0 && i < css.size() && ascii::is_space(css[i])) ++i;
        // An escaped sign is never one of the grammar, so it may not end a declaration here either.
        const bool letter = character < 0x80 && (ascii::is_alnum(static_cast<char>(character)) || character == '-');
        if (digits > 0 && letter) out.push_back(ascii::to_lower(static_cast<char>(character)));
        if (digits > 0 && !letter) out.push_back('_');
        if (digits == 0 && i < css.size()) out.push_back(ascii::to_lower(css[i++]));
    }
    return out;
}

HtmlStyles read_normalized_declarations(std::string_view css) {
    HtmlStyles styles;
    while (!css.empty()) {
        std::size_t end = 0;
        char quote = '\0';
        for (int depth = 0; end < css.size(); ++end) {  // "url(data:a;b)" and quoted signs end nothing
            const char c = css[end];
            if (quote != '\0') {
                if (c == quote) quote = '\0';
                continue;
            }
            if (c == '"' || c == '\'') quote = c;
            if (c == '(') ++depth;
            if (c == ')') --depth;
            if (c == ';' && depth <= 0) break;
        }
        const std::string_view declaration = css.substr(0, end);
        css.remove_prefix(std::min(end + 1, css.size()));
        const std::size_t colon = declaration.find(':');
        if (colon == std::string_view::npos) continue;
        std::string_view value = ascii::trim(declaration.substr(colon + 1));
        const std::size_t mark = value.rfind('!');
        const bool important = mark != std::string_view::npos && ascii::trim(value.substr(mark + 1)) == "important";
        if (mark != std::string_view::npos) value = ascii::trim(value.substr(0, mark));
        DeclarationReader(important ? styles.important : styles.normal)
            .read(ascii::trim(declaration.substr(0, colon)), value);
    }
    return styles;
}

HtmlStyles read_declarations(std::string_view untrusted_css) {
    return read_normalized_declarations(normalized_css(untrusted_css));
}

bool css_fetches(std::string_view normalized) {
    for (std::size_t at = normalized.find("url("); at != std::string_view::npos; at = normalized.find("url(", at + 4)) {
        std::string_view target = ascii::trim(normalized.substr(at + 4, 40));
        if (target.starts_with('"') || target.starts_with('\'')) target.remove_prefix(1);
        if (target.starts_with("http") || target.starts_with("//")) return true;
    }
    return false;
}

}  // namespace mugaika::sandboxed
