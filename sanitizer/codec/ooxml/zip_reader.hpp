// The ZIP file that a package is, by part names (ECMA-376 part 2 annex B): each member can be read, no name is there
// twice or leads out.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sanitizer/codec/zip/unpack.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::ooxml {

using zip::unpack;
using zip::unpack_whole;

struct ZipMember : zip::Packed {
    std::string name;  // UTF-8, without a leading slash
};

class ZipReader {
public:
    // Throws Refused: encrypted, not_representable (a method we do not know, several volumes), too_many_members,
    // document_damaged.
    ZipReader(std::string_view untrusted, FilePurse&);

    // By part name, in which case of ASCII letters does not count (ECMA-376 part 2, 9.1.1); nullptr when there is none.
    const ZipMember* find(std::string_view part_name) const;
    const std::vector<ZipMember>& members() const { return members_; }

private:
    std::vector<ZipMember> members_;
    std::unordered_map<std::string, std::size_t> by_name_;
};

std::string lower_ascii(std::string_view);

}  // namespace mugaika::codec::ooxml
