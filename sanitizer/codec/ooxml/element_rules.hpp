// What elements need beside being on the list: which references they may hold, which are only there for their children.
#pragma once

#include <string_view>

namespace mugaika::codec::ooxml {

struct ReferenceRule {
    std::string_view element;
    std::string_view attribute;
    std::string_view words;  // relationship words that it may point to
    bool element_goes;       // when it points nowhere: the element with its content, or only the attribute
};

// nullptr when the element may not have a reference of that name.
const ReferenceRule* reference_rule(std::string_view element, std::string_view attribute);

// Written only when one of its children is: an empty one says nothing, or is against the schema.
bool is_wrapper(std::string_view element);

enum class FormulaRule { none, may_go, becomes_ref };
// Whether the element's text is a formula, and what becomes of one that is not allowed.
FormulaRule formula_rule(std::string_view element);

enum class Counted { none, comment, tracked_change };
Counted counted_as(std::string_view element);

// Excel's own names that hold ranges; the others of its kind run by themselves (Auto_Open).
bool is_allowed_defined_name(std::string_view name);

}  // namespace mugaika::codec::ooxml
