#include "sanitizer/sandboxed/text/text_flow.hpp"

#include <algorithm>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/text/mail_columns.hpp"
#include "sanitizer/sandboxed/text/word_run.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t breaks_max = 3;     // two empty lines in a row say as much as a hundred
constexpr std::size_t prefixes_max = 16;  // deeper quotes and lists are not indented further
constexpr std::size_t hard_blanks_max = 80;

// Of valid UTF-8; U+FFFD of what is not.
char32_t last_character(std::string_view text) {
    std::size_t at = text.size() - 1;
    while (at > 0 && text.size() - at < 4 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
    return utf8::first(text.substr(at)).value;
}

}  // namespace

void TextFlow::append(std::string_view bytes) {
    if (purse_->take(bytes.size())) out_.append(bytes);
}

void TextFlow::text(std::string_view utf8) {
    while (!utf8.empty()) {
        if (ascii::is_space(utf8.front())) {
            soft_blank_breaks_ = (soft_blank_ && soft_blank_breaks_) || utf8.front() == '\n';
            soft_blank_ = true;
            utf8.remove_prefix(1);
        } else if (utf8.starts_with(no_break_space)) {
            if (soft_blank_ && line_used_) ++hard_blanks_;
            soft_blank_ = false;
            hard_blanks_ = std::min(hard_blanks_ + 1, hard_blanks_max);
            line_used_ = true;
            utf8.remove_prefix(no_break_space.size());
        } else {
            const std::size_t length = word_run(utf8);
            write(utf8.substr(0, length));
            utf8.remove_prefix(length);
        }
    }
}

void TextFlow::preformatted(std::string_view utf8) {
    while (!utf8.empty()) {
        const std::size_t end = utf8.find('\n');
        if (end != 0) write(utf8.substr(0, end));
        if (end == std::string_view::npos) return;
        line_break();
        utf8.remove_prefix(end + 1);
    }
}

void TextFlow::line_break() {
    const bool is_there = std::exchange(stands_apart_, false) && !line_written_;
    if (!is_there) breaks_ = std::min(breaks_ + 1, breaks_max);
    line_used_ = line_written_ = soft_blank_ = false;
    hard_blanks_ = 0;
}

void TextFlow::end_line() {
    if (line_used_) line_break();
    soft_blank_ = false;
}

void TextFlow::blank_line() {
    end_line();
    breaks_ = std::max<std::size_t>(breaks_, 2);
}

void TextFlow::stand_apart() {
    blank_line();
    stands_apart_ = true;
}

void TextFlow::lines(std::string_view laid_out) {
    end_line();
    while (!laid_out.empty()) {
        const std::size_t end = std::min(laid_out.find('\n'), laid_out.size());
        if (end > 0) {
            start_line();
            out_.append(laid_out.substr(0, end));
            line_used_ = line_written_ = true;
            end_line();
        } else {
            line_break();
        }
        laid_out.remove_prefix(std::min(end + 1, laid_out.size()));
    }
}

void TextFlow::attach(std::string_view words) { out_.empty() ? write(words) : append(words); }

void TextFlow::mark(std::string_view words) {
    if (!out_.empty()) append(" ");
    attach(words);
}

void TextFlow::push_prefix(std::string first, std::string rest) {
    end_line();
    prefixes_.push_back({std::move(first), std::move(rest), false});
}

void TextFlow::pop_prefix() {
    end_line();
    prefixes_.pop_back();
    prefixes_before_ = std::min(prefixes_before_, prefixes_.size());
}

void TextFlow::write(std::string_view visible) {
    if (!line_written_) start_line();
    write_due_blanks(visible);
    append(visible);
    line_used_ = line_written_ = true;
}

void TextFlow::write_due_blanks(std::string_view next) {
    if (soft_blank_ && line_used_) {
        // A line end in the source is no blank between two Japanese characters (CSS Text 3, 4.1.3).
        const bool joins = soft_blank_breaks_ && line_written_ && hard_blanks_ == 0 && !out_.empty() &&
                           is_wide(last_character(out_)) && is_wide(utf8::first(next).value);
        if (!joins) ++hard_blanks_;
    }
    if (hard_blanks_ > 0) append(std::string(hard_blanks_, ' '));
    soft_blank_ = false;
    hard_blanks_ = 0;
}

// The part of a quote mark that also stands before the empty lines inside a quotation.
std::string TextFlow::quote_of_blank_line() const {
    std::string quote;
    for (std::size_t i = 0; i < std::min({prefixes_before_, prefixes_.size(), prefixes_max}); ++i)
        quote += prefixes_[i].rest;
    quote.erase(quote.find_last_not_of(' ') + 1);
    return quote;
}

void TextFlow::start_line() {
    if (!out_.empty()) {
        if (breaks_ > 0) append("\n");
        for (std::size_t i = 1; i < breaks_; ++i) append(quote_of_blank_line() + "\n");
    }
    breaks_ = 0;
    stands_apart_ = false;
    for (std::size_t i = 0; i < std::min(prefixes_.size(), prefixes_max); ++i) {
        Prefix& prefix = prefixes_[i];
        append(prefix.started ? prefix.rest : prefix.first);
        prefix.started = true;
    }
    prefixes_before_ = prefixes_.size();
}

}  // namespace mugaika::sandboxed
