#include "sanitizer/sandboxed/html/html_state.hpp"

#include "policy/ascii.hpp"

namespace mugaika::sandboxed {
namespace {

using Property = HtmlStyle::Property;

constexpr Color link_blue{0, 0, 238};

std::optional<Color> attribute_color(const HtmlToken& start_tag, std::string_view name) {
    const std::string_view color = ascii::trim(start_tag.value_of(name));
    return color.empty() ? std::nullopt : read_color(ascii::to_lower(color));
}

void apply_tag(HtmlState& state, HtmlTag tag, const HtmlToken& start_tag) {
    if (has(tag, HtmlTrait::silent)) {
        state.silent = true;
        state.unshown = has(tag, HtmlTrait::unshown);
    }
    if (tag == HtmlTag::svg || tag == HtmlTag::math) state.foreign = true;
    if (tag == HtmlTag::pre || tag == HtmlTag::listing || tag == HtmlTag::xmp || tag == HtmlTag::plaintext ||
        tag == HtmlTag::textarea) {
        state.preformatted = true;
    }
    if (tag == HtmlTag::a && start_tag.attribute("href") != nullptr) state.color = link_blue;
    if (tag == HtmlTag::dialog && start_tag.attribute("open") == nullptr) state.boxed_away = true;
}

void apply_attributes(HtmlState& state, HtmlTag tag, const HtmlToken& start_tag) {
    if (start_tag.attributes.empty()) return;  // as of most tags
    if (start_tag.attribute("hidden") != nullptr) state.boxed_away = true;
    if (start_tag.attribute("background") != nullptr) state.background_known = false;
    if (const auto color = attribute_color(start_tag, "bgcolor")) {
        state.background = *color;
        state.background_known = true;
    }
    if (const auto color = attribute_color(start_tag, tag == HtmlTag::body ? "text" : "color")) state.color = *color;
}

void apply_style(HtmlState& state, const HtmlStyle& style) {
    if (style.hides_box()) state.boxed_away = true;
    if (style.color) state.color = *style.color;
    if (style.background) {
        state.background = *style.background;
        state.background_known = true;
    }
    if (style.is(Property::unknown_background)) state.background_known = false;
    state.clear_text = style.get(Property::clear_text).value_or(state.clear_text);
    state.tiny = style.get(Property::tiny).value_or(state.tiny);
    state.preformatted = style.get(Property::preformatted).value_or(state.preformatted);
    if (const auto visible = style.get(Property::visible)) state.invisible = !*visible;
}

}  // namespace

HtmlStyle style_of(const HtmlToken& start_tag, const HtmlStyleSheet& sheet) {
    constexpr std::size_t tag_bytes_max = 64;
    const HtmlStyles ruled = sheet.styles_of(std::string_view(start_tag.data).substr(0, tag_bytes_max),
                                             start_tag.value_of("id"), start_tag.value_of("class"));
    HtmlStyle style = ruled.normal;
    if (const std::string* declarations = start_tag.attribute("style")) {
        const HtmlStyles own = read_declarations(*declarations);
        style.override_by(own.normal);
        style.override_by(ruled.important);
        style.override_by(own.important);
    } else {
        style.override_by(ruled.important);
    }
    return style;
}

HtmlState state_inside(const HtmlState& parent, HtmlTag tag, const HtmlToken& start_tag, const HtmlStyle& style) {
    HtmlState state = parent;
    apply_tag(state, tag, start_tag);
    apply_attributes(state, tag, start_tag);
    apply_style(state, style);
    return state;
}

HtmlState with_changes(HtmlState state, const HtmlState& before, const HtmlState& after) {
    const auto carry = [&](auto HtmlState::*field) {
        if (before.*field != after.*field) state.*field = after.*field;
    };
    carry(&HtmlState::boxed_away);
    carry(&HtmlState::invisible);
    carry(&HtmlState::tiny);
    carry(&HtmlState::clear_text);
    carry(&HtmlState::color);
    carry(&HtmlState::background);
    carry(&HtmlState::background_known);
    return state;
}

}  // namespace mugaika::sandboxed
