#include "sanitizer/sandboxed/html/html_text.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "sanitizer/sandboxed/html/html_elements.hpp"
#include "sanitizer/sandboxed/html/html_fetch.hpp"
#include "sanitizer/sandboxed/html/html_layout.hpp"
#include "sanitizer/sandboxed/html/html_link.hpp"
#include "sanitizer/sandboxed/html/html_state.hpp"
#include "sanitizer/sandboxed/html/html_style.hpp"
#include "sanitizer/sandboxed/html/html_tags.hpp"
#include "sanitizer/sandboxed/html/html_tokenizer.hpp"

namespace mugaika::sandboxed {
namespace {

using Property = HtmlStyle::Property;
using Kind = HtmlToken::Kind;

constexpr std::size_t anchor_text_bytes_max = 2048;  // looked at for false links
constexpr std::string_view picture = "[画像]";

HtmlContent content_of(HtmlTag tag) {
    switch (tag) {
        case HtmlTag::title:
        case HtmlTag::textarea:
            return HtmlContent::rcdata;
        case HtmlTag::style:
        case HtmlTag::xmp:
        case HtmlTag::iframe:
        case HtmlTag::noembed:
        case HtmlTag::noframes:
            return HtmlContent::rawtext;
        case HtmlTag::script:
            return HtmlContent::script;
        case HtmlTag::plaintext:
            return HtmlContent::plaintext;
        default:
            return HtmlContent::data;
    }
}

// How many bytes stand behind the last "<" of what might be a <style> tag; all when there is none.
std::size_t bytes_behind_last_style(std::string_view html) {
    std::size_t bytes = html.size();
    for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
        if (ascii::istarts_with(html.substr(at + 1), "style")) bytes = html.size() - at - 1;
    }
    return bytes;
}

// A rule may stand behind the text that it hides, so they are all read before. Behind the last of
// them nothing is: most pages have theirs at the top.
HtmlStyleSheet read_style_sheets(std::string_view html) {
    HtmlStyleSheet sheet;
    HtmlTokenizer tokenizer(html);
    const std::size_t behind_last = bytes_behind_last_style(tokenizer.unread());
    bool in_style = false;
    while (in_style || tokenizer.unread().size() > behind_last) {
        const HtmlToken* token = &tokenizer.next();
        if (token->kind == Kind::end) break;
        if (in_style && token->kind == Kind::text) sheet.read(token->data);
        in_style = token->kind == Kind::start_tag && html_tag(token->data) == HtmlTag::style;
        if (token->kind == Kind::start_tag) tokenizer.set_content(content_of(html_tag(token->data)));
    }
    return sheet;
}

bool is_form_part(HtmlTag tag) {
    return tag == HtmlTag::form || tag == HtmlTag::input || tag == HtmlTag::textarea || tag == HtmlTag::select ||
           tag == HtmlTag::button || tag == HtmlTag::keygen;
}

// A number attribute, as browsers read it; `otherwise` when it is none.
int number_of(const HtmlToken& token, std::string_view name, int otherwise) {
    const std::string_view text = ascii::trim(token.value_of(name));
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} ? std::clamp(number, -1000000, 1000000) : otherwise;
}

// Black on white, unless rules that we do not read say otherwise.
HtmlState page_state(const HtmlStyleSheet& sheet) {
    HtmlState state;
    state.background_known = !sheet.may_color_backgrounds();
    return state;
}

// Is it more than the stump of a last tag?
bool swallows_text(std::string_view unfinished) {
    constexpr std::size_t stump_bytes_max = 100;
    return unfinished.find('>') != std::string_view::npos || unfinished.size() > stump_bytes_max;
}

class HtmlReader {
public:
    HtmlReader(std::string_view html, LinkStyle style, const BudgetLimits& limits)
        : sheet_(read_style_sheets(html)),
          tokenizer_(html, limits.html_attributes_max),
          style_(style),
          links_max_(limits.links_max),
          elements_(limits.html_depth_max, page_state(sheet_)),
          page_(limits.text_bytes_max) {}

