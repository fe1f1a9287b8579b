#include "sanitizer/sandboxed/html/html_style_sheet.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "policy/ascii.hpp"
#include "sanitizer/sandboxed/html/html_content.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t rules_max = 500;
constexpr std::size_t sheet_bytes_max = 256u << 10;
constexpr std::size_t classes_max = 10;
constexpr std::size_t name_bytes_max = 200;
constexpr std::size_t tag_bytes_max = 64;
constexpr int at_rules_deep_max = 8;

constexpr bool is_name_byte(char c) {
    return ascii::is_alnum(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// "p", ".note", "p.note", "#top", "p#top"; "*" before a class is left out. Nothing else has a key.
std::optional<std::string> rule_key(std::string_view selector) {
    if (selector.starts_with("*.") || selector.starts_with("*#")) selector.remove_prefix(1);
    if (selector.empty() || selector.size() > name_bytes_max) return std::nullopt;
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

// The part of a selector that speaks of the element itself: behind the last combinator.
std::string_view last_compound(std::string_view selector) {
    std::size_t start = 0;
    int depth = 0;
    for (std::size_t i = 0; i < selector.size(); ++i) {
        const char c = selector[i];
        if (c == '(' || c == '[') ++depth;
        if (c == ')' || c == ']') --depth;
        if (depth <= 0 && (ascii::is_space(c) || c == '>' || c == '+' || c == '~')) start = i + 1;
    }
    return selector.substr(start);
}

std::string_view name_at(std::string_view text) {
    return text.substr(
        0, static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_name_byte) - text.begin()));
}

// The value of "[class~=x]" or "[id='x']", with its sign in front.
std::optional<std::string> attribute_key(std::string_view compound) {
    for (const auto& [name, sign] : {std::pair("[class", '.'), std::pair("[id", '#')}) {
        const std::size_t at = compound.find(name);
        if (at == std::string_view::npos) continue;
        const std::string_view rest = compound.substr(at);
        const std::size_t value = rest.find('=');
        if (value == std::string_view::npos || rest[value - 1] == '*' || rest[value - 1] == '^' ||
            rest[value - 1] == '$')
            return "*";
        const std::size_t start = rest.find_first_not_of("\"' ", value + 1);
        if (start == std::string_view::npos) return "*";
        return sign + std::string(name_at(rest.substr(start)));
    }
    return std::nullopt;
}

// One of the names that an element must have for the selector to mean it: more elements than it means may have it.
// Nothing for what is never an element of the page.
std::optional<std::string> possible_key(std::string_view selector) {
    const std::string_view compound = last_compound(selector).substr(0, name_bytes_max);
    if (compound.find("::") != std::string_view::npos || compound.find(":before") != std::string_view::npos ||
        compound.find(":after") != std::string_view::npos)
        return std::nullopt;
    const std::string_view own = compound.substr(0, compound.find_first_of(":["));
    for (const char sign : {'#', '.'}) {
        const std::size_t at = own.rfind(sign);
        if (at != std::string_view::npos) return sign + std::string(name_at(own.substr(at + 1)));
    }
    if (auto key = attribute_key(compound)) return key;
    const std::string_view tag = name_at(own);
    return tag.empty() ? "*" : std::string(tag);
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

struct Rule {
    std::string_view head;  // selectors, or "@media …"
    std::string_view block;
};

// The next rule of `css`, which is left with the rest behind it; nothing at the end. A head without a block has none.
std::optional<Rule> next_rule(std::string_view& css) {
    css = ascii::trim(css);
    for (const std::string_view comment_sign : {"<!--", "-->"}) {
        if (css.starts_with(comment_sign)) css.remove_prefix(comment_sign.size());
    }
    css = ascii::trim(css);
    if (css.empty()) return std::nullopt;
    const std::size_t stop = css.find_first_of("{;");
    if (stop == std::string_view::npos) return std::nullopt;
    if (css.front() == '@' && css[stop] == ';') {
        const std::string_view head = css.substr(0, stop);
        css.remove_prefix(stop + 1);
        return Rule{head, {}};
    }
    const std::size_t open = css.find('{', stop);
    if (open == std::string_view::npos) return std::nullopt;
    const std::size_t end = block_end(css, open);
    const Rule rule{css.substr(0, open), css.substr(open + 1, end - open - 1)};
    css.remove_prefix(end);
    return rule;
}

// Rules whose blocks hold rules for elements.
bool holds_rules(std::string_view at_rule) {
    constexpr std::array heads{"@media", "@supports", "@layer", "@container", "@scope", "@document", "@-moz-document"};
    return std::any_of(heads.begin(), heads.end(), [&](std::string_view head) { return at_rule.starts_with(head); });
}

std::string_view next_class(std::string_view& classes) {
    classes = ascii::trim(classes);
    const auto* const end = std::find_if(classes.begin(), classes.end(), ascii::is_space);
    const std::string_view name = classes.substr(0, static_cast<std::size_t>(end - classes.begin()));
    classes.remove_prefix(name.size());
    return name;
}

HtmlStyles matching(const auto& rules, std::string_view tag, std::string_view id, std::string_view classes) {
    HtmlStyles styles;
    if (rules.empty()) return styles;
    const auto apply = [&](std::string_view key) {
        if (const auto rule = rules.find(key); rule != rules.end()) styles.override_by(rule->second);
    };
    const auto apply_both = [&](char mark, std::string_view name) {
        const std::string key = mark + ascii::to_lower(name.substr(0, name_bytes_max));
        apply(key);
        apply(std::string(tag) + key);
    };
    apply(tag);
    for (std::size_t i = 0; i < classes_max; ++i) {
        const std::string_view name = next_class(classes);
        if (name.empty()) break;
        apply_both('.', name);
    }
    if (!id.empty()) apply_both('#', id);
    return styles;
}

// What rules say, with the style attribute at its place among them.
HtmlStyle cascaded(const HtmlStyles& ruled, const std::string* declarations) {
    HtmlStyle style = ruled.normal;
    if (declarations == nullptr) {
        style.override_by(ruled.important);
        return style;
    }
    const HtmlStyles own = read_declarations(*declarations);
    style.override_by(own.normal);
    style.override_by(ruled.important);
    style.override_by(own.important);
    return style;
}

// How many bytes stand behind the last "<" of what might be a <style> tag; all when there is none.
std::size_t bytes_behind_last_style(std::string_view html) {
    std::size_t bytes = html.size();
    for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
        if (ascii::istarts_with(html.substr(at + 1), "style")) bytes = html.size() - at - 1;
    }
    return bytes;
}

}  // namespace

