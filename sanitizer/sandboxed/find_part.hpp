// One part of a mail by its path, for a process that has nothing else to do with the mail.
#pragma once

#include <optional>
#include <string_view>

#include "policy/limits.hpp"
#include "sanitizer/sandboxed/part_handler.hpp"
#include "sanitizer/sandboxed/types/file_type.hpp"

namespace mugaika::sandboxed {

struct FoundPart {
    Part part;
    std::string_view rest;  // of the path, which leads into an archive: "3" of "1.2/3"; "" for the part itself
};

// As the pipeline would read it, attached mails on the way included; nothing when no leaf has this path, or the budget
// ends before it. Files inside texts have no part of their own here. Linear in the mail for each attached mail on the
// way, of which there are at most depth_max.
std::optional<FoundPart> find_part(std::string_view untrusted_mail, std::string_view path, const BudgetLimits&,
                                   const FileTyper&);

}  // namespace mugaika::sandboxed
