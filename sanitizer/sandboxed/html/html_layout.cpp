#include "sanitizer/sandboxed/html/html_layout.hpp"

#include "policy/showable.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/text/mail_columns.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t tables_deep_max = 8;  // each level copies its text once
constexpr std::string_view rule = "----------------------------------------";
constexpr std::string_view struck_starts = "［削除：";
constexpr std::string_view hidden_starts = "［隠された文字：";
constexpr std::string_view mark_ends = "］";

}  // namespace

std::string HtmlLayout::take_text() {
    turn_to(TextMark::none);
    return flows_.front().take();
}

// A bracket is closed when other text comes, so that what stands in several elements is marked once.
void HtmlLayout::turn_to(TextMark mark) {
    if (mark == mark_) return;
    if (mark_ != TextMark::none) flow().attach(mark_ends);
    mark_ = mark;
    if (mark_ != TextMark::none) flow().text(mark_ == TextMark::struck ? struck_starts : hidden_starts);
}

void HtmlLayout::show(std::string_view text, bool preformatted, TextMark mark) {
    if (mark != mark_ && shows_something(text)) turn_to(mark);
    if (!due_bracket_.empty() && shows_something(text)) {
        flow().text(due_bracket_);
        bracket_open_ = due_bracket_ == "(";
        due_bracket_ = {};
    }
    preformatted ? flow().preformatted(text) : flow().text(text);
    if (mark_ != TextMark::hidden) words_.add(text);
}

void HtmlLayout::show_sign(std::string_view sign) {
    turn_to(TextMark::none);
    flow().text(sign);
}

void HtmlLayout::break_block(BlockBreak block_break) {
    if (block_break == BlockBreak::none) return;
    words_.gap();
    block_break == BlockBreak::paragraph ? flow().blank_line() : flow().end_line();
}

void HtmlLayout::break_line() {
    words_.gap();
    flow().line_break();
}

void HtmlLayout::draw_rule() {
    break_block(BlockBreak::line);
    show_sign(rule);
    flow().end_line();
}

void HtmlLayout::begin_item(ListMarker marker, int value) {
    if (!lists_.empty()) lists_.back().next = value + lists_.back().step;
    std::string mark = item_mark(marker, value);
    std::string indent(mail_columns(mark), ' ');
    begin_prefix(std::move(mark), std::move(indent));
}

void HtmlLayout::begin_bracket(std::string_view literal) {
    end_bracket();
    due_bracket_ = literal;
}

void HtmlLayout::end_bracket() {
    if (bracket_open_) flow().text(")");
    bracket_open_ = false;
    due_bracket_ = {};
}

bool HtmlLayout::begin_table(bool for_layout) {
    if (tables_.size() >= tables_deep_max) return false;
    turn_to(TextMark::none);
    flow().end_line();
    tables_.emplace_back(for_layout);
    return true;
}

void HtmlLayout::begin_cell(const Cell& cell) {
    words_.gap();
    turn_to(TextMark::none);
    flows_.emplace_back(purse_);
    cells_.push_back(cell);
}

void HtmlLayout::end_cell() {
    words_.gap();
    turn_to(TextMark::none);
    const bool ends_in_table = flow().stands_apart();
    std::string text = flow().take();
    flows_.pop_back();
    const Cell& cell = cells_.back();
    tables_.back().add_cell({std::move(text), cell.column_span, cell.row_span, cell.heads, ends_in_table});
    cells_.pop_back();
    if (tables_.back().is_full()) flow().lines(tables_.back().take(purse_).lines);
}

void HtmlLayout::end_table() {
    turn_to(TextMark::none);
    const bool has_several_cells = tables_.back().has_several_cells();
    const HtmlTable::Text text = tables_.back().take(purse_);
    tables_.pop_back();
    if (has_several_cells && !tables_.empty()) tables_.back().holds_table();
    flow().lines(text.lines);
    if (text.is_grid) flow().stand_apart();
}

void HtmlLayout::separate_cell() {
    words_.gap();
    flow().text(" ");
}

bool shows_something(std::string_view text) noexcept {
    while (!text.empty()) {
        const utf8::Character c = utf8::first(text);
        text.remove_prefix(c.bytes);
        if (c.value > ' ' && c.value != 0xa0 && c.value != 0x3000 && is_showable(c.value)) return true;
    }
    return false;
}

}  // namespace mugaika::sandboxed
