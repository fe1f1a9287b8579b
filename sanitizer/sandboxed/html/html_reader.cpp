#include "sanitizer/sandboxed/html/html_reader.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/html/html_content.hpp"
#include "sanitizer/sandboxed/html/html_fetch.hpp"
#include "sanitizer/sandboxed/html/html_form.hpp"
#include "sanitizer/sandboxed/html/html_link.hpp"
#include "sanitizer/sandboxed/html/html_picture.hpp"

namespace mugaika::sandboxed {
namespace {

using Property = HtmlStyle::Property;
using Kind = HtmlToken::Kind;

constexpr std::size_t anchor_text_bytes_max = 2048;  // looked at for false links
constexpr std::string_view hidden_page = "［この文章は、画面に見えない文字で書かれています］";

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

bool is_cell(HtmlTag tag) { return tag == HtmlTag::td || tag == HtmlTag::th || tag == HtmlTag::tr; }

TextMark mark_of(const HtmlState& state) { return state.struck ? TextMark::struck : TextMark::none; }

}  // namespace

HtmlReader::HtmlReader(std::string_view html, const HtmlStyleSheet& sheet, LinkStyle style, const BudgetLimits& limits,
                       const HiddenVerdict* verdict)
    : sheet_(sheet),
      tokenizer_(html, limits.html_attributes_max),
      style_(style),
      links_max_(limits.links_max),
      verdict_(verdict),
      elements_(limits.html_depth_max, page_state(sheet_)),
      page_(limits.text_bytes_max) {
    if (verdict_ == nullptr) return;
    marked_letters_left_ = verdict_->letters_max;
    if (!verdict_->is_whole_page) return;
    page_.show_sign(hidden_page);
    page_.break_block(BlockBreak::line);
}

void HtmlReader::read() {
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
                on_comment(token->data);
                break;
            case Kind::doctype:
            case Kind::end:
                break;
        }
        tokenizer_.allow_cdata(elements_.state().foreign);
    }
    if (silently_dropped_ || swallows_text(tokenizer_.unfinished())) note(Reason::hidden_text_dropped);
    close_down_to(0);
    if (page_.is_full()) note(Reason::text_too_long);
}

void HtmlReader::note(Reason reason) { add_once(notes_, reason); }

// ---- text

bool HtmlReader::is_hidden(const HtmlState& state) const {
    return state.silent || state.hides_text() || elements_.size() >= hidden_from_;
}

// Of text that is hidden in that way from here on.
HiddenFate HtmlReader::fate_of(const HtmlState& state) const {
    return verdict_ == nullptr ? HiddenFate::dropped : verdict_->fate_of(hidden_.run_of(state));
}

void HtmlReader::on_text(std::string_view text) {
    const HtmlState& state = elements_.state();
    if (std::exchange(skip_line_end_, false) && text.starts_with('\n')) text.remove_prefix(1);
    if (is_hidden(state)) return on_hidden_text(text, state);
    hidden_.on_shown(text);
    show(text, state);
}

void HtmlReader::on_hidden_text(std::string_view text, const HtmlState& state) {
    if (!shows_something(text)) {
        if (!state.silent && fate_of(state) != HiddenFate::dropped) page_.show(text, false, TextMark::none);
        return;
    }
    if (state.silent && !state.unshown) {
        silently_dropped_ = true;  // which is as it should be, if the element ends
        if (in_program_) note(Reason::script_dropped);
        return;
    }
    const HiddenFate fate = fate_of(state);
    hidden_.on_hidden(text, state);
    if (fate == HiddenFate::shown) show(text, state);
    if (fate == HiddenFate::marked) show_marked(text);
}

void HtmlReader::show(std::string_view text, const HtmlState& state) {
    std::string in_font;
    if (state.symbols != SymbolFont::none) text = in_font = in_symbol_font(text, state.symbols);
    if (state.word_marker) {  // with any number of hard blanks behind it, and "o" for a circle
        if (!shows_something(text)) text = " ";
        if (ascii::trim(text) == "o") text = "○";
    }
    page_.show(text, state.preformatted, mark_of(state));
    if (anchors_.empty()) return;
    anchors_.back().seen = anchors_.back().seen || shows_something(text);
    add_anchor_text(text);
}