    HtmlText read() {
        if (sheet_.fetches()) note(Reason::remote_content_dropped);
        for (const HtmlToken* token = &tokenizer_.next(); token->kind != Kind::end && !page_.is_full();
             token = &tokenizer_.next()) {
            switch (token->kind) {
                case Kind::text:
                    on_text(token->data);
                    break;
                case Kind::start_tag:
                    on_start_tag(*token);
                    break;
                case Kind::end_tag:
                    on_end_tag(token->data);
                    break;
                case Kind::comment:
                case Kind::doctype:
                case Kind::end:
                    break;
            }
            tokenizer_.allow_cdata(elements_.state().foreign);
        }
        if (silently_dropped_ || swallows_text(tokenizer_.unfinished())) note(Reason::hidden_text_dropped);
        close_down_to(0);
        if (page_.is_full()) note(Reason::text_too_long);
        return {page_.take_text(), std::move(notes_), page_.take_words()};
    }

private:
    struct Anchor {
        std::string href;
        std::string text;
        bool seen = false;  // something of it is shown
    };

    void note(Reason reason) { add_once(notes_, reason); }

    // -- text

    void on_text(std::string_view text) {
        const HtmlState& state = elements_.state();
        if (std::exchange(skip_line_end_, false) && text.starts_with('\n')) text.remove_prefix(1);
        if (state.silent || state.hides_text() || elements_.size() >= hidden_from_) {
            if (!shows_something(text)) return;
            if (state.silent && !state.unshown) {
                silently_dropped_ = true;  // which is as it should be, if the element ends
            } else {
                note(Reason::hidden_text_dropped);
            }
            return;
        }
        page_.show(text, state.preformatted);
        if (anchors_.empty()) return;
        anchors_.back().seen = anchors_.back().seen || shows_something(text);
        add_anchor_text(text);
    }

    void add_anchor_text(std::string_view text) {
        std::string& known = anchors_.back().text;
        known += text.substr(0, anchor_text_bytes_max - std::min(known.size(), anchor_text_bytes_max));
    }

    // -- tags

    void on_start_tag(const HtmlToken& token) {
        const HtmlTag tag = html_tag(token.data);
        skip_line_end_ = false;
        if (fetches(tag, token)) note(Reason::remote_content_dropped);
        if (is_form_part(tag)) note(Reason::form_dropped);
        if (elements_.state().foreign && !leave_foreign(tag, token)) return;
        close_implied(tag);
        tokenizer_.set_content(content_of(tag));
        const bool repeated = (tag == HtmlTag::html || tag == HtmlTag::body) && elements_.is_open(tag);
        if (repeated) return;
        const HtmlStyle style = style_of(token, sheet_);
        if (style.fetches) note(Reason::remote_content_dropped);
        const HtmlState state = state_inside(elements_.state(), tag, token, style);
        has(tag, HtmlTrait::empty) ? on_empty_element(tag, token, state) : open(tag, token, style, state);
    }

    // In <svg> and <math> only a few tags of HTML mean what they say: they end it. True when this is one.
    bool leave_foreign(HtmlTag tag, const HtmlToken& token) {
        if (has(tag, HtmlTrait::breaks_out)) {
            while (elements_.state().foreign) close_top();
            return true;
        }
        HtmlElement element;
        element.name_hash = std::hash<std::string_view>{}(token.data);
        element.state = elements_.state();
        if (!token.self_closing) elements_.push(element, HtmlElements::Weight::plain);
        return false;
    }

    void on_end_tag(std::string_view name) {
        HtmlTag tag = html_tag(name);
        if (tag == HtmlTag::br) return page_.break_line();
        if (tag == HtmlTag::body || tag == HtmlTag::html) return;  // text behind them belongs to the body all the same
        if (elements_.state().foreign && tag != HtmlTag::svg && tag != HtmlTag::math) {
            const std::size_t inner = elements_.closed_by(HtmlTag::other, name);
            if (inner != HtmlElements::none) return close_down_to(inner);
            if (!elements_.is_open(tag)) return;
        }
        const std::size_t index = elements_.closed_by(tag, name);
        if (index != HtmlElements::none && elements_.forget_across_blocks(index)) return;
        const bool is_block = has(tag, HtmlTrait::block) && !has(tag, HtmlTrait::boundary);
        if (index != HtmlElements::none) return is_block ? close_block(index) : close_down_to(index);
        // Of an element past the depth; or a lone "</p>", which is a paragraph.
        if (has(tag, HtmlTrait::block)) page_.break_block(tag == HtmlTag::p ? BlockBreak::paragraph : BlockBreak::line);
    }

    void close_down_to(std::size_t size) {
        while (elements_.size() > size) close_top();
    }

    // Formatting that was not ended goes on behind the block (13.2.4.3).
    void close_block(std::size_t index) {
        const std::vector<HtmlElements::Formatting> formatting = elements_.formatting_above(index);
        close_down_to(index);
        for (const HtmlElements::Formatting& one : formatting) {
            HtmlElement element;
            element.tag = one.tag;
            element.state = with_changes(elements_.state(), one.before, one.after);
            elements_.push(element, HtmlElements::Weight::matters);
        }
    }

