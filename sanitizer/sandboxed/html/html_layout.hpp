// The page that HTML is laid out on: lines, lists, tables and readings, and beside them the bare words. Knows nothing
// of tags. What is begun must be ended in the reverse order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/sandboxed/html/html_list.hpp"
#include "sanitizer/sandboxed/html/html_table.hpp"
#include "sanitizer/sandboxed/text/text_flow.hpp"
#include "sanitizer/sandboxed/text/word_list.hpp"

namespace mugaika::sandboxed {

enum class BlockBreak { none, line, paragraph };

// Text that does not stand for what it seems to: shown in brackets that say so.
enum class TextMark : std::uint8_t { none, struck, hidden };

class HtmlLayout {
public:
    explicit HtmlLayout(std::size_t text_bytes_max) : purse_(text_bytes_max) { flows_.emplace_back(purse_); }
    HtmlLayout(const HtmlLayout&) = delete;  // its flows know its purse
    HtmlLayout& operator=(const HtmlLayout&) = delete;

    bool is_full() const noexcept { return purse_.exhausted(); }
    std::string take_text();
    std::string take_words() { return words_.take(); }
    // The last words of the mail that were shown.
    std::string_view last_words() const { return words_.last(last_words_bytes); }

    void show(std::string_view text, bool preformatted, TextMark);  // of the mail
    void show_sign(std::string_view sign);                          // our own words, which are none of the mail
    void mark(std::string_view words) { flow().mark(words); }
    void break_block(BlockBreak);
    void break_line();
    void draw_rule();

    void begin_prefix(std::string first, std::string rest) { flow().push_prefix(std::move(first), std::move(rest)); }
    void end_prefix() { flow().pop_prefix(); }

    // An item of the innermost list begins a prefix. `value` of an item changes the number of those after it.
    void begin_list(int start, int step) { lists_.push_back({start, step}); }
    void end_list() { lists_.pop_back(); }
    int next_number() const { return lists_.empty() ? 1 : lists_.back().next; }
    void begin_item(ListMarker, int value);

    // "(" of a reading, "^" of a power: waits for the first character, so that an empty one shows nothing.
    void begin_bracket(std::string_view literal);
    void end_bracket();

    // Tables within tables up to a depth; false past it, and nothing was begun. Each cell is a flow of its own.
    bool begin_table(bool for_layout);
    void start_row() { tables_.back().start_row(); }
    struct Cell {
        std::size_t column_span = 1;
        std::size_t row_span = 1;
        bool heads = false;
    };
    void begin_cell(const Cell&);
    void end_cell();
    void end_table();
    // Cells of a table that was not begun stand in their line.
    void separate_cell();

private:
    static constexpr std::size_t last_words_bytes = 90;

    struct List {
        int next;
        int step;
    };

    TextFlow& flow() { return flows_.back(); }
    void turn_to(TextMark);

    TextPurse purse_;
    std::vector<TextFlow> flows_;  // the page itself, then one for each open cell
    std::vector<HtmlTable> tables_;
    std::vector<Cell> cells_;
    std::vector<List> lists_;
    WordList words_;
    std::string_view due_bracket_;
    bool bracket_open_ = false;
    TextMark mark_ = TextMark::none;  // whose bracket is open
};

// Anything a reader would see? Blanks, fillers and invisible characters are what preheaders are padded with.
bool shows_something(std::string_view text) noexcept;

}  // namespace mugaika::sandboxed
