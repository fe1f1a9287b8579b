// Names of members as paths that lead nowhere else, in one charset and form, each there once (AC-141, AC-145, AC-151).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/reason.hpp"

namespace mugaika::codec::archive {

struct RawName {
    std::string untrusted;
    bool says_utf8 = false;
};

struct MemberName {
    std::string path;  // as ArchiveMember::name; at most FileLimits::archive_name_bytes_max
    Reason held = Reason::none;
    std::vector<Reason> notes;
};

// Two of one name: in an archive nobody knows which one is meant; a mail may well have two attachments of one name.
enum class SameName { is_held, is_numbered };

// All names of one archive, in its order: they are in one charset, and no two become the same. Names without a mark are
// UTF-8 when all of them are, else CP932. Both kinds of slash separate folders, but not 0x5C inside ソ or 表. Held:
// what is absolute, has a drive or leads up; what has no name; and, in an archive, each of those that have the same
// name, in whichever case. Names that become the same only because they are cleaned are told apart by a number.
std::vector<MemberName> judge_names(const std::vector<RawName>&, std::size_t path_bytes_max,
                                    SameName = SameName::is_held);

// What macOS writes into archives beside the files of a person. By name alone: .DS_Store, and what begins with "._"
// under
// __MACOSX/. Where that folder is not used, the bytes must agree (AppleSingle and AppleDouble formats, magic number).
bool is_about_files(std::string_view untrusted_name) noexcept;
bool is_about_files(std::string_view untrusted_name, std::string_view untrusted_bytes) noexcept;

}  // namespace mugaika::codec::archive
