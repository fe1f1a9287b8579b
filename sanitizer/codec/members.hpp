// The files inside an archive, as parts of the mail: what each of them is, and one of them by its number. The archive
// itself is read by the room archive/.
#pragma once

#include <cstddef>
#include <optional>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"
#include "sanitizer/sandboxed/part_handler.hpp"
#include "sanitizer/sandboxed/types/file_type.hpp"

namespace mugaika::codec {

// MembersSeen, or why the archive is held as a whole. Each member is unpacked, looked at and forgotten.
FileOutcome list_members(const sandboxed::Part& archive, FilePurse&, const sandboxed::FileTyper&);

// The same member as list_members numbers it, from 1; nothing when there is none, or it is held.
std::optional<sandboxed::Part> member_of(const sandboxed::Part& archive, std::size_t number, FilePurse&,
                                         const sandboxed::FileTyper&);

}  // namespace mugaika::codec
