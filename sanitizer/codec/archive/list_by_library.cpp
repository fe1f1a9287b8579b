#include <utility>

#include "sanitizer/codec/archive/archive_look.hpp"
#include "sanitizer/codec/archive/cabinet_reader.hpp"
#include "sanitizer/codec/archive/listed_member.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::archive {
namespace {

std::string without_extension(std::string_view archive_name) {
    const std::size_t dot = archive_name.rfind('.');
    return std::string(dot == 0 ? std::string_view() : archive_name.substr(0, dot));
}

template <class Reader>
std::vector<ListedMember> list_all(Reader reader, FilePurse& purse, const WantedMembers& wanted) {
    std::vector<ListedMember> members;
    LibraryMember member;
    while (reader.next(member)) {
        if (!purse.take_member() || members.size() == purse.limits().archive_members_max) {
            throw zip::Refused{Reason::too_many_members, "the archive has more members than allowed"};
        }
        if (member.is_folder) continue;
        ListedMember listed{{member.untrusted_name, member.says_utf8}, member.held};
        if (member.held == Reason::none) listed.bytes = reader.read(purse);
        if (is_about_files(listed.name.untrusted, listed.bytes)) continue;
        members.push_back(std::move(listed));
        if (!wanted.holds(members.size())) members.back().bytes = std::string();
    }
    return members;
}

}  // namespace

std::vector<ListedMember> list_by_library(LibraryReader reader, FilePurse& purse, const WantedMembers& wanted) {
    return list_all(std::move(reader), purse, wanted);
}

std::vector<ListedMember> list_cabinet(std::string_view untrusted, FilePurse& purse, const WantedMembers& wanted) {
    return list_all(CabinetReader(untrusted), purse, wanted);
}

std::vector<ListedMember> list_content(std::string content, std::string_view archive_name, FilePurse& purse,
                                       const WantedMembers& wanted) {
    if (is_tar(content)) return list_by_library(LibraryReader(content, Format::tar), purse, wanted);
    std::vector<ListedMember> members;
    members.push_back({{without_extension(archive_name), true}});
    if (wanted.holds(1)) members.back().bytes = std::move(content);
    return members;
}

std::string unpack_by_library(std::string_view untrusted, Filter filter, FilePurse& purse) {
    LibraryReader reader(untrusted, filter);
    LibraryMember member;
    return reader.next(member) ? reader.read(purse) : std::string();
}

}  // namespace mugaika::codec::archive