void HtmlStyleSheet::read(std::string_view untrusted_css) {
    const std::string css =
        normalized_css(untrusted_css.substr(0, sheet_bytes_max - std::min(bytes_, sheet_bytes_max)));
    bytes_ += css.size();
    std::string_view rest(css);
    while (rules_.size() < rules_max) {
        const auto rule = next_rule(rest);
        if (!rule) return;
        if (!rule->head.starts_with('@')) {
            read_rule(rule->head, rule->block.substr(0, rule->block.find_first_of("{}")));
            continue;
        }
        fetches_ = fetches_ || rule->head.starts_with("@import") || css_fetches(rule->block);
        unread_background_ = unread_background_ || rule->block.find("background") != std::string_view::npos;
        if (holds_rules(rule->head)) set_aside_.append(rule->block).append("\n");
    }
}

void HtmlStyleSheet::read_rule(std::string_view selectors, std::string_view block) {
    const HtmlStyles styles = read_normalized_declarations(block);
    fetches_ = fetches_ || styles.normal.fetches || styles.important.fetches;
    const std::size_t set_aside_before = set_aside_.size();
    while (!selectors.empty() && rules_.size() < rules_max) {
        const std::size_t end = std::min(selectors.find(','), selectors.size());
        const std::string_view selector = ascii::trim(selectors.substr(0, end));
        if (const auto key = rule_key(selector)) {
            rules_[*key].override_by(styles);
        } else {
            set_aside_.append(selector).append(",");
        }
        selectors.remove_prefix(std::min(end + 1, selectors.size()));
    }
    if (set_aside_.size() == set_aside_before) return;
    set_aside_.append("{").append(block).append("}\n");
    unread_background_ = unread_background_ || block.find("background") != std::string_view::npos;
}