void HtmlReader::show_marked(std::string_view text) {
    const std::size_t letters = count_letters(text);
    if (letters > marked_letters_left_) text = utf8::cut(text, marked_letters_left_);
    marked_letters_left_ -= std::min(letters, marked_letters_left_);
    page_.show(text, false, TextMark::hidden);
}

void HtmlReader::show_sign(std::string_view sign) {
    hidden_.on_break();
    page_.show_sign(sign);
}

void HtmlReader::add_anchor_text(std::string_view text) {
    std::string& known = anchors_.back().text;
    known += text.substr(0, anchor_text_bytes_max - std::min(known.size(), anchor_text_bytes_max));
}

void HtmlReader::break_block(BlockBreak block_break) {
    if (block_break != BlockBreak::none) hidden_.on_break();
    page_.break_block(block_break);
}

void HtmlReader::break_line() {
    hidden_.on_break();
    page_.break_line();
}

// ---- tags

// Word's drawings stand in comments that only Word reads. What stands behind one may stand on it there.
void HtmlReader::on_comment(std::string_view comment) {
    if (!elements_.empty() && comment.find("<v:") != std::string_view::npos)
        elements_.top().state.background_known = false;
}

void HtmlReader::note_what_goes(HtmlTag tag, const HtmlToken& token) {
    in_program_ = false;
    if (!token.attributes.empty() && fetches(tag, token)) note(Reason::remote_content_dropped);
    switch (tag) {
        case HtmlTag::input:
        case HtmlTag::textarea:
            if (asks_for_secret(tag, token, page_.last_words())) note(Reason::form_dropped);
            return;
        case HtmlTag::iframe:
        case HtmlTag::frame:
        case HtmlTag::embed:
        case HtmlTag::object:
            if (holds_page(tag, token)) note(Reason::frame_dropped);
            return;
        case HtmlTag::script:
            in_program_ = is_program(token);
            if (in_program_ && token.attribute("src") != nullptr) note(Reason::script_dropped);
            return;
        default:
            return;
    }
}

void HtmlReader::on_start_tag(const HtmlToken& token) {
    const HtmlTag tag = html_tag(token.data);
    skip_line_end_ = false;
    note_what_goes(tag, token);
    if (elements_.state().foreign && !leave_foreign(tag, token)) return;
    close_implied(tag, elements_, *this);
    tokenizer_.set_content(content_of(tag));
    const bool repeated = (tag == HtmlTag::html || tag == HtmlTag::body) && elements_.is_open(tag);
    if (repeated) return;
    const HtmlStyle style = style_of(token, sheet_);
    if (style.fetches) note(Reason::remote_content_dropped);
    const HtmlState state = state_inside(elements_.state(), tag, token, style, sheet_);
    has(tag, HtmlTrait::empty) ? on_empty_element(tag, token, style, state) : open(tag, token, style, state);
}

// In <svg> and <math> only a few tags of HTML mean what they say: they end it. True when this is one.
bool HtmlReader::leave_foreign(HtmlTag tag, const HtmlToken& token) {
    if (has(tag, HtmlTrait::breaks_out)) {
        while (elements_.state().foreign) close_top();
        return true;
    }
    HtmlElement element;
    element.name_hash = std::hash<std::string_view>{}(token.data);
    element.state = elements_.state();
    const bool is_name = elements_.state().silent && (token.data == "title" || token.data == "desc");  // of a drawing
    const bool is_source = token.data == "annotation" || token.data == "annotation-xml";               // of a formula
    if (is_name || is_source) {
        element.state.silent = true;
        element.state.unshown = false;
    }
    if (!token.self_closing) elements_.push(element, HtmlElements::Weight::plain);
    return false;
}

void HtmlReader::on_end_tag(std::string_view name) {
    const HtmlTag tag = html_tag(name);
    if (tag == HtmlTag::br) return break_line();
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
    if (has(tag, HtmlTrait::block)) break_block(tag == HtmlTag::p ? BlockBreak::paragraph : BlockBreak::line);
}

void HtmlReader::close_down_to(std::size_t size) {
    while (elements_.size() > size) close_top();
}