    bool is_above(HtmlTag tag, std::initializer_list<HtmlTag> containers) const {
        const std::size_t index = elements_.top_of(tag);
        return index != HtmlElements::none && elements_.is_in_scope(tag) &&
               std::all_of(containers.begin(), containers.end(), [&](HtmlTag container) {
                   const std::size_t below = elements_.top_of(container);
                   return below == HtmlElements::none || below < index;
               });
    }

    void close_if_above(HtmlTag tag, std::initializer_list<HtmlTag> containers) {
        if (is_above(tag, containers)) close_block(elements_.top_of(tag));
    }

    void close_in_table(std::initializer_list<HtmlTag> tags) {
        const std::size_t table = elements_.top_of(HtmlTag::table);
        if (table == HtmlElements::none) return;
        for (const HtmlTag tag : tags) {
            const std::size_t index = elements_.top_of(tag);
            if (index != HtmlElements::none && index > table) close_down_to(index);
        }
    }

    // End tags that may be left out (13.1.2.4, 13.2.6.4.7 and on).
    void close_implied(HtmlTag tag) {
        using T = HtmlTag;
        switch (tag) {
            case T::li:
                close_if_above(T::li, {T::ul, T::ol, T::menu, T::dir});
                break;
            case T::dt:
            case T::dd:
                close_if_above(T::dt, {T::dl});
                close_if_above(T::dd, {T::dl});
                break;
            case T::option:
            case T::optgroup:
                close_if_above(T::option, {T::select});
                break;
            case T::a:
                close_if_above(T::a, {});
                break;
            case T::button:
                close_if_above(T::button, {});
                break;
            case T::rb:
            case T::rt:
            case T::rtc:
            case T::rp:
                for (const T part : {T::rb, T::rt, T::rtc, T::rp}) close_if_above(part, {T::ruby});
                break;
            case T::td:
            case T::th:
                close_in_table({T::td, T::th, T::caption});
                break;
            case T::tr:
                close_in_table({T::td, T::th, T::caption, T::tr});
                break;
            case T::tbody:
            case T::thead:
            case T::tfoot:
                close_in_table({T::td, T::th, T::caption, T::tr, T::tbody, T::thead, T::tfoot});
                break;
            case T::table:
                if (is_table_without_cell()) close_down_to(elements_.top_of(T::table));
                break;
            default:
                break;
        }
        const bool keeps_paragraph =
            tag == T::option || tag == T::optgroup || tag == T::caption || tag == T::legend || tag == T::body;
        if ((has(tag, HtmlTrait::block) && !keeps_paragraph) || tag == T::hr) close_if_above(T::p, {T::button});
    }

    bool is_table_without_cell() const {
        const std::size_t table = elements_.top_of(HtmlTag::table);
        if (table == HtmlElements::none) return false;
        for (const HtmlTag part : {HtmlTag::td, HtmlTag::th, HtmlTag::caption}) {
            const std::size_t index = elements_.top_of(part);
            if (index != HtmlElements::none && index > table) return false;
        }
        return true;
    }

    // -- elements with content

    void open(HtmlTag tag, const HtmlToken& token, const HtmlStyle& style, const HtmlState& state) {
        HtmlElement element;
        element.tag = tag;
        if (tag == HtmlTag::other) element.name_hash = std::hash<std::string_view>{}(token.data);
        element.state = state;
        const bool is_box = !state.silent && !state.boxed_away;
        const bool block = style.get(Property::block).value_or(has(tag, HtmlTrait::block)) && !is_cell(tag);
        const bool paragraph = has(tag, HtmlTrait::paragraph) && !style.is(Property::close_together);
        if (is_box && block) element.block_break = paragraph ? BlockBreak::paragraph : BlockBreak::line;
        page_.break_block(element.block_break);
        if (state.foreign && token.self_closing) return;
        const bool hides = state.hides_text() && !elements_.state().hides_text();
        if (elements_.push(element, weight_of(tag, state))) {
            if (is_box) begin(tag, token);
            return;
        }
        if (hides) hidden_from_ = std::min(hidden_from_, elements_.size());
        if (tag == HtmlTag::a && token.attribute("href") != nullptr) note(Reason::links_cut);
    }

