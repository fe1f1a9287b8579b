#include "sanitizer/checker/text/check_text.hpp"

#include <optional>
#include <string>

#include "policy/showable.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/checker/text/cell_judge.hpp"

namespace mugaika::checker {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

struct Flaw {
    std::size_t offset;
    std::string_view words;
};
using Judged = std::optional<Flaw>;

Error refusal(SafeKind kind, const Flaw& fault) {
    return {Fault::protocol, std::string(to_string(kind))
                                 .append(": at offset ")
                                 .append(std::to_string(fault.offset))
                                 .append(" ")
                                 .append(fault.words)};
}

// UTF-8 of showable characters, TAB, LF, and CR in front of LF.
Judged judge_characters(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const utf8::Character c = utf8::first(text.substr(at));
        const std::string_view behind = text.substr(at + c.bytes);
        if (!c.valid) return Flaw{at, "not UTF-8"};
        if (c.value == '\r' && !behind.starts_with('\n')) return Flaw{at, "a CR without LF"};
        const bool is_layout = c.value == '\r' || c.value == '\n' || c.value == '\t';
        const bool is_joiner = c.value == zero_width_joiner && joins_emoji(text.substr(0, at), behind);
        if (!is_layout && !is_joiner && !is_showable(c.value)) return Flaw{at, "a character that is not shown"};
        at += c.bytes;
    }
    return {};
}

Judged judge_line_ends(std::string_view text) {
    for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
        if (at == 0 || text[at - 1] != '\r') return Flaw{at, "a LF without CR"};
    }
    return {};
}

// A table as one separator parts it, read in one go.
class TableReading {
public:
    TableReading(std::string_view text, char separator) : text_(text), separator_(separator) {}

    Judged judge() {
        begin_cell(0);
        if (const auto fault = read_from(0)) return fault;
        if (place_ != Place::quoted) return {};
        // Nothing closes this quote: to some programs it is a letter.
        const std::size_t quote = cell_at_;
        place_ = Place::unquoted;
        looks_again_ = true;
        is_judged_ = false;
        return read_from(quote + 1);
    }

private:
    // Where in a cell the next character stands. `closing`: behind a quote that ends the cell, or is the first of two.
    enum class Place { start, unquoted, quoted, closing };

    void begin_cell(std::size_t at) {
        place_ = Place::start;
        cell_at_ = at;
        is_judged_ = true;
        const bool is_quoted = at < text_.size() && text_[at] == '"';
        judge_.begin(is_quoted ? CellJudge::Cell::quoted : CellJudge::Cell::unquoted, at == 0);
    }

    Judged read_from(std::size_t at) {
        while (at < text_.size()) {
            const utf8::Character c = utf8::first(text_.substr(at));
            if (const auto fault = step(at, c.value)) return fault;
            at += c.bytes;
        }
        return {};
    }

    Judged step(std::size_t at, char32_t c) {
        if (c == '\r') return {};
        const bool is_inside = place_ == Place::quoted;
        if (separator_ == ',' && c == '\n' && !looks_again_ && (at > 0 && text_[at - 1] == '\r') == is_inside) {
            return Flaw{at, is_inside ? "a CR inside a cell" : "a LF without CR"};
        }
        if (!is_inside && (c == static_cast<unsigned char>(separator_) || c == '\n')) {
            begin_cell(at + 1);
            return {};
        }
        if (place_ == Place::closing && judges('"')) return danger();
        if (place_ == Place::closing && c != '"') judge_.close_quotes();
        switch (place_) {
            case Place::start:
                place_ = c == '"' ? Place::quoted : Place::unquoted;
                break;
            case Place::quoted:
                if (c != '"') break;
                place_ = Place::closing;
                return {};
            case Place::closing:
                place_ = c == '"' ? Place::quoted : Place::unquoted;
                break;
            case Place::unquoted:
                break;
        }
        return judges(c) ? Judged(danger()) : Judged();
    }

    bool judges(char32_t c) { return is_judged_ && judge_.runs_with(c); }
    Flaw danger() const { return {cell_at_, "a cell that runs"}; }

    std::string_view text_;
    char separator_;
    Place place_ = Place::start;
    std::size_t cell_at_ = 0;
    CellJudge judge_;
    bool is_judged_ = true;     // false: the rest of a cell that has been judged before
    bool looks_again_ = false;  // behind a quote that nothing closes
};

Judged judge_table(std::string_view text) {
    for (const char separator : {',', ';', '\t'}) {
        if (const auto fault = TableReading(text, separator).judge()) return fault;
    }
    return {};
}

}  // namespace

Result<std::uint32_t> check_text(SafeKind kind, std::string_view untrusted) {
    const bool is_table = kind == SafeKind::csv;
    if (!is_table && kind != SafeKind::text) return refusal(kind, {0, "no text"});
    const bool has_mark = untrusted.starts_with(byte_order_mark);
    if (is_table && !has_mark) return refusal(kind, {0, "no byte order mark"});
    const std::string_view text = untrusted.substr(has_mark ? byte_order_mark.size() : 0);
    if (text.empty()) return refusal(kind, {0, "nothing"});
    auto fault = judge_characters(text);
    if (!fault) fault = is_table ? judge_table(text) : judge_line_ends(text);
    if (fault) return refusal(kind, {fault->offset + (untrusted.size() - text.size()), fault->words});
    return 1u;
}

}  // namespace mugaika::checker
