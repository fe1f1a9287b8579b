#include "sanitizer/checker/ooxml/text_form.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "sanitizer/checker/ooxml/function_names.hpp"
#include "sanitizer/checker/ooxml/part_list.hpp"
#include "sanitizer/checker/ooxml/refusal.hpp"

namespace mugaika::checker::ooxml {
namespace {

constexpr std::string_view field_names =
    "= advance autonum autonumlgl autonumout bibliography bidioutline citation compare date displaybarcode eq "
    "formcheckbox formdropdown formtext hyperlink if index listnum mergefield mergerec mergeseq next nextif noteref "
    "numchars numpages numwords page pageref ref section sectionpages seq set skipif styleref symbol ta tc time toa "
    "toc xe";

// Asked for each call of each cell.
const std::unordered_set<std::string_view>& functions() {
    static const std::unordered_set<std::string_view> made = [] {
        std::unordered_set<std::string_view> names;
        for (std::size_t at = 0; at < function_names.size();) {
            const std::size_t end = std::min(function_names.find(' ', at), function_names.size());
            if (end > at) names.insert(function_names.substr(at, end - at));
            at = end + 1;
        }
        return names;
    }();
    return made;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lowered(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

bool is_word(char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '?' ||
           static_cast<unsigned char>(c) >= 0x80;
}

std::string_view behind_blanks(std::string_view text) {
    const auto begin =
        std::find_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > 0x20; });
    return text.substr(static_cast<std::size_t>(begin - text.begin()));
}

// From an opening quote to behind its closing one; doubled ones are inside.
std::size_t quote_end(std::string_view text, std::size_t at) {
    const char mark = text[at];
    for (++at; at < text.size(); ++at) {
        if (text[at] != mark) continue;
        if (at + 1 == text.size() || text[at + 1] != mark) return at + 1;
        ++at;
    }
    refuse("formula: a quotation has no end");
}

void judge_call(std::string_view formula, std::size_t begin, std::size_t end, std::size_t bracket) {
    std::string name = lowered(formula.substr(begin, end - begin));
    if (begin > 0 && formula[begin - 1] == '!') refuse("formula: a function of a sheet is called");
    for (const std::string_view prefix : {"_xlfn.", "_xlws.", "_xludf."}) {
        if (name.starts_with(prefix)) name.erase(0, prefix.size());
    }
    if (!functions().contains(name)) refuse("formula: a function is called that is not on the list");
    if (name != "hyperlink") return;
    const std::size_t quote = bracket + 1;
    if (quote >= formula.size() || formula[quote] != '"') refuse("formula: a link whose address is computed");
    judge_link(formula.substr(quote + 1, quote_end(formula, quote) - quote - 2));
}

// Word, and what it is: a call when a bracket follows.
std::size_t word_end(std::string_view formula, std::size_t begin) {
    std::size_t end = begin;
    while (end < formula.size() && is_word(formula[end])) ++end;
    std::size_t next = end;
    while (next < formula.size() && formula[next] == ' ') ++next;
    if (next < formula.size() && formula[next] == '(') judge_call(formula, begin, end, next);
    return end;
}

std::size_t column_end(std::string_view formula, std::size_t at) {
    const bool of_table = at > 0 && (is_word(formula[at - 1]) || formula[at - 1] == ']');
    const char first = at + 1 < formula.size() ? formula[at + 1] : ' ';
    if (!of_table && first != '@' && first != '#' && first != '[') refuse("formula: another workbook is named");
    int depth = 0;
    for (; at < formula.size(); ++at) {
        if (formula[at] == '\'') {
            ++at;
        } else if (formula[at] == '[') {
            ++depth;
        } else if (formula[at] == ']' && --depth == 0) {
            return at + 1;
        }
    }
    refuse("formula: a bracket has no end");
}

// Switches of one letter, some with a word behind them; what else stands there is the address.
void judge_link_field(std::string_view text) {
    std::size_t addresses = 0;
    bool has_place = false;
    char before = 0;
    for (text = behind_blanks(text); !text.empty(); text = behind_blanks(text)) {
        const bool in_quotes = text.front() == '"';
        const std::size_t end = in_quotes ? text.find('"', 1) : text.find_first_of(" \t\r\n\"", 1);
        const std::string_view word = text.substr(0, end);
        text.remove_prefix(std::min(text.size(), word.size() + (in_quotes && end != std::string_view::npos ? 1 : 0)));
        if (!in_quotes && word.size() == 2 && word.front() == '\\') {
            before = lower(word.back());
            has_place = has_place || before == 'l';
            continue;
        }
        const bool belongs = before == 'l' || before == 'o' || before == 't' || before == '*';
        before = 0;
        if (belongs) continue;
        if (++addresses > 1) refuse("field: a link with two addresses");
        judge_link(in_quotes ? word.substr(1) : word);
    }
    if (addresses == 0 && !has_place) refuse("field: a link that leads nowhere");
}

}  // namespace

void judge_formula(std::string_view formula) {
    for (std::size_t at = 0; at < formula.size();) {
        const char c = formula[at];
        if (c == '"') {
            at = quote_end(formula, at);
        } else if (c == '\'') {
            const std::size_t end = quote_end(formula, at);
            if (end == formula.size() || formula[end] != '!') refuse("formula: a quoted name that is no sheet");
            if (formula.substr(at, end - at).find_first_of("[]|\\") != std::string_view::npos)
                refuse("formula: a sheet of another file");
            at = end;
        } else if (formula.substr(at).starts_with("[0]!")) {
            at += 4;  // its own workbook
        } else if (c == '[') {
            at = column_end(formula, at);
        } else if (c == '|' || c == '\\') {
            refuse("formula: a channel to another program, or a path");
        } else if (is_word(c)) {
            at = word_end(formula, at);
        } else {
            ++at;
        }
    }
}

bool has_keyword(std::string_view instruction) {
    const std::string_view text = behind_blanks(instruction);
    if (text.starts_with('=')) return true;
    return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
}

void judge_field(std::string_view instruction, bool has_inner_fields) {
    const std::string_view text = behind_blanks(instruction);
    const auto end = text.starts_with('=') ? text.begin() + 1 : std::find_if(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == '\\' || c == '"';
    });
    const std::string name = lowered(text.substr(0, static_cast<std::size_t>(end - text.begin())));
    if (name.empty() || !is_word_of(field_names, name)) refuse("field: its keyword is not on the list");
    if (name != "hyperlink") return;
    if (has_inner_fields) refuse("field: a link whose address is computed");
    judge_link_field(text.substr(name.size()));
}