// Formatting that was not ended goes on behind the block (13.2.4.3).
void HtmlReader::close_block(std::size_t index) {
    const std::vector<HtmlElements::Formatting> formatting = elements_.formatting_above(index);
    close_down_to(index);
    for (const HtmlElements::Formatting& one : formatting) {
        HtmlElement element;
        element.tag = one.tag;
        element.state = with_changes(elements_.state(), one.before, one.after);
        elements_.push(element, HtmlElements::Weight::matters);
    }
}

void HtmlReader::close_top() {
    const HtmlElement element = elements_.pop();
    if (elements_.size() < hidden_from_) hidden_from_ = HtmlElements::none;
    if (!elements_.state().silent) silently_dropped_ = false;
    if (element.closes(HtmlClosing::anchor)) end_anchor();
    if (element.closes(HtmlClosing::bracket)) page_.end_bracket();
    if (element.closes(HtmlClosing::quote)) show_sign("」");
    if (element.closes(HtmlClosing::prefix)) page_.end_prefix();
    if (element.closes(HtmlClosing::list)) page_.end_list();
    if (element.closes(HtmlClosing::cell)) page_.end_cell();
    if (element.closes(HtmlClosing::row)) page_.start_row();
    if (element.closes(HtmlClosing::table)) end_table();
    break_block(element.block_break);
}

// ---- elements with content

void HtmlReader::open(HtmlTag tag, const HtmlToken& token, const HtmlStyle& style, const HtmlState& state) {
    HtmlElement element;
    element.tag = tag;
    if (tag == HtmlTag::other) element.name_hash = std::hash<std::string_view>{}(token.data);
    element.state = state;
    const HiddenFate fate = state.boxed_away || state.unshown ? fate_of(state) : HiddenFate::shown;
    const bool is_silent = state.silent && !(state.unshown && fate == HiddenFate::shown);
    const bool is_box = !is_silent && fate == HiddenFate::shown;
    const bool block = style.get(Property::block).value_or(has(tag, HtmlTrait::block)) && !is_cell(tag);
    const bool paragraph = has(tag, HtmlTrait::paragraph) && !style.is(Property::close_together);
    if (!is_silent && fate != HiddenFate::dropped && block)
        element.block_break = paragraph ? BlockBreak::paragraph : BlockBreak::line;
    if (fate == HiddenFate::marked && is_cell(tag) && !in_laid_out_table()) page_.separate_cell();
    break_block(element.block_break);
    if (state.foreign && token.self_closing) return;
    const bool hides = state.hides_text() && !elements_.state().hides_text();
    const bool is_plain = !has(tag, HtmlTrait::special) && state == elements_.state();
    if (elements_.push(element, is_plain ? HtmlElements::Weight::plain : HtmlElements::Weight::matters)) {
        if (is_box || (fate == HiddenFate::marked && is_cell(tag) && in_laid_out_table())) begin(tag, token, state);
        return;
    }
    if (hides) hidden_from_ = std::min(hidden_from_, elements_.size());
    if (tag == HtmlTag::a && token.attribute("href") != nullptr) note(Reason::links_cut);
}

void HtmlReader::begin(HtmlTag tag, const HtmlToken& token, const HtmlState& state) {
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
            return begin_item(token, state.marker);
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
            return begin_table(token);
        case HtmlTag::tr:
            return begin_row();
        case HtmlTag::td:
        case HtmlTag::th:
            return begin_cell(tag, token);
        default:
            return;
    }
}

void HtmlReader::begin_prefix(const char* first, const char* rest) {
    page_.begin_prefix(first, rest);
    elements_.top().on_close(HtmlClosing::prefix);
}

void HtmlReader::begin_list(bool ordered, const HtmlToken& token) {
    const int step = ordered && token.attribute("reversed") != nullptr ? -1 : 1;
    page_.begin_list(number_of(token, "start", 1), step);
    elements_.top().on_close(HtmlClosing::list);
}

void HtmlReader::begin_item(const HtmlToken& token, ListMarker marker) {
    page_.begin_item(marker, number_of(token, "value", page_.next_number()));
    elements_.top().on_close(HtmlClosing::prefix);
}

void HtmlReader::begin_bracket(std::string_view literal) {
    page_.begin_bracket(literal);
    elements_.top().on_close(HtmlClosing::bracket);
}

void HtmlReader::begin_quote() {
    show_sign("「");
    elements_.top().on_close(HtmlClosing::quote);
}

