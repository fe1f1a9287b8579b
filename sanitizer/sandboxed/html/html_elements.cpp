#include "sanitizer/sandboxed/html/html_elements.hpp"

#include <functional>

namespace mugaika::sandboxed {
namespace {

std::size_t index_of(HtmlTag tag) { return static_cast<std::size_t>(tag); }

// End tags of a table's own parts reach through its cells, but not out of it.
bool is_table_part(HtmlTag tag) {
    return tag == HtmlTag::tr || tag == HtmlTag::td || tag == HtmlTag::th || tag == HtmlTag::tbody ||
           tag == HtmlTag::thead || tag == HtmlTag::tfoot || tag == HtmlTag::caption;
}

// Those of formatting reach through blocks: browsers repair "<b><p></b>" (the adoption agency).
bool is_formatting(HtmlTag tag) {
    return tag == HtmlTag::a || tag == HtmlTag::b || tag == HtmlTag::big || tag == HtmlTag::code ||
           tag == HtmlTag::em || tag == HtmlTag::font || tag == HtmlTag::i || tag == HtmlTag::s ||
           tag == HtmlTag::small || tag == HtmlTag::strike || tag == HtmlTag::strong || tag == HtmlTag::tt ||
           tag == HtmlTag::u;
}

}  // namespace

bool HtmlElements::is_in_scope(HtmlTag tag) const {
    const std::size_t index = top_of(tag);
    return index != none && index >= elements_.back().boundary;
}

bool HtmlElements::push(const HtmlElement& element, Weight weight) {
    if (elements_.size() >= (weight == Weight::plain ? depth_max_ / 2 : depth_max_)) {
        ++not_pushed_.at(index_of(element.tag));
        ++not_pushed_total_;
        return false;
    }
    const std::size_t index = elements_.size();
    Open open;
    open.same_below = top_of(element.tag);
    open.boundary = has(element.tag, HtmlTrait::boundary) ? index : elements_.empty() ? 0 : elements_.back().boundary;
    open.special = has(element.tag, HtmlTrait::special) ? index : elements_.empty() ? 0 : elements_.back().special;
    top_of_.at(index_of(element.tag)) = index;
    open.element = element;
    elements_.push_back(open);
    return true;
}

HtmlElement HtmlElements::pop() {
    const Open open = elements_.back();
    if (!open.forgotten) top_of_.at(index_of(open.element.tag)) = open.same_below;
    elements_.pop_back();
    if (not_pushed_total_ > 0) {  // they stood inside it
        not_pushed_.fill(0);
        not_pushed_total_ = 0;
    }
    return open.element;
}

bool HtmlElements::forget_across_blocks(std::size_t index) {
    Open& open = elements_[index];
    const HtmlState& around = index == 0 ? outermost_ : elements_[index - 1].element.state;
    const bool crosses = is_formatting(open.element.tag) && index < elements_.back().special;
    if (!crosses || open.element.closings != 0 || !(open.element.state == around)) return false;
    open.forgotten = true;
    top_of_.at(index_of(open.element.tag)) = open.same_below;
    return true;
}

std::vector<HtmlElements::Formatting> HtmlElements::formatting_above(std::size_t index) const {
    constexpr std::size_t reopened_max = 8;
    std::vector<Formatting> formatting;
    for (std::size_t i = index + 1; i < elements_.size() && formatting.size() < reopened_max; ++i) {
        const HtmlElement& element = elements_[i].element;
        const HtmlState& before = elements_[i - 1].element.state;
        const bool counts = is_formatting(element.tag) && element.closings == 0 && !(element.state == before);
        if (counts) formatting.push_back({element.tag, before, element.state});
    }
    return formatting;
}

std::size_t HtmlElements::closed_by(HtmlTag tag, std::string_view name) {
    if (auto& not_pushed = not_pushed_.at(index_of(tag)); not_pushed > 0) {
        --not_pushed;
        --not_pushed_total_;
        return none;
    }
    if (elements_.empty()) return none;
    std::size_t index = top_of(tag);
    if (tag == HtmlTag::other) {
        const std::size_t hash = std::hash<std::string_view>{}(name);
        while (index != none && elements_[index].element.name_hash != hash) index = elements_[index].same_below;
    }
    if (index == none) return none;
    const Open& top = elements_.back();
    const std::size_t table = top_of(HtmlTag::table);
    if (is_table_part(tag)) return table != none && index < table ? none : index;
    if (tag != HtmlTag::table && index < top.boundary) return none;
    const bool reaches_blocks = has(tag, HtmlTrait::special) || is_formatting(tag) || has(tag, HtmlTrait::silent);
    if (!reaches_blocks && index < top.special) return none;
    return index;
}

}  // namespace mugaika::sandboxed