    HtmlElements::Weight weight_of(HtmlTag tag, const HtmlState& state) const {
        const bool is_plain = !has(tag, HtmlTrait::special) && state == elements_.state();
        return is_plain ? HtmlElements::Weight::plain : HtmlElements::Weight::matters;
    }

    static bool is_cell(HtmlTag tag) { return tag == HtmlTag::td || tag == HtmlTag::th || tag == HtmlTag::tr; }

    void begin(HtmlTag tag, const HtmlToken& token) {
        switch (tag) {
            case HtmlTag::h1:
            case HtmlTag::h2:
            case HtmlTag::h3:
                return begin_prefix("■ ", "");
            case HtmlTag::h4:
            case HtmlTag::h5:
            case HtmlTag::h6:
                return begin_prefix("● ", "");
            case HtmlTag::blockquote:
                return begin_prefix("> ", "> ");
            case HtmlTag::dd:
                return begin_prefix("    ", "    ");
            case HtmlTag::ul:
            case HtmlTag::menu:
            case HtmlTag::dir:
            case HtmlTag::ol:
                return begin_list(tag == HtmlTag::ol, token);
            case HtmlTag::li:
                return begin_item(token);
            case HtmlTag::a:
                return begin_anchor(token);
            case HtmlTag::rt:
            case HtmlTag::rtc:
                return begin_bracket("(");
            case HtmlTag::sup:
                return begin_bracket("^");
            case HtmlTag::q:
                return begin_quote();
            case HtmlTag::pre:
            case HtmlTag::listing:
            case HtmlTag::textarea:
                skip_line_end_ = true;
                return;
            case HtmlTag::table:
                return begin_table();
            case HtmlTag::tr:
                return begin_row();
            case HtmlTag::td:
            case HtmlTag::th:
                return begin_cell(token);
            default:
                return;
        }
    }

    void begin_prefix(const char* first, const char* rest) {
        page_.begin_prefix(first, rest);
        elements_.top().on_close(HtmlClosing::prefix);
    }

    void begin_list(bool ordered, const HtmlToken& token) {
        const int step = ordered && token.attribute("reversed") != nullptr ? -1 : 1;
        page_.begin_list(ordered, number_of(token, "start", 1), step);
        elements_.top().on_close(HtmlClosing::list);
    }

    void begin_item(const HtmlToken& token) {
        page_.begin_item(number_of(token, "value", page_.next_number()));
        elements_.top().on_close(HtmlClosing::prefix);
    }

    void begin_bracket(std::string_view literal) {
        page_.begin_bracket(literal);
        elements_.top().on_close(HtmlClosing::bracket);
    }

    void begin_quote() {
        page_.show_sign("「");
        elements_.top().on_close(HtmlClosing::quote);
    }

    void begin_anchor(const HtmlToken& token) {
        const std::string* href = token.attribute("href");
        if (href == nullptr) return;
        anchors_.push_back({*href, {}, false});
        elements_.top().on_close(HtmlClosing::anchor);
    }

    void end_anchor() {
        const Anchor anchor = std::move(anchors_.back());
        anchors_.pop_back();
        if (anchor.seen) show_target(anchor.href, anchor.text);
    }

    void show_target(std::string_view href, std::string_view text) {
        const LinkTarget target = read_link_target(href, style_);
        if (belies_target(text, target)) note(Reason::false_link);
        if (target.words.empty() || says_target(text, href, target)) return;
        if (links_shown_ >= links_max_) return note(Reason::links_cut);
        ++links_shown_;
        if (target.cut) note(Reason::links_cut);
        page_.mark("[" + target.words + "]");
    }

    // -- tables

    void begin_table() {
        if (!page_.begin_table()) return;
        tables_.push_back(elements_.size() - 1);
        elements_.top().on_close(HtmlClosing::table);
    }

    // Is the innermost open table one that is laid out as such?
    bool in_laid_out_table() const { return !tables_.empty() && tables_.back() == elements_.top_of(HtmlTag::table); }

    void begin_row() {
        if (!in_laid_out_table()) return page_.break_block(BlockBreak::line);
        page_.start_row();
        elements_.top().on_close(HtmlClosing::row);
    }

    void begin_cell(const HtmlToken& token) {
        if (!in_laid_out_table()) return page_.separate_cell();
        const auto span = [&](std::string_view name) {
            return static_cast<std::size_t>(std::max(number_of(token, name, 1), 1));
        };
        page_.begin_cell(span("colspan"), span("rowspan"));
        elements_.top().on_close(HtmlClosing::cell);
    }

