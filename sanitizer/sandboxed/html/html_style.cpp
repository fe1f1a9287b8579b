#include "sanitizer/sandboxed/html/html_style.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "policy/ascii.hpp"
#include "policy/utf8.hpp"

namespace mugaika::sandboxed {
namespace {

using Property = HtmlStyle::Property;

constexpr std::size_t rules_max = 500;
constexpr std::size_t sheet_bytes_max = 256u << 10;
constexpr std::size_t classes_max = 10;

struct NamedColor {
    std::string_view name;
    Color color;
};

// The sixteen of HTML 4 and the near-whites and near-blacks that texts are hidden with.
constexpr std::array named_colors{
    NamedColor{"aliceblue", {240, 248, 255}},
    NamedColor{"aqua", {0, 255, 255}},
    NamedColor{"azure", {240, 255, 255}},
    NamedColor{"beige", {245, 245, 220}},
    NamedColor{"black", {0, 0, 0}},
    NamedColor{"blue", {0, 0, 255}},
    NamedColor{"cyan", {0, 255, 255}},
    NamedColor{"darkgray", {169, 169, 169}},
    NamedColor{"floralwhite", {255, 250, 240}},
    NamedColor{"fuchsia", {255, 0, 255}},
    NamedColor{"gainsboro", {220, 220, 220}},
    NamedColor{"ghostwhite", {248, 248, 255}},
    NamedColor{"gray", {128, 128, 128}},
    NamedColor{"green", {0, 128, 0}},
    NamedColor{"grey", {128, 128, 128}},
    NamedColor{"honeydew", {240, 255, 240}},
    NamedColor{"ivory", {255, 255, 240}},
    NamedColor{"lavenderblush", {255, 240, 245}},
    NamedColor{"lightgray", {211, 211, 211}},
    NamedColor{"lightgrey", {211, 211, 211}},
    NamedColor{"lightyellow", {255, 255, 224}},
    NamedColor{"lime", {0, 255, 0}},
    NamedColor{"linen", {250, 240, 230}},
    NamedColor{"magenta", {255, 0, 255}},
    NamedColor{"maroon", {128, 0, 0}},
    NamedColor{"mintcream", {245, 255, 250}},
    NamedColor{"navy", {0, 0, 128}},
    NamedColor{"oldlace", {253, 245, 230}},
    NamedColor{"olive", {128, 128, 0}},
    NamedColor{"orange", {255, 165, 0}},
    NamedColor{"purple", {128, 0, 128}},
    NamedColor{"red", {255, 0, 0}},
    NamedColor{"seashell", {255, 245, 238}},
    NamedColor{"silver", {192, 192, 192}},
    NamedColor{"snow", {255, 250, 250}},
    NamedColor{"teal", {0, 128, 128}},
    NamedColor{"white", {255, 255, 255}},
    NamedColor{"whitesmoke", {245, 245, 245}},
    NamedColor{"window", {255, 255, 255}},
    NamedColor{"windowtext", {0, 0, 0}},
    NamedColor{"yellow", {255, 255, 0}},
};

struct Length {
    double pixels = 0;  // of a usual font where the unit is relative
    bool is_percent = false;
};

// The number that `text` begins with, and the rest behind it.
std::optional<double> read_number(std::string_view& text) {
    double number = 0;
    const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
    if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
    text = text.substr(static_cast<std::size_t>(end - text.data()));
    return number;
}

std::optional<Length> read_length(std::string_view text) {
    const auto number = read_number(text);
    if (!number) return std::nullopt;
    const std::string_view unit = text.substr(0, text.find_first_of(" /,"));
    if (unit == "%") return Length{*number, true};
    if (unit == "em" || unit == "rem") return Length{*number * 16};
    if (unit == "pt") return Length{*number * 4 / 3};
    if (unit == "mm") return Length{*number * 3.8};
    if (unit == "cm" || unit == "pc") return Length{*number * 38};
    if (unit == "in") return Length{*number * 96};
    return Length{*number};
}

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

// Without comments, with escapes resolved ("\64 isplay"), in lower case: one reading for all that follows.
std::string normalized(std::string_view css) {
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

std::optional<Color> read_hex_color(std::string_view digits) {
    if (digits.size() != 3 && digits.size() != 4 && digits.size() != 6 && digits.size() != 8) return std::nullopt;
    if (std::any_of(digits.begin(), digits.end(), [](char c) { return ascii::hex_value(c) < 0; })) return std::nullopt;
    const bool is_short = digits.size() < 6;
    const auto channel = [&](std::size_t i) {
        const int high = ascii::hex_value(digits[is_short ? i : i * 2]);
        const int low = ascii::hex_value(digits[is_short ? i : i * 2 + 1]);
        return static_cast<std::uint8_t>(high * 16 + low);
    };
    return Color{channel(0), channel(1), channel(2)};
}

// rgb(1, 2, 3), rgba(1 2 3 / 0.5); percentages too.
std::optional<Color> read_rgb(std::string_view arguments) {
    std::array<std::uint8_t, 3> channels{};
    for (std::uint8_t& channel : channels) {
        const std::size_t start = arguments.find_first_of("0123456789.-");
        if (start == std::string_view::npos) return std::nullopt;
        arguments.remove_prefix(start);
        const auto number = read_number(arguments);
        if (!number) return std::nullopt;
        const double value = arguments.starts_with('%') ? *number * 2.55 : *number;
        channel = static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
    }
    return Color{channels[0], channels[1], channels[2]};
}

// Is it a colour with nothing of it left? rgba(…, 0), #rgb0, transparent.
bool is_transparent(std::string_view value) {
    if (value == "transparent") return true;
    if (value.starts_with('#')) {
        return (value.size() == 5 && value.ends_with('0')) || (value.size() == 9 && value.ends_with("00"));
    }
    if (!value.starts_with("rgba(") && !value.starts_with("hsla(")) return false;
    const std::size_t last = value.find_last_of(",/");
    if (last == std::string_view::npos) return false;
    std::string_view alpha = ascii::trim(value.substr(last + 1));
    return read_number(alpha).value_or(1) == 0;
}

bool fetches_from(std::string_view value) {
    for (std::size_t at = value.find("url("); at != std::string_view::npos; at = value.find("url(", at + 4)) {
        std::string_view target = ascii::trim(value.substr(at + 4, 40));
        if (target.starts_with('"') || target.starts_with('\'')) target.remove_prefix(1);
        if (target.starts_with("http") || target.starts_with("//")) return true;
    }
    return false;
}

class DeclarationReader {
public:
    explicit DeclarationReader(HtmlStyle& style) : style_(style) {}

    void read(std::string_view name, std::string_view value) {
        if (fetches_from(value)) style_.fetches = true;
        if (name == "display") return read_display(value);
        if (name == "visibility") return style_.set(Property::visible, value != "hidden" && value != "collapse");
        if (name == "font-size") return read_font_size(value);
        if (name == "font") return read_font(value);
        if (name == "color") return read_text_color(value);
        if (name == "background" || name == "background-color" || name == "background-image")
            return read_background(value);
        if (name == "white-space")
            return style_.set(Property::preformatted, value.starts_with("pre") || value == "break-spaces");
        if (name == "opacity") return read_opacity(value);
        if (name == "mso-hide") return style_.set(Property::hidden_in_word, value == "all");
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

    void read_font_size(std::string_view value) {
        const auto size = read_length(value);
        if (!size) return style_.set(Property::tiny, false);  // "small", "inherit" …
        style_.set(Property::tiny, size->is_percent ? size->pixels <= 10 : size->pixels <= 1.5);
    }

    // The size is the first word with a digit in front: "normal 0/0 a".
    void read_font(std::string_view value) {
        for (std::string_view word = next_word(value); !word.empty(); word = next_word(value)) {
            const bool is_weight = word.size() == 3 && word.ends_with("00");
            if (read_length(word) && !is_weight) return read_font_size(word);
        }
    }

    void read_text_color(std::string_view value) {
        style_.set(Property::clear_text, is_transparent(value));
        if (const auto color = read_color(value)) style_.color = color;
    }

    void read_background(std::string_view value) {
        const bool picture =
            value.find("url(") != std::string_view::npos || value.find("gradient") != std::string_view::npos;
        if (picture) return style_.set(Property::unknown_background, true);
        for (std::string_view word = next_word(value); !word.empty(); word = next_word(value)) {
            const auto color = is_transparent(word) ? std::nullopt : read_color(word);
            if (!color) continue;
            style_.background = color;
            style_.set(Property::unknown_background, false);
        }
    }

    void read_opacity(std::string_view value) {
        if (const auto opacity = read_length(value)) style_.set(Property::transparent, opacity->pixels <= 0.05);
    }

    void read_measure(std::string_view name, std::string_view value) {
        constexpr double far = 500;  // no layout of a mail is so wide that it begins there
        const auto length = read_length(value);
        if (!length) return;
        const bool nothing = length->pixels <= 1 && !length->is_percent;
        if (name == "height" || name == "max-height") style_.set(Property::no_height, nothing);
        if (name == "width" || name == "max-width") style_.set(Property::no_width, nothing);
        if (name == "left" || name == "top" || name == "right" || name == "bottom") {
            style_.set(Property::off_screen, length->pixels <= -far);
        }
        if (name == "text-indent" || name == "margin-left") style_.set(Property::outdented, length->pixels <= -far);
        if (name == "margin" || name == "margin-top" || name == "margin-bottom") {
            style_.set(Property::close_together, length->pixels == 0);
        }
    }

    HtmlStyle& style_;
};

HtmlStyles read_normalized(std::string_view css) {
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

constexpr bool is_name_byte(char c) {
    return ascii::is_alnum(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// "p", ".note", "p.note", "#top", "p#top"; "*" before a class is left out. Nothing else has a key.
std::optional<std::string> rule_key(std::string_view selector) {
    if (selector.starts_with("*.") || selector.starts_with("*#")) selector.remove_prefix(1);
    if (selector.empty() || selector.size() > 200) return std::nullopt;
    std::size_t marks = 0;
    for (std::size_t i = 0; i < selector.size(); ++i) {
        if (selector[i] == '.' || selector[i] == '#') {
            if (++marks > 1 || i + 1 == selector.size()) return std::nullopt;
        } else if (!is_name_byte(selector[i])) {
            return std::nullopt;
        }
    }
    return std::string(selector);
}

// End of the block that begins at `start`, behind its closing brace.
std::size_t block_end(std::string_view css, std::size_t start) {
    int depth = 0;
    for (std::size_t i = start; i < css.size(); ++i) {
        if (css[i] == '{') ++depth;
        if (css[i] == '}' && --depth == 0) return i + 1;
    }
    return css.size();
}

void override_by(HtmlStyles& styles, const HtmlStyles& other) {
    styles.normal.override_by(other.normal);
    styles.important.override_by(other.important);
}

}  // namespace

std::optional<Color> read_color(std::string_view lower_case) {
    if (lower_case.starts_with('#')) return read_hex_color(lower_case.substr(1));
    if (lower_case.starts_with("rgb")) return read_rgb(lower_case);
    for (const NamedColor& named : named_colors) {
        if (named.name == lower_case) return named.color;
    }
    return lower_case.size() == 6 ? read_hex_color(lower_case) : std::nullopt;  // bgcolor=FFFFFF
}

bool is_same_to_the_eye(Color a, Color b) noexcept {
    constexpr int difference_max = 16;
    const auto near = [](int x, int y) { return std::abs(x - y) <= difference_max; };
    return near(a.red, b.red) && near(a.green, b.green) && near(a.blue, b.blue);
}

void HtmlStyle::override_by(const HtmlStyle& other) {
    said_ |= other.said_;
    values_ = (values_ & ~other.said_) | other.values_;
    if (other.color) color = other.color;
    if (other.background) background = other.background;
    fetches = fetches || other.fetches;
}

bool HtmlStyle::hides_box() const {
    const bool away = is(Property::positioned) && (is(Property::off_screen) || is(Property::clipped));
    const bool flat = is(Property::overflow_hidden) && (is(Property::no_height) || is(Property::no_width));
    return !get(Property::displayed).value_or(true) || is(Property::transparent) || is(Property::hidden_in_word) ||
           away || is(Property::outdented) || flat;
}

HtmlStyles read_declarations(std::string_view untrusted_css) { return read_normalized(normalized(untrusted_css)); }

void HtmlStyleSheet::read(std::string_view untrusted_css) {
    const std::string css = normalized(untrusted_css.substr(0, sheet_bytes_max - std::min(bytes_, sheet_bytes_max)));
    bytes_ += css.size();
    std::string_view rest(css);
    while (rules_.size() < rules_max) {
        rest = ascii::trim(rest);
        for (const std::string_view comment_sign : {"<!--", "-->"}) {
            if (rest.starts_with(comment_sign)) rest.remove_prefix(comment_sign.size());
        }
        rest = ascii::trim(rest);
        if (rest.empty()) return;
        const std::size_t stop = rest.find_first_of("{;");
        if (stop == std::string_view::npos) return;
        if (rest.starts_with('@') && rest[stop] == ';') {
            fetches_ = fetches_ || rest.starts_with("@import");
            rest.remove_prefix(stop + 1);
            continue;
        }
        const std::size_t open = rest.find('{');
        if (open == std::string_view::npos) return;
        const std::size_t end = block_end(rest, open);
        const std::string_view block = rest.substr(open + 1, end - open - 1);
        if (rest.starts_with('@')) {
            fetches_ = fetches_ || fetches_from(block);
            unread_background_ = unread_background_ || block.find("background") != std::string_view::npos;
        } else {
            read_rule(rest.substr(0, open), block.substr(0, block.find_first_of("{}")));
        }
        rest.remove_prefix(end);
    }
}

void HtmlStyleSheet::read_rule(std::string_view selectors, std::string_view block) {
    const HtmlStyles styles = read_normalized(block);
    fetches_ = fetches_ || styles.normal.fetches || styles.important.fetches;
    while (!selectors.empty() && rules_.size() < rules_max) {
        const std::size_t end = std::min(selectors.find(','), selectors.size());
        if (const auto key = rule_key(ascii::trim(selectors.substr(0, end)))) {
            override_by(rules_[*key], styles);
        } else {
            unread_background_ = unread_background_ || block.find("background") != std::string_view::npos;
        }
        selectors.remove_prefix(std::min(end + 1, selectors.size()));
    }
}

HtmlStyles HtmlStyleSheet::styles_of(std::string_view tag, std::string_view id, std::string_view classes) const {
    HtmlStyles styles;
    if (rules_.empty()) return styles;
    const auto apply = [&](std::string_view key) {
        if (const auto rule = rules_.find(key); rule != rules_.end()) override_by(styles, rule->second);
    };
    const auto apply_both = [&](char mark, std::string_view name) {
        const std::string key = mark + ascii::to_lower(name.substr(0, 200));
        apply(key);
        apply(std::string(tag) + key);
    };
    apply(tag);
    for (std::size_t i = 0; i < classes_max; ++i) {
        const std::string_view name = next_word(classes);
        if (name.empty()) break;
        apply_both('.', name);
    }
    if (!id.empty()) apply_both('#', id);
    return styles;
}

}  // namespace mugaika::sandboxed
