// A strict reader of the structure of a ZIP file: what one reader sees is what every reader sees (ZIP APPNOTE 4.3).
// Members lie side by side from the first byte to the directory, the directory ends where its end record begins, the
// end record where the file ends. Nothing is unpacked here.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sanitizer/codec/zip/refused.hpp"
#include "sanitizer/codec/zip/unpack.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::zip {

struct Entry {
    std::string_view name;         // as the directory has it
    std::string_view extra;        // fields of the directory
    std::string_view local_extra;  // and of the member's own header
    std::uint32_t flags = 0;
    std::uint32_t made_by = 0;     // the upper byte names the system: 3 is Unix
    std::uint32_t attributes = 0;  // of that system
    std::uint32_t modified = 0;    // date and time, as MS-DOS has them
    Packed packed;
    // Why the member must not be unpacked: encrypted, not_representable (a method we do not know), document_damaged
    // (its two headers differ). The others are as good as ever.
    std::optional<Refused> trouble;
};

constexpr std::uint32_t flag_utf8 = 0x800;
constexpr std::uint32_t flag_encrypted = 0x1;
constexpr std::uint32_t flag_descriptor = 0x8;        // sizes and CRC stand behind the data
constexpr std::uint32_t flag_strong = 0x40 | 0x2000;  // by certificates, or the directory too: nobody here opens it

// In the order of the directory. Each is paid as a member. Throws Refused when the structure is not as above:
// document_damaged, not_representable (several volumes, ZIP64 numbers without their record), too_many_members.
std::vector<Entry> read_directory(std::string_view untrusted, FilePurse&);

// The field of that number; nothing when there is none. Throws Refused when there are two. Bytes behind the last whole
// field are padding, which some writers use to align members.
std::optional<std::string_view> find_extra(std::string_view extra, std::uint32_t id);

}  // namespace mugaika::codec::zip
