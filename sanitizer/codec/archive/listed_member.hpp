// A member as its archive lists it, before anything is made of its name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/codec/archive/library_reader.hpp"
#include "sanitizer/codec/archive/member_names.hpp"
#include "sanitizer/codec/archive/read_archive.hpp"
#include "sanitizer/codec/zip/unpack.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::archive {

struct ListedMember {
    RawName name;
    Reason held = Reason::none;
    std::string bytes = {};                            // where they had to be unpacked to find the next member
    std::optional<zip::Packed> packed = std::nullopt;  // where they can be unpacked later
    bool is_letter = false;                            // the text of a message
};

// All members but folders and what is_about_files, in the archive's order. Throw zip::Refused; at most
// FileLimits::archive_members_max.
std::vector<ListedMember> list_zip(std::string_view untrusted, FilePurse&);
// Every member is read and paid, as what comes after it cannot be found otherwise; only the wanted ones' bytes are
// kept.
std::vector<ListedMember> list_by_library(LibraryReader, FilePurse&, const WantedMembers& wanted);
std::vector<ListedMember> list_cabinet(std::string_view untrusted, FilePurse&, const WantedMembers& wanted);
// Of what a gz, bz2 or xz file unpacks to, which is paid already: the members of a tar, or the one file, whose name is
// the archive's without its extension.
std::vector<ListedMember> list_content(std::string content, std::string_view archive_name, FilePurse&,
                                       const WantedMembers& wanted);
// bz2, xz.
std::string unpack_by_library(std::string_view untrusted, Filter, FilePurse&);

}  // namespace mugaika::codec::archive