    void end_table() {
        page_.end_table();
        tables_.pop_back();
    }

    // -- the end of an element

    void close_top() {
        const HtmlElement element = elements_.pop();
        if (elements_.size() < hidden_from_) hidden_from_ = HtmlElements::none;
        if (!elements_.state().silent) silently_dropped_ = false;
        if (element.closes(HtmlClosing::anchor)) end_anchor();
        if (element.closes(HtmlClosing::bracket)) page_.end_bracket();
        if (element.closes(HtmlClosing::quote)) page_.show_sign("」");
        if (element.closes(HtmlClosing::prefix)) page_.end_prefix();
        if (element.closes(HtmlClosing::list)) page_.end_list();
        if (element.closes(HtmlClosing::cell)) page_.end_cell();
        if (element.closes(HtmlClosing::row)) page_.start_row();
        if (element.closes(HtmlClosing::table)) end_table();
        page_.break_block(element.block_break);
    }

    // -- elements without content

    void on_empty_element(HtmlTag tag, const HtmlToken& token, const HtmlState& state) {
        if (state.silent || state.boxed_away) return;
        switch (tag) {
            case HtmlTag::br:
                return page_.break_line();
            case HtmlTag::hr:
                return page_.draw_rule();
            case HtmlTag::img:
            case HtmlTag::image:
                return show_picture(token, state);
            case HtmlTag::area:
                return show_area(token, state);
            case HtmlTag::input:
                return show_input(token, state);
            default:
                return;
        }
    }

    void show_picture(const HtmlToken& token, const HtmlState& state) {
        if (state.invisible) return;  // sizes and colours of text do not hide a picture
        const std::string_view source = ascii::trim(token.value_of("src"));
        std::string_view name = ascii::trim(token.value_of("alt"));
        if (ascii::istarts_with(source, "data:")) note(Reason::not_rebuilt);  // a file inside the text
        if (name.empty() && ascii::istarts_with(source, "cid:")) name = source.substr(4, source.find('@') - 4);
        if (!anchors_.empty()) anchors_.back().seen = true;
        if (shows_something(name)) {
            page_.show_sign("[画像: " + std::string(name) + "]");
            if (!anchors_.empty()) add_anchor_text(name);
        } else if (!anchors_.empty() || ascii::istarts_with(source, "data:") || ascii::istarts_with(source, "cid:")) {
            page_.show_sign(picture);  // others without a word are spacers and beacons
        }
    }

    void show_area(const HtmlToken& token, const HtmlState& state) {
        if (state.hides_text() || token.attribute("href") == nullptr) return;
        const std::string_view name = ascii::trim(token.value_of("alt"));
        page_.show_sign(shows_something(name) ? "[画像: " + std::string(name) + "]" : std::string(picture));
        show_target(token.value_of("href"), name);
    }

    void show_input(const HtmlToken& token, const HtmlState& state) {
        const std::string type = ascii::to_lower(ascii::trim(token.value_of("type")));
        if (state.hides_text() || type == "hidden" || type == "password") return;
        if (type == "checkbox" || type == "radio")
            return page_.show_sign(token.attribute("checked") != nullptr ? "[x] " : "[ ] ");
        const std::string_view value = token.value_of(type == "image" ? "alt" : "value");
        if (shows_something(value)) page_.show_sign("[" + std::string(value) + "]");
    }

    HtmlStyleSheet sheet_;
    HtmlTokenizer tokenizer_;
    LinkStyle style_;
    std::size_t links_max_;
    HtmlElements elements_;
    HtmlLayout page_;
    std::vector<std::size_t> tables_;  // where those that are laid out stand among the open elements
    std::vector<Anchor> anchors_;      // open ones; only tables can stand between two
    std::size_t links_shown_ = 0;
    std::size_t hidden_from_ = HtmlElements::none;  // from this depth on, because of an element past the depth
    bool silently_dropped_ = false;                 // text of a script or the like that has not ended yet
    bool skip_line_end_ = false;                    // the first one in <pre> is not shown
    std::vector<Reason> notes_;
};

}  // namespace

HtmlText html_to_text(std::string_view utf8_html, LinkStyle style, const BudgetLimits& limits) {
    std::string room;
    const std::string_view html = with_unix_line_ends(utf8_html.substr(0, limits.html_bytes_max), room);
    HtmlText text = HtmlReader(html, style, limits).read();
    if (utf8_html.size() > limits.html_bytes_max) add_once(text.notes, Reason::text_too_long);
    return text;
}

}  // namespace mugaika::sandboxed
