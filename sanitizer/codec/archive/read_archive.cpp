#include "sanitizer/codec/archive/read_archive.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "sanitizer/codec/archive/archive_look.hpp"
#include "sanitizer/codec/archive/held_reasons.hpp"
#include "sanitizer/codec/archive/listed_member.hpp"
#include "sanitizer/codec/archive/member_names.hpp"
#include "sanitizer/codec/mapi/message_files.hpp"
#include "sanitizer/codec/mapi/read_msg.hpp"
#include "sanitizer/codec/mapi/read_tnef.hpp"
#include "sanitizer/codec/ole2/compound_file.hpp"
#include "sanitizer/codec/zip/gunzip.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec {
namespace {

using namespace archive;

struct Asked {
    std::string_view bytes;
    std::string_view archive_name;
    const WantedMembers& wanted;
};

using Members = std::vector<ListedMember>;
using List = Members (*)(const Asked&, FilePurse&);

template <Format format>
Members by_format(const Asked& asked, FilePurse& purse) {
    return list_by_library(LibraryReader(asked.bytes, format), purse, asked.wanted);
}

template <Filter filter>
Members by_filter(const Asked& asked, FilePurse& purse) {
    return list_content(unpack_by_library(asked.bytes, filter, purse), asked.archive_name, purse, asked.wanted);
}

Members of_gzip(const Asked& asked, FilePurse& purse) {
    return list_content(zip::gunzip(asked.bytes, purse), asked.archive_name, purse, asked.wanted);
}

Members of_cabinet(const Asked& asked, FilePurse& purse) { return list_cabinet(asked.bytes, purse, asked.wanted); }

// Their names are known to be UTF-8 and to be told apart.
Members of_message(mapi::Message&& message, const Asked& asked, mapi::Heading heading, FilePurse& purse) {
    Members members;
    for (mapi::MessageFile& file : mapi::files_of(std::move(message), heading, purse)) {
        if (members.size() == purse.limits().archive_members_max) {
            throw zip::Refused{Reason::too_many_members, "the message has more files than allowed"};
        }
        members.push_back({{std::move(file.name), true}});
        members.back().is_letter = file.is_letter;
        if (asked.wanted.holds(members.size())) members.back().bytes = std::move(file.untrusted_bytes);
    }
    return members;
}

Members of_tnef(const Asked& asked, FilePurse& purse) {
    return of_message(mapi::read_tnef(asked.bytes, purse), asked, mapi::Heading::none, purse);
}

Members of_outlook(const Asked& asked, FilePurse& purse) {
    return of_message(mapi::read_msg(asked.bytes, purse), asked, mapi::Heading::full, purse);
}

Members of_zip(const Asked& asked, FilePurse& purse) { return list_zip(asked.bytes, purse); }

// The type chooses; where the bytes do not begin accordingly, nothing is read: a program in front is not skipped.
struct Kind {
    std::string_view type;
    bool (*begins_so)(std::string_view) noexcept;
    List list;
};
constexpr std::array kinds{
    Kind{"application/zip", is_zip, of_zip},
    Kind{"application/x-7z-compressed", is_seven_zip, by_format<Format::seven_zip>},
    Kind{"application/vnd.rar", is_rar4, by_format<Format::rar>},
    Kind{"application/vnd.rar", is_rar5, by_format<Format::rar5>},
    Kind{"application/x-rar", is_rar4, by_format<Format::rar>},
    Kind{"application/x-rar", is_rar5, by_format<Format::rar5>},
    Kind{"application/x-lzh-compressed", is_lzh, by_format<Format::lzh>},
    Kind{"application/x-lha", is_lzh, by_format<Format::lzh>},
    Kind{"application/x-lharc", is_lzh, by_format<Format::lzh>},
    Kind{"application/vnd.ms-cab-compressed", is_cabinet, of_cabinet},
    Kind{"application/x-tar", is_tar, by_format<Format::tar>},
    Kind{"application/x-gtar", is_tar, by_format<Format::tar>},
    Kind{"application/gzip", is_gzip, of_gzip},
    Kind{"application/x-gzip", is_gzip, of_gzip},
    Kind{"application/x-bzip2", is_bzip2, by_filter<Filter::bzip2>},
    Kind{"application/x-xz", is_xz, by_filter<Filter::xz>},
    Kind{"application/vnd.ms-tnef", mapi::looks_like_tnef, of_tnef},
    Kind{"application/vnd.ms-outlook", ole2::looks_like_compound_file, of_outlook},
};

Members list_members(const Asked& asked, std::string_view detected_type, FilePurse& purse) {
    if (is_rar_volume(asked.bytes)) throw zip::Refused{one_volume, "one of several files that are an archive together"};
    if (is_rar5_encrypted(asked.bytes)) throw zip::Refused{Reason::encrypted, "a member is encrypted"};
    for (const Kind& kind : kinds) {
        if (kind.type == detected_type && kind.begins_so(asked.bytes)) return kind.list(asked, purse);
    }
    throw zip::Refused{no_reader, "no reader for archives of this kind"};
}

// Names, and what is wrong with them, of all members together.
std::vector<ArchiveMember> with_names(Members& listed, std::size_t path_bytes_max) {
    std::vector<RawName> names;
    names.reserve(listed.size());
    for (ListedMember& member : listed) names.push_back(std::move(member.name));
    std::vector<MemberName> judged = judge_names(names, path_bytes_max);
    std::vector<ArchiveMember> members(listed.size());
    for (std::size_t i = 0; i < listed.size(); ++i) {
        members[i].name = std::move(judged[i].path);
        members[i].notes = std::move(judged[i].notes);
        members[i].is_letter = listed[i].is_letter;
        members[i].held = listed[i].held != Reason::none ? listed[i].held : judged[i].held;
        if (members[i].held == Reason::none) members[i].untrusted_bytes = std::move(listed[i].bytes);
    }
    return members;
}

// A member that is larger than what is left in the purse is held; smaller ones behind it may still be paid.
void unpack_into(ArchiveMember& member, const zip::Packed& packed, FilePurse& purse) {
    try {
        member.untrusted_bytes = zip::unpack_whole(packed, purse);
    } catch (const zip::Refused& refused) {
        member.held = refused.why;
    } catch (const std::bad_alloc&) {
        member.held = out_of_purse;
    }
}

}  // namespace

bool WantedMembers::holds(std::size_t number) const noexcept {
    return numbers_.empty() || std::binary_search(numbers_.begin(), numbers_.end(), number);
}

std::optional<FileNotMade> read_archive(std::string_view untrusted, std::string_view detected_type,
                                        std::string_view archive_name, FilePurse& purse, const WantedMembers& wanted,
                                        const MemberSink& sink) {
    Members listed;
    std::vector<ArchiveMember> members;
    try {
        listed = list_members({untrusted, archive_name, wanted}, detected_type, purse);
        members = with_names(listed, purse.limits().archive_name_bytes_max);
    } catch (const zip::Refused& refused) {
        return FileNotMade{refused.why, refused.words};
    } catch (const std::bad_alloc&) {
        return FileNotMade{out_of_purse, "the archive needs more memory than there is"};
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (wanted.holds(i + 1) && members[i].held == Reason::none && listed[i].packed) {
            unpack_into(members[i], *listed[i].packed, purse);
        }
        if (sink(i + 1, std::move(members[i])) == OnMember::stop) break;
    }
    return std::nullopt;
}

void load_archive_tables() { load_library_tables(); }

}  // namespace mugaika::codec