void HtmlReader::begin_anchor(const HtmlToken& token) {
    const std::string* href = token.attribute("href");
    if (href == nullptr) return;
    anchors_.push_back({*href, {}, false});
    elements_.top().on_close(HtmlClosing::anchor);
}

void HtmlReader::end_anchor() {
    const Anchor anchor = std::move(anchors_.back());
    anchors_.pop_back();
    if (anchor.seen) show_target(anchor.href, anchor.text);
}

void HtmlReader::show_target(std::string_view href, std::string_view text) {
    const LinkTarget target = read_link_target(href, style_);
    if (belies_target(text, target)) note(Reason::false_link);
    if (target.words.empty() || says_target(text, href, target)) return;
    if (links_shown_ >= links_max_) return note(Reason::links_cut);
    ++links_shown_;
    if (target.cut) note(Reason::links_cut);
    page_.mark("[" + target.words + "]");
}

// ---- tables

void HtmlReader::begin_table(const HtmlToken& token) {
    const std::string_view role = ascii::trim(token.value_of("role"));
    if (!page_.begin_table(ascii::iequals(role, "presentation") || ascii::iequals(role, "none"))) return;
    tables_.push_back(elements_.size() - 1);
    elements_.top().on_close(HtmlClosing::table);
}

// Is the innermost open table one that is laid out as such?
bool HtmlReader::in_laid_out_table() const {
    return !tables_.empty() && tables_.back() == elements_.top_of(HtmlTag::table);
}

void HtmlReader::begin_row() {
    if (!in_laid_out_table()) return break_block(BlockBreak::line);
    page_.start_row();
    elements_.top().on_close(HtmlClosing::row);
}

void HtmlReader::begin_cell(HtmlTag tag, const HtmlToken& token) {
    hidden_.on_break();
    if (!in_laid_out_table()) return page_.separate_cell();
    const auto span = [&](std::string_view name) {
        return static_cast<std::size_t>(std::max(number_of(token, name, 1), 1));
    };
    const std::size_t head = elements_.top_of(HtmlTag::thead);
    const bool in_head = head != HtmlElements::none && head > tables_.back();
    page_.begin_cell({span("colspan"), span("rowspan"), tag == HtmlTag::th || in_head});
    elements_.top().on_close(HtmlClosing::cell);
}

void HtmlReader::end_table() {
    page_.end_table();
    tables_.pop_back();
}

// ---- elements without content

void HtmlReader::on_empty_element(HtmlTag tag, const HtmlToken& token, const HtmlStyle& style, const HtmlState& state) {
    const HiddenFate fate = state.boxed_away ? fate_of(state) : HiddenFate::shown;
    if (state.silent || fate == HiddenFate::dropped) return;
    if (fate == HiddenFate::marked && tag != HtmlTag::br) return;
    switch (tag) {
        case HtmlTag::br:
            return break_line();
        case HtmlTag::hr:
            hidden_.on_break();
            return page_.draw_rule();
        case HtmlTag::img:
        case HtmlTag::image:
            return show_picture(token, style, state);
        case HtmlTag::area:
            return show_area(token, state);
        case HtmlTag::input:
            if (const std::string words = input_words(token); !state.hides_text() && !words.empty()) show_sign(words);
            return;
        default:
            return;
    }
}

void HtmlReader::show_picture(const HtmlToken& token, const HtmlStyle& style, const HtmlState& state) {
    if (state.invisible) return;  // sizes and colours of text do not hide a picture
    const HtmlPicture picture = read_picture(token, style);
    if (picture.is_dot) return;
    if (picture.is_inside) note(Reason::not_rebuilt);  // a file inside the text
    if (!anchors_.empty()) anchors_.back().seen = true;
    if (shows_something(picture.name)) {
        show_sign(picture_words(picture.name));
        if (!anchors_.empty()) add_anchor_text(picture.name);
    } else if (!anchors_.empty() || picture.is_of_mail) {
        show_sign(nameless_picture);  // others without a word are spacers and beacons
    }
}

void HtmlReader::show_area(const HtmlToken& token, const HtmlState& state) {
    if (state.hides_text() || token.attribute("href") == nullptr) return;
    const std::string name(ascii::trim(token.value_of("alt")));
    show_sign(shows_something(name) ? picture_words(name) : nameless_picture);
    show_target(token.value_of("href"), name);
}

}  // namespace mugaika::sandboxed
