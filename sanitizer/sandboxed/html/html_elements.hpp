// The open elements while HTML is read as a stream: enough of the standard's tree construction (section 13.2.6) to know
// what an end tag closes and what hides the text in it. Bounded in depth; every step takes constant time, however many
// end tags have no start.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sanitizer/sandboxed/html/html_layout.hpp"
#include "sanitizer/sandboxed/html/html_state.hpp"
#include "sanitizer/sandboxed/html/html_tags.hpp"

namespace mugaika::sandboxed {

// What is to be done when an element ends.
enum class HtmlClosing : std::uint8_t {
    prefix = 1,
    list = 2,
    anchor = 4,
    bracket = 8,
    cell = 16,
    row = 32,
    table = 64,
    quote = 128
};

struct HtmlElement {
    HtmlTag tag = HtmlTag::other;
    std::size_t name_hash = 0;
    HtmlState state;
    std::uint8_t closings = 0;
    BlockBreak block_break = BlockBreak::none;  // before and after it

    void on_close(HtmlClosing closing) { closings |= static_cast<std::uint8_t>(closing); }
    bool closes(HtmlClosing closing) const { return (closings & static_cast<std::uint8_t>(closing)) != 0; }
};

class HtmlElements {
public:
    HtmlElements(std::size_t depth_max, const HtmlState& outermost) : outermost_(outermost), depth_max_(depth_max) {
        top_of_.fill(none);
    }

    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    bool empty() const noexcept { return elements_.empty(); }
    std::size_t size() const noexcept { return elements_.size(); }
    HtmlElement& top() { return elements_.back().element; }
    const HtmlElement& at(std::size_t index) const { return elements_.at(index).element; }
    const HtmlState& state() const { return elements_.empty() ? outermost_ : elements_.back().element.state; }
    bool is_open(HtmlTag tag) const { return top_of(tag) != none; }
    // Stands it open, and no boundary between it and here?
    bool is_in_scope(HtmlTag) const;
    // Index of the topmost open element with this tag, or `none`.
    std::size_t top_of(HtmlTag tag) const { return top_of_.at(static_cast<std::size_t>(tag)); }

    // False, and only counted, when the stack is full: the element still gives its text. Half of the depth is kept for
    // those that matter, so that a heap of unclosed <b> does not cost the reader blocks, tables and links.
    enum class Weight { matters, plain };
    bool push(const HtmlElement&, Weight);
    HtmlElement pop();

    // The lowest element that this end tag closes: everything from there up is to be popped. `none` when it closes
    // nothing.
    std::size_t closed_by(HtmlTag, std::string_view name);
    // "<b><p>one</b>two</p>" is one paragraph for a browser (the adoption agency). An element that changes nothing
    // inside is forgotten without what stands in it being closed; false when there is no block in it or it matters.
    bool forget_across_blocks(std::size_t index);

    // Formatting elements that stand above `index` and change how text is shown. A browser opens them again when the
    // block around them ends without them ("<p><font color=white>one<p>two"). The outermost few, outermost first.
    struct Formatting {
        HtmlTag tag;
        HtmlState before;
        HtmlState after;
    };
    std::vector<Formatting> formatting_above(std::size_t index) const;

private:
    struct Open {
        HtmlElement element;
        std::size_t same_below = none;  // the next element with the same tag
        std::size_t boundary = 0;       // index of the nearest boundary, 0 when there is none
        std::size_t special = 0;        // index of the nearest special element
        bool forgotten = false;
    };

    HtmlState outermost_;
    std::size_t depth_max_;
    std::vector<Open> elements_;
    std::array<std::size_t, html_tag_count> top_of_{};
    std::array<std::uint32_t, html_tag_count> not_pushed_{};  // open, but past the depth
    std::uint32_t not_pushed_total_ = 0;
};

}  // namespace mugaika::sandboxed
