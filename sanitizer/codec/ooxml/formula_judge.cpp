#include "sanitizer/codec/ooxml/formula_judge.hpp"

#include "sanitizer/codec/ooxml/formula_functions.hpp"
#include "sanitizer/codec/ooxml/link_judge.hpp"
#include "sanitizer/codec/ooxml/zip_reader.hpp"

namespace mugaika::codec::ooxml {
namespace {

bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '?' || static_cast<unsigned char>(c) >= 0x80;
}

// Asked for each call of each cell.
const std::unordered_set<std::string_view>& functions() {
    static const std::unordered_set<std::string_view> made = [] {
        std::unordered_set<std::string_view> names;
        for (std::size_t at = 1; at < formula_functions.size();) {
            const std::size_t end = formula_functions.find(' ', at);
            names.insert(formula_functions.substr(at, end - at));
            at = end + 1;
        }
        return names;
    }();
    return made;
}

class FormulaReader {
public:
    FormulaReader(std::string_view formula, const KnownSheets& sheets) : formula_(formula), sheets_(sheets) {}

    FormulaFault judge() {
        while (at_ < formula_.size() && fault_ == FormulaFault::none) step();
        return fault_;
    }

private:
    void step() {
        const char c = formula_[at_];
        if (c == '"') return skip_string();
        if (c == '\'') return quoted_sheet();
        if (c == '[') return bracket();
        if (c == '|' || c == '\\') return fail(FormulaFault::external);  // DDE; a path
        if (c == '#') return error_value();
        if (c == '!') return fail(FormulaFault::external);  // behind nothing that we took for a sheet
        if (is_name_byte(c)) return name();
        ++at_;
        after_name_ = c == ']';
    }

    void fail(FormulaFault fault) { fault_ = fault; }

    // To behind the closing mark; a doubled one stands for itself. Without one: not a formula.
    std::string quoted(char mark) {
        std::string inside;
        for (++at_; at_ < formula_.size(); ++at_) {
            if (formula_[at_] != mark) {
                inside += formula_[at_];
            } else if (at_ + 1 < formula_.size() && formula_[at_ + 1] == mark) {
                inside += formula_[at_++];
            } else {
                ++at_;
                return inside;
            }
        }
        fail(FormulaFault::external);
        return inside;
    }

    void skip_string() {
        const std::string text = quoted('"');
        if (in_hyperlink_ && !is_allowed_link(text)) fail(FormulaFault::external);
        in_hyperlink_ = false;
        after_name_ = false;
    }

    void judge_sheets(std::string_view names) {
        if (names.find_first_of("[]\\|") != std::string_view::npos) return fail(FormulaFault::external);
        if (sheets_.all_known) return;
        const std::size_t colon = names.find(':');  // Sheet1:Sheet3!A1
        const bool first = sheets_.names.contains(lower_ascii(names.substr(0, colon)));
        const bool last =
            colon == std::string_view::npos || sheets_.names.contains(lower_ascii(names.substr(colon + 1)));
        if (!first || !last) fail(FormulaFault::external);
    }

    void quoted_sheet() {
        const std::string names = quoted('\'');
        if (fault_ != FormulaFault::none) return;
        if (at_ == formula_.size() || formula_[at_] != '!') return fail(FormulaFault::external);
        ++at_;
        judge_sheets(names);
        behind_sheet_ = true;
    }

    // Behind a table's name a column; otherwise another workbook, or a column of the table that the cell is in.
    void bracket() {
        if (formula_.substr(at_).starts_with("[0]!")) {  // its own workbook
            at_ += 4;
            behind_sheet_ = true;
            return;
        }
        const bool bare = !after_name_;
        const std::size_t begin = at_;
        std::size_t depth = 0;
        for (; at_ < formula_.size(); ++at_) {
            const char c = formula_[at_];
            if (c == '\'') {
                ++at_;
            } else if (c == '[') {
                ++depth;
            } else if (c == ']' && --depth == 0) {
                break;
            }
        }
        if (at_ >= formula_.size()) return fail(FormulaFault::external);
        ++at_;
        const char next = at_ < formula_.size() ? formula_[at_] : ' ';
        const bool is_column = formula_[begin + 1] == '@' || formula_[begin + 1] == '#' || formula_[begin + 1] == '[';
        if (bare && (!is_column || next == '!' || is_name_byte(next))) return fail(FormulaFault::external);
        after_name_ = true;
    }

    void error_value() {
        for (const std::string_view error : {"#REF!", "#NULL!", "#DIV/0!", "#VALUE!", "#NUM!", "#NAME?", "#N/A"}) {
            if (!formula_.substr(at_).starts_with(error)) continue;
            at_ += error.size();
            return;
        }
        ++at_;  // of a spilled range: A1#
    }

    void name() {
        const std::size_t begin = at_;
        while (at_ < formula_.size() && is_name_byte(formula_[at_])) ++at_;
        const std::string_view word = formula_.substr(begin, at_ - begin);
        std::size_t next = at_;
        while (next < formula_.size() && formula_[next] == ' ') ++next;
        if (next < formula_.size() && formula_[next] == '(') return function(word, next);
        after_name_ = true;
        behind_sheet_ = false;
        if (at_ == formula_.size()) return;
        if (formula_[at_] == '!') {
            ++at_;
            behind_sheet_ = true;
            return judge_sheets(word);
        }
        if (formula_[at_] == ':') sheet_span(begin);
    }

    // Sheet1:Sheet3!A1, beside the plain A1:B2.
    void sheet_span(std::size_t begin) {
        std::size_t end = at_ + 1;
        while (end < formula_.size() && is_name_byte(formula_[end])) ++end;
        if (end == at_ + 1 || end == formula_.size() || formula_[end] != '!') return;
        at_ = end + 1;
        judge_sheets(formula_.substr(begin, end - begin));
        behind_sheet_ = true;
    }

    void function(std::string_view word, std::size_t parenthesis) {
        std::string lower = lower_ascii(word);
        for (const std::string_view prefix : {"_xlfn.", "_xlws.", "_xludf."}) {
            if (lower.starts_with(prefix)) lower.erase(0, prefix.size());
        }
        const bool known = functions().contains(lower);
        if (!known || behind_sheet_) return fail(FormulaFault::unknown_function);
        at_ = parenthesis + 1;
        after_name_ = false;
        // What the link's address is must be seen here: a string that stands first.
        if (lower != "hyperlink") return;
        in_hyperlink_ = at_ < formula_.size() && formula_[at_] == '"';
        if (!in_hyperlink_) fail(FormulaFault::external);
    }

    std::string_view formula_;
    const KnownSheets& sheets_;
    std::size_t at_ = 0;
    bool after_name_ = false;
    bool behind_sheet_ = false;
    bool in_hyperlink_ = false;
    FormulaFault fault_ = FormulaFault::none;
};

}  // namespace

FormulaFault judge_formula(std::string_view formula, const KnownSheets& sheets) {
    return FormulaReader(formula, sheets).judge();
}

}  // namespace mugaika::codec::ooxml
