// What may stand in text that a program of the reader's would act on: formulas, fields, links. Own lists, own readers.
#pragma once

#include <string_view>

namespace mugaika::checker::ooxml {

// Each throws Refusal. Texts with entities resolved.
void judge_formula(std::string_view formula);
void judge_field(std::string_view instruction, bool has_inner_fields);
void judge_link(std::string_view target);
void judge_defined_name(std::string_view name);
void judge_action(std::string_view action);

// For a field within the instruction of another: whether that already has its keyword.
bool has_keyword(std::string_view instruction);

}  // namespace mugaika::checker::ooxml