void judge_link(std::string_view target) {
    const std::string head = lowered(target.substr(0, 8));
    const bool known = head.starts_with("http://") || head.starts_with("https://") || head.starts_with("mailto:") ||
                       head.starts_with("#");
    if (!known) refuse("link: neither http, https, mailto nor within the document");
    if (target.size() > 2083) refuse("link: it is too long");
    const bool odd = std::any_of(target.begin(), target.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\' || c == '<' || c == '>' || c == '"';
    });
    if (odd) refuse("link: a character that no address has");
}

void judge_defined_name(std::string_view name) {
    const std::string text = lowered(name);
    if (text.starts_with("auto_")) refuse("defined name: it runs by itself");
    if (!text.starts_with("_xlnm.")) return;
    if (!is_word_of("print_area print_titles _filterdatabase criteria extract consolidate_area database sheet_title",
                    std::string_view(text).substr(6))) {
        refuse("defined name: one of Excel's own that is not on the list");
    }
}

void judge_action(std::string_view action) {
    if (action.empty() || action == "ppaction://noaction" || action.starts_with("ppaction://hlinksldjump") ||
        action.starts_with("ppaction://hlinkshowjump?jump=")) {
        return;
    }
    refuse("action: it does more than turn to another slide");
}

}  // namespace mugaika::checker::ooxml
