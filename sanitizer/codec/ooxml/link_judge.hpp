// Which links a document may carry: http, https and mailto, places within the document, jumps between slides (AC-195).
#pragma once

#include <string_view>

namespace mugaika::codec::ooxml {

bool is_allowed_link(std::string_view target);
// The action attribute of a drawing's link.
bool is_allowed_action(std::string_view action);

}  // namespace mugaika::codec::ooxml
