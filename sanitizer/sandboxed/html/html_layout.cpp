#include "sanitizer/sandboxed/html/html_layout.hpp"

#include "policy/showable.hpp"
#include "policy/utf8.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t tables_deep_max = 8;  // each level copies its text once
constexpr std::string_view rule = "----------------------------------------";

}  // namespace

void HtmlLayout::show(std::string_view text, bool preformatted) {
    if (!due_bracket_.empty() && shows_something(text)) {
        flow().text(due_bracket_);
        bracket_open_ = due_bracket_ == "(";
        due_bracket_ = {};
    }
    preformatted ? flow().preformatted(text) : flow().text(text);
    words_.add(text);
}

void HtmlLayout::show_sign(std::string_view sign) { flow().text(sign); }

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
    flow().text(rule);
    flow().end_line();
}

void HtmlLayout::begin_item(int value) {
    if (lists_.empty() || !lists_.back().ordered) return begin_prefix("・", "  ");
    lists_.back().next = value + lists_.back().step;
    const std::string marker = std::to_string(value) + ". ";
    begin_prefix(marker, std::string(marker.size(), ' '));
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

bool HtmlLayout::begin_table() {
    if (tables_.size() >= tables_deep_max) return false;
    flow().end_line();
    tables_.emplace_back();
    return true;
}

void HtmlLayout::begin_cell(std::size_t column_span, std::size_t row_span) {
    words_.gap();
    flows_.emplace_back(purse_);
    cells_.push_back({column_span, row_span});
}

void HtmlLayout::end_cell() {
    words_.gap();
    std::string text = flow().take();
    flows_.pop_back();
    tables_.back().add_cell(std::move(text), cells_.back().columns, cells_.back().rows);
    cells_.pop_back();
    if (tables_.back().is_full()) flow().lines(tables_.back().take_lines(purse_));
}

void HtmlLayout::end_table() {
    flow().lines(tables_.back().take_lines(purse_));
    tables_.pop_back();
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
