#include "sanitizer/codec/ooxml/pivot_source.hpp"

#include <algorithm>

#include "policy/byte_set.hpp"
#include "sanitizer/codec/ooxml/formula_judge.hpp"

namespace mugaika::codec::ooxml {
namespace {

constexpr ByteSet leads_out("[]|!/\\:*?");  // no name of a sheet, a range or a table has one of them
constexpr ByteSet of_ranges("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789$:");
constexpr std::size_t number_digits_max = 9;

std::string_view value_of(const std::vector<XmlAttribute>& attributes, std::string_view name) {
    const auto found = std::find_if(attributes.begin(), attributes.end(),
                                    [name](const XmlAttribute& attribute) { return attribute.name == name; });
    return found == attributes.end() ? std::string_view() : found->value;
}

}  // namespace

void PivotSourceHandler::start(std::string_view name, const std::vector<XmlAttribute>& attributes) {
    if (name == "pivotCacheDefinition") {
        records_id_ = value_of(attributes, "r:id");
    } else if (name == "cacheSource") {
        const std::string_view type = value_of(attributes, "type");
        is_external_ = is_external_ || type == "external";
        is_odd_ = is_odd_ || type != "worksheet";
    } else if (name == "worksheetSource") {
        source(attributes);
    } else if (name == "cacheField" || name == "calculatedItem") {
        formula(value_of(attributes, "formula"));
    } else if (name == "cacheHierarchy" || name == "consolidation") {
        is_odd_ = true;
    }
}

void PivotSourceHandler::source(const std::vector<XmlAttribute>& attributes) {
    ++sources_;
    const std::string_view sheet = value_of(attributes, "sheet");
    const std::string_view named = value_of(attributes, "name");
    const std::string_view range = value_of(attributes, "ref");
    sheet_ = sheet;
    is_external_ = is_external_ || !value_of(attributes, "r:id").empty() || leads_out.find_in(sheet) != sheet.size() ||
                   leads_out.find_in(named) != named.size();
    const bool is_range = std::all_of(range.begin(), range.end(), [](char c) { return of_ranges.has(c); });
    is_odd_ = is_odd_ || (sheet.empty() && named.empty()) || !is_range;
}

// Of a field or an item that the author computes.
void PivotSourceHandler::formula(std::string_view formula) {
    KnownSheets all_known;
    all_known.all_known = true;
    const FormulaFault fault = formula.empty() ? FormulaFault::none : judge_formula(formula, all_known);
    is_external_ = is_external_ || fault == FormulaFault::external;
    is_odd_ = is_odd_ || fault != FormulaFault::none;
}

Reason PivotSourceHandler::why_not() const noexcept {
    if (is_external_) return Reason::external_reference_removed;
    return is_odd_ || sources_ != 1 ? Reason::unknown_content_removed : Reason::none;
}

bool is_pivot_number(std::string_view text) noexcept {
    return !text.empty() && text.size() <= number_digits_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace mugaika::codec::ooxml
