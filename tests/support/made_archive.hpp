// Archives that tests write themselves, with every fault that a test wants.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika::test {

struct MadeMember {
    std::string name;
    std::string bytes;
};

// ---- ZIP, field by field

struct ZipMemberFields {
    std::string name;
    std::string bytes;
    std::uint32_t method = 8;  // 0 stored, 8 deflated; others: stored under a wrong number
    std::uint32_t flags = 0;   // 8: sizes stand in a descriptor behind the data
    std::uint32_t made_by = 20;
    std::uint32_t attributes = 0;
    std::string extra = {};        // of the directory
    std::string local_extra = {};  // of the member's own header
    bool zip64 = false;            // all numbers that can in a ZIP64 field
    std::optional<std::string> local_name = std::nullopt;
    std::string comment = {};
};

struct ZipFile {
    std::vector<ZipMemberFields> members;
    std::string comment = {};
    bool zip64 = false;  // with a ZIP64 end record
};

std::string made_zip_file(const ZipFile&);
std::string zip_of(const std::vector<MadeMember>&);
std::string extra_field(std::uint32_t id, std::string_view content);
// Info-ZIP's Unicode path for a header that has this name.
std::string unicode_path(std::string_view header_name, std::string_view name);

// ---- tar, header by header

struct TarMember {
    std::string name;
    std::string bytes = {};
    char type = '0';  // '0' a file, '1' hard link, '2' link, '3' '4' devices, '5' folder, '6' pipe
    std::string link = {};
};

std::string made_tar(const std::vector<TarMember>&);

// ---- others

// By libarchive's own writers: "7zip", "pax"; filter "none", "gzip", "bzip2", "xz"; "raw" with a filter: one file.
std::string made_by_library(const char* format, const char* filter, const std::vector<MadeMember>&);
// Stored members in headers of level 0, names as they are.
std::string made_lzh(const std::vector<MadeMember>&);

struct Rar5Fields {
    bool volume = false;
    bool encrypted_list = false;
    bool encrypted_member = false;
};
std::string made_rar5(const std::vector<MadeMember>&, const Rar5Fields& = {});  // stored

struct CabinetFields {
    bool deflated = true;  // MSZIP; else stored
    bool has_next = false;
    std::uint32_t wrong_sum = 0;                              // added to each block's sum
    std::optional<std::uint32_t> last_offset = std::nullopt;  // in the folder, of the last member
    std::optional<std::uint32_t> last_length = std::nullopt;
    std::uint32_t attributes = 0x20;  // 0x80: names are UTF-8
};
std::string made_cabinet(const std::vector<MadeMember>&, const CabinetFields& = {});  // one folder

}  // namespace mugaika::test
