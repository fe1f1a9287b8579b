// The boxes in which Excel shows comments: always ours, one of one size and place beside each cell, never the author's
// VML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mugaika::codec::ooxml {

// Cells as "B7"; those that are none are passed over.
std::string comment_boxes(const std::vector<std::string>& cells);

}  // namespace mugaika::codec::ooxml
