// Which fields of a Word document stay fields (ECMA-376 part 1, 17.16.5). The others become what they last showed.
#pragma once

#include <optional>
#include <string_view>

#include "policy/reason.hpp"

namespace mugaika::codec::ooxml {

// `keyword_is_whole`: no other field stands before or within the keyword.
bool is_allowed_field(std::string_view instruction, bool has_inner_fields, bool keyword_is_whole);
// What is lost with a field that is not allowed; nothing for one of the file's properties, which stays as it was shown.
std::optional<Reason> loss_of_field(std::string_view instruction);

}  // namespace mugaika::codec::ooxml