HtmlStyleSheet::Rules HtmlStyleSheet::read_possible(std::string_view css) {
    Rules rules;
    std::vector<std::string_view> open{css};
    while (!open.empty() && rules.size() < rules_max) {
        const auto rule = next_rule(open.back());
        if (!rule) {
            open.pop_back();
            continue;
        }
        if (rule->head.starts_with('@')) {
            if (holds_rules(rule->head) && open.size() < at_rules_deep_max) open.push_back(rule->block);
            continue;
        }
        HtmlStyles styles = read_normalized_declarations(rule->block.substr(0, rule->block.find_first_of("{}")));
        styles = {styles.normal.showing(), styles.important.showing()};
        std::string_view selectors = rule->head;
        while (!selectors.empty() && rules.size() < rules_max) {
            const std::size_t end = std::min(selectors.find(','), selectors.size());
            const std::string_view selector = ascii::trim(selectors.substr(0, end));
            if (!selector.empty()) {
                if (const auto key = possible_key(selector)) rules[*key].override_by(styles);
            }
            selectors.remove_prefix(std::min(end + 1, selectors.size()));
        }
    }
    return rules;
}

HtmlStyles HtmlStyleSheet::styles_of(std::string_view tag, std::string_view id, std::string_view classes) const {
    return matching(rules_, tag, id, classes);
}

HtmlStyles HtmlStyleSheet::possible_styles_of(std::string_view tag, std::string_view id,
                                              std::string_view classes) const {
    if (set_aside_.empty()) return {};
    if (!possible_) possible_ = read_possible(set_aside_);
    HtmlStyles styles;
    if (const auto all = possible_->find("*"); all != possible_->end()) styles.override_by(all->second);
    styles.override_by(matching(*possible_, tag, id, classes));
    return styles;
}

HtmlStyleSheet read_style_sheets(std::string_view html) {
    HtmlStyleSheet sheet;
    HtmlTokenizer tokenizer(html);
    const std::size_t behind_last = bytes_behind_last_style(tokenizer.unread());
    bool in_style = false;
    while (in_style || tokenizer.unread().size() > behind_last) {
        const HtmlToken* token = &tokenizer.next();
        if (token->kind == HtmlToken::Kind::end) break;
        if (in_style && token->kind == HtmlToken::Kind::text) sheet.read(token->data);
        in_style = token->kind == HtmlToken::Kind::start_tag && html_tag(token->data) == HtmlTag::style;
        if (token->kind == HtmlToken::Kind::start_tag) tokenizer.set_content(content_of(html_tag(token->data)));
    }
    return sheet;
}

HtmlStyle style_of(const HtmlToken& start_tag, const HtmlStyleSheet& sheet) {
    const HtmlStyles ruled = sheet.styles_of(std::string_view(start_tag.data).substr(0, tag_bytes_max),
                                             start_tag.value_of("id"), start_tag.value_of("class"));
    return cascaded(ruled, start_tag.attribute("style"));
}

HtmlStyle possible_style_of(const HtmlToken& start_tag, const HtmlStyleSheet& sheet) {
    const std::string_view tag = std::string_view(start_tag.data).substr(0, tag_bytes_max);
    HtmlStyles ruled = sheet.styles_of(tag, start_tag.value_of("id"), start_tag.value_of("class"));
    ruled.override_by(sheet.possible_styles_of(tag, start_tag.value_of("id"), start_tag.value_of("class")));
    return cascaded(ruled, start_tag.attribute("style"));
}

}  // namespace mugaika::sandboxed
