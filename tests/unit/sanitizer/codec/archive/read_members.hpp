// What tests of archives have in common: an archive read whole, and what became of its members.
#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/codec/archive/read_archive.hpp"
#include "tests/support/made_archive.hpp"

namespace mugaika::test {

inline constexpr std::string_view zip_type = "application/zip";
inline constexpr std::string_view tar_type = "application/x-tar";
inline constexpr std::string_view gzip_type = "application/gzip";
inline constexpr std::string_view rar_type = "application/vnd.rar";
inline constexpr std::string_view lzh_type = "application/x-lzh-compressed";
inline constexpr std::string_view cabinet_type = "application/vnd.ms-cab-compressed";
inline constexpr std::string_view seven_zip_type = "application/x-7z-compressed";

struct MembersRead {
    std::vector<codec::ArchiveMember> members;
    Reason held = Reason::none;  // the archive as a whole
    std::string words;
    std::uint64_t inner_paid = 0;
};

inline MembersRead read_members(std::string_view archive, std::string_view type, std::vector<std::uint32_t> wanted = {},
                                const FileLimits& limits = {}, std::string_view name = "書類.tar.gz") {
    static const bool is_loaded = (codec::load_archive_tables(), true);
    REQUIRE(is_loaded);
    FilePurse purse(limits);
    MembersRead read;
    const codec::WantedMembers numbers(wanted);
    const auto held = codec::read_archive(archive, type, name, purse, numbers,
                                          [&](std::size_t number, codec::ArchiveMember&& member) {
                                              REQUIRE(number == read.members.size() + 1);
                                              read.members.push_back(std::move(member));
                                              return codec::OnMember::go_on;
                                          });
    if (held) read.held = held->why;
    if (held) read.words = held->words;
    read.inner_paid = limits.inner_bytes_max - purse.inner_left();
    return read;
}

inline std::vector<std::string> names_of(const MembersRead& read) {
    std::vector<std::string> names;
    for (const codec::ArchiveMember& member : read.members) names.push_back(member.name);
    return names;
}

inline std::vector<Reason> held_of(const MembersRead& read) {
    std::vector<Reason> held;
    for (const codec::ArchiveMember& member : read.members) held.push_back(member.held);
    return held;
}

// All members came with these names and bytes, nothing is held.
inline void check_given(const MembersRead& read, const std::vector<MadeMember>& expected) {
    CHECK(read.held == Reason::none);
    REQUIRE(read.members.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(read.members[i].name == expected[i].name);
        CHECK(read.members[i].held == Reason::none);
        CHECK(read.members[i].untrusted_bytes == expected[i].bytes);
    }
}

inline std::string changed(std::string bytes, const std::function<void(std::string&)>& change) {
    change(bytes);
    return bytes;
}

}  // namespace mugaika::test
