// One leaf of the structure becomes a Part: transfer encoding undone within the budget, facts gathered from content,
// labels only where FileTyper lets them speak.
#pragma once

#include <cstddef>
#include <string_view>

#include "sanitizer/sandboxed/budget.hpp"
#include "sanitizer/sandboxed/part_handler.hpp"
#include "sanitizer/sandboxed/structure/mime_reader.hpp"
#include "sanitizer/sandboxed/types/file_type.hpp"

namespace mugaika::sandboxed {

// `path_prefix` is "" or ends with '/'. A leaf that does not fit into the budget comes back empty, of kind `other`,
// with too_much_decoded among its notes.
Part read_leaf(const MailStructure&, std::size_t index, std::string_view path_prefix, Budget&, const FileTyper&);

// Fills in facts about bytes that are already decoded: detected type, kind, cleaned name, size.
void describe_bytes(Part&, std::string_view untrusted_name, const FileTyper&);

}  // namespace mugaika::sandboxed
