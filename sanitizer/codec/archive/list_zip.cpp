#include <utility>

#include "sanitizer/codec/archive/held_reasons.hpp"
#include "sanitizer/codec/archive/listed_member.hpp"
#include "sanitizer/codec/zip/directory.hpp"
#include "sanitizer/codec/zip/member_name.hpp"

namespace mugaika::codec::archive {
namespace {

// A slash at the end is what all readers go by. One that has content is a file to some of them.
bool is_folder(const zip::Entry& entry) noexcept {
    const bool has_slash = entry.name.ends_with('/') || (entry.name.ends_with('\\') && (entry.attributes & 0x10) != 0);
    return has_slash && entry.packed.size == 0;
}

// Modes of Unix stand in the upper half of the attributes; other systems have only files and folders.
bool is_special(const zip::Entry& entry) noexcept {
    constexpr std::uint32_t unix = 3, macos = 19, type_mask = 0170000, regular = 0100000;
    const std::uint32_t system = entry.made_by >> 8;
    const std::uint32_t type = entry.attributes >> 16 & type_mask;
    return (system == unix || system == macos) && type != 0 && type != regular;
}

Reason why_held(const zip::Entry& entry, bool has_two_names) {
    if (entry.trouble) return entry.trouble->why;
    if (has_two_names || entry.name.ends_with('/')) return two_names;
    return is_special(entry) ? not_a_file : Reason::none;
}

}  // namespace

std::vector<ListedMember> list_zip(std::string_view untrusted, FilePurse& purse) {
    std::vector<ListedMember> members;
    for (const zip::Entry& entry : zip::read_directory(untrusted, purse)) {
        if (is_folder(entry) || is_about_files(entry.name)) continue;
        if (members.size() == purse.limits().archive_members_max) {
            throw zip::Refused{Reason::too_many_members, "the archive has more members than allowed"};
        }
        const zip::NameSeen name = zip::name_seen(entry);
        members.push_back({{std::string(name.bytes), name.says_utf8}, why_held(entry, name.two_names)});
        members.back().packed = entry.packed;
    }
    return members;
}

}  // namespace mugaika::codec::archive
