// The XML of one part: elements and attributes on the list, nothing that acts, references that lead to parts of the
// right kind.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/checker/ooxml/part_links.hpp"
#include "sanitizer/checker/ooxml/part_list.hpp"

namespace mugaika::checker::ooxml {

// Made once, before the sandbox; later calls only read.
void load_element_names();

// Marks the links that are mentioned. Throws Refusal.
void check_part(std::string_view xml, const PartForm&, std::vector<PartLink>&);
// The boxes of a sheet's comments: one text with numbers in it.
void check_boxes(std::string_view xml);

}  // namespace mugaika::checker::ooxml
