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

// Files of an archive as its list has seen them, for who is asked about them next; only where they are few bytes
// together (FileLimits::errand_bytes_max).
class UnpackedMembers {
public:
    struct Member {
        std::size_t number = 0;  // from 1, ascending
        sandboxed::Part part;
        std::string sha256;
    };

    // One that is held is none of them.
    void keep(Member);
    bool are_all() const noexcept { return are_all_; }
    std::optional<Member> take(std::size_t number);  // once

private:
    std::vector<Member> members_;
    std::uint64_t bytes_ = 0;
    bool are_all_ = true;
};

// MembersSeen, or why the archive is held as a whole. Each member is unpacked and looked at. A letter that is known is
// not listed. empty_file: there is nothing in it.
FileOutcome list_members(const sandboxed::Part& archive, const BudgetLimits&, FilePurse&, const sandboxed::FileTyper&,
                         const IsKnown&, UnpackedMembers&);

// The same members as list_members numbers them, from 1, ascending, each for the sink; nothing for one that is held,
// and an end where there is no further one. The archive is read once.
using PartSink = std::function<OnMember(std::optional<sandboxed::Part>)>;
void each_member(const sandboxed::Part& archive, const std::vector<std::uint32_t>& numbers, const BudgetLimits&,
                 FilePurse&, const sandboxed::FileTyper&, const PartSink&);

// One of them.
std::optional<sandboxed::Part> member_of(const sandboxed::Part& archive, std::uint32_t number, const BudgetLimits&,
                                         FilePurse&, const sandboxed::FileTyper&);

}  // namespace mugaika::codec
