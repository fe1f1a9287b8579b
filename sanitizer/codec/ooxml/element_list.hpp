// Which elements a rebuilt document may hold and which attributes each of them; from element_table.hpp.
#pragma once

#include <string_view>

#include "sanitizer/codec/ooxml/element_rules.hpp"

namespace mugaika::codec::ooxml {

struct AttributeSet;

struct Element {
    const AttributeSet* attributes;
    bool holds_text;
    bool is_wrapper;
    FormulaRule formula;
    Counted counted;
};

// Made once, before the sandbox; later calls only read.
void load_element_list();
const Element* find_element(std::string_view name);
bool may_have(const Element&, std::string_view attribute);

}  // namespace mugaika::codec::ooxml
