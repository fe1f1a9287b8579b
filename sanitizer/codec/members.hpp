// The files inside an archive, as parts of the mail: what each of them is, and one of them by its number. The archive
// itself is read by the room archive/, a mail in it by mail_members. Budgets are those of the mail's job.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "policy/limits.hpp"
#include "sanitizer/codec/archive/read_archive.hpp"
#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"
#include "sanitizer/sandboxed/part_handler.hpp"
#include "sanitizer/sandboxed/types/file_type.hpp"

namespace mugaika::codec {

// Is the text of a message one that the reader has anyway?
using IsKnown = std::function<bool(const sandboxed::Part& letter)>;

// MembersSeen, or why the archive is held as a whole. Each member is unpacked, looked at and forgotten. A letter that
// is known is not listed. empty_file: there is nothing in it.
FileOutcome list_members(const sandboxed::Part& archive, const BudgetLimits&, FilePurse&, const sandboxed::FileTyper&,
                         const IsKnown&);

// The same members as list_members numbers them, from 1, ascending, each for the sink; nothing for one that is held,
// and an end where there is no further one. The archive is read once.
using PartSink = std::function<OnMember(std::optional<sandboxed::Part>)>;
void each_member(const sandboxed::Part& archive, const std::vector<std::uint32_t>& numbers, const BudgetLimits&,
                 FilePurse&, const sandboxed::FileTyper&, const PartSink&);

// One of them.
std::optional<sandboxed::Part> member_of(const sandboxed::Part& archive, std::uint32_t number, const BudgetLimits&,
                                         FilePurse&, const sandboxed::FileTyper&);

}  // namespace mugaika::codec
