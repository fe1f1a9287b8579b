#include "sanitizer/sandboxed/html/html_state.hpp"

#include "policy/ascii.hpp"

namespace mugaika::sandboxed {
namespace {

using Property = HtmlStyle::Property;

constexpr Color link_blue{0, 0, 238};

void set_color(HtmlState& state, const ColorValue& value) {
    if (value.kind == ColorValue::Kind::inherited) return;
    state.color_known = value.kind != ColorValue::Kind::unknown;
    if (state.color_known) state.color = value.color;
}

void set_background(HtmlState& state, const ColorValue& value) {
    if (value.kind == ColorValue::Kind::inherited) return;
    state.background_known = value.kind == ColorValue::Kind::known;
    if (state.background_known) state.background = value.color;
}

ListMarker marker_of_type(std::string_view type, ListMarker otherwise) {
    return list_marker_of_type(type).value_or(otherwise);
}

void apply_tag(HtmlState& state, HtmlTag tag, const HtmlToken& start_tag) {
    if (has(tag, HtmlTrait::silent)) {
        state.silent = true;
        state.unshown = has(tag, HtmlTrait::unshown);
    }
    switch (tag) {
        case HtmlTag::svg:
        case HtmlTag::math:
            state.foreign = true;
            return;
        case HtmlTag::pre:
        case HtmlTag::listing:
        case HtmlTag::xmp:
        case HtmlTag::plaintext:
        case HtmlTag::textarea:
            state.preformatted = true;
            return;
        case HtmlTag::a:
            if (start_tag.attribute("href") != nullptr) set_color(state, {ColorValue::Kind::known, link_blue});
            return;
        case HtmlTag::dialog:
            if (start_tag.attribute("open") == nullptr) state.boxed_away = true;
            return;
        case HtmlTag::ol:
            state.marker = marker_of_type(start_tag.value_of("type"), ListMarker::decimal);
            return;
        case HtmlTag::ul:
        case HtmlTag::menu:
        case HtmlTag::dir:
            state.marker = marker_of_type(start_tag.value_of("type"), ListMarker::bullet);
            return;
        case HtmlTag::li:
            state.marker = marker_of_type(start_tag.value_of("type"), state.marker);
            return;
        case HtmlTag::other:
            // Word's drawings: the text in them stands on what is drawn.
            if (start_tag.data.starts_with("v:")) state.background_known = false;
            return;
        default:
            return;
    }
}

// Tags that change nothing by themselves.
bool is_neutral(HtmlTag tag) {
    return tag == HtmlTag::p || tag == HtmlTag::td || tag == HtmlTag::tr || tag == HtmlTag::div ||
           tag == HtmlTag::span || tag == HtmlTag::br || tag == HtmlTag::b || tag == HtmlTag::tbody;
}

bool strikes(HtmlTag tag) { return tag == HtmlTag::s || tag == HtmlTag::strike || tag == HtmlTag::del; }

void apply_attribute(HtmlState& state, HtmlTag tag, const HtmlAttribute& attribute) {
    const std::string_view name = attribute.name;
    const auto color = [&] { return read_attribute_color(ascii::to_lower(ascii::trim(attribute.value))); };
    if (name == "hidden") state.boxed_away = true;
    if (name == "bgcolor") set_background(state, color());
    if (name == (tag == HtmlTag::body ? "text" : "color")) set_color(state, color());
    if (name == "face" && tag == HtmlTag::font)
        state.symbols = symbol_font(ascii::to_lower(std::string_view(attribute.value).substr(0, 100)));
    if (name == "itemprop" || name == "itemscope") state.annotates = true;
}

void apply_style(HtmlState& state, HtmlTag tag, const HtmlStyle& style) {
    if (style.hides_box()) state.boxed_away = true;
    if (style.color) set_color(state, {ColorValue::Kind::known, *style.color});
    if (style.is(Property::unknown_color)) state.color_known = false;
    // What is lifted out of its place may stand on anything.
    if (style.is(Property::positioned) || style.is(Property::lifted)) state.background_known = false;
    if (style.background) set_background(state, {ColorValue::Kind::known, *style.background});
    if (style.is(Property::unknown_background) || style.is(Property::picture_behind)) state.background_known = false;
    state.clear_text = style.get(Property::clear_text).value_or(state.clear_text);
    state.tiny = style.get(Property::tiny).value_or(state.tiny);
    state.preformatted = style.get(Property::preformatted).value_or(state.preformatted);
    if (const auto visible = style.get(Property::visible)) state.invisible = !*visible;
    if (style.get(Property::struck).value_or(strikes(tag))) state.struck = true;
    state.word_marker = style.get(Property::word_marker).value_or(state.word_marker);
    state.symbols = style.symbols.value_or(state.symbols);
    state.marker = style.marker.value_or(state.marker);
}

HtmlState applied(const HtmlState& parent, HtmlTag tag, const HtmlToken& start_tag, const HtmlStyle& style) {
    HtmlState state = parent;
    apply_tag(state, tag, start_tag);
    bool has_picture_behind = false;
    for (const HtmlAttribute& attribute : start_tag.attributes) {
        apply_attribute(state, tag, attribute);
        has_picture_behind = has_picture_behind || attribute.name == "background";
    }
    apply_style(state, tag, style);
    if (has_picture_behind) state.background_known = false;  // whatever colour lies under it
    return state;
}

}  // namespace

HtmlState state_inside(const HtmlState& parent, HtmlTag tag, const HtmlToken& start_tag, const HtmlStyle& style,
                       const HtmlStyleSheet& sheet) {
    if (start_tag.attributes.empty() && is_neutral(tag) && style.says_nothing()) return parent;
    HtmlState state = applied(parent, tag, start_tag, style);
    if (!state.hides_text()) {
        state.maybe_shown = false;
        return state;
    }
    // In a box that may be shown, one that hides for itself is hidden again, unless it may be shown too.
    const bool may_be_shown_around = !parent.boxed_away || parent.maybe_shown;
    HtmlState around = parent;
    if (parent.maybe_shown) {
        around.boxed_away = around.invisible = around.tiny = around.clear_text = around.color_known = false;
    }
    state.maybe_shown =
        may_be_shown_around && !applied(around, tag, start_tag, possible_style_of(start_tag, sheet)).hides_text();
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
    carry(&HtmlState::maybe_shown);
    carry(&HtmlState::struck);
    carry(&HtmlState::symbols);
    carry(&HtmlState::color);
    carry(&HtmlState::color_known);
    carry(&HtmlState::background);
    carry(&HtmlState::background_known);
    return state;
}

}  // namespace mugaika::sandboxed
