// Lays out text as an HTML reader meets it: collapses blanks, breaks lines between blocks, puts quote marks and list
// indents before lines. Linear; stops writing when the purse is empty.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika::sandboxed {

// Bytes that may still be written; shared by all flows of one HTML text, because indents multiply what comes in.
class TextPurse {
public:
    explicit TextPurse(std::size_t bytes) noexcept : left_(bytes) {}
    // Takes nothing, and is empty from then on, when there is not enough.
    bool take(std::size_t bytes) noexcept {
        const bool enough = bytes <= left_;
        left_ = enough ? left_ - bytes : 0;
        exhausted_ = exhausted_ || !enough;
        return enough;
    }
    bool exhausted() const noexcept { return exhausted_; }

private:
    std::size_t left_;
    bool exhausted_ = false;
};

class TextFlow {
public:
    // The purse outlives the flow.
    explicit TextFlow(TextPurse& purse) noexcept : purse_(&purse) {}

    void text(std::string_view utf8);          // blanks and line ends collapse; U+00A0 is a blank that stays
    void preformatted(std::string_view utf8);  // blanks and LF stay
    void line_break();                         // <br>
    void end_line();                           // what follows begins on a line of its own
    void blank_line();                         // what follows is a paragraph of its own
    void stand_apart();                        // the same, and the first empty line that the page has there is this one
    void lines(std::string_view laid_out);     // finished lines, as a block; paid for already, but for their prefixes
    void attach(std::string_view words);       // right behind the last character, whatever break is due
    void mark(std::string_view words);         // the same, with a blank between

    // Before each line from here on: `first` before the next one, `rest` before all after it. Past a depth that no
    // reader could follow nothing is added.
    void push_prefix(std::string first, std::string rest);
    void pop_prefix();

    bool empty() const noexcept { return out_.empty(); }
    bool stands_apart() const noexcept { return stands_apart_; }  // what was written last wants an empty line behind it
    std::string take() { return std::move(out_); }

private:
    struct Prefix {
        std::string first;
        std::string rest;
        bool started = false;
    };
    void write(std::string_view visible);
    void write_due_blanks(std::string_view next);
    void start_line();
    std::string quote_of_blank_line() const;
    void append(std::string_view bytes);

    TextPurse* purse_;
    std::string out_;
    std::vector<Prefix> prefixes_;
    std::size_t prefixes_before_ = 0;  // how many stood before the last line
    std::size_t breaks_ = 0;           // line ends due before the next character
    std::size_t hard_blanks_ = 0;      // U+00A0, due too
    bool soft_blank_ = false;          // collapsed blanks, due unless they end or begin a line
    bool soft_blank_breaks_ = false;   // a line end was among them
    bool line_used_ = false;           // something stands on the current line, be it a hard blank
    bool stands_apart_ = false;        // nothing was written since stand_apart()
    bool line_written_ = false;        // a character of the current line is in out_
};

}  // namespace mugaika::sandboxed
