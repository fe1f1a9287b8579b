// A strict reader of the ZIP file that a package is: what one reader sees is what every reader sees (ZIP APPNOTE 4.3,
// ECMA-376 part 2 annex B). Members lie side by side from the first byte to the directory, local and central header
// say the same, no name is there twice or leads out.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::ooxml {

struct ZipMember {
    std::string name;  // UTF-8, without a leading slash
    std::uint32_t method = 0;
    std::uint32_t crc = 0;
    std::uint32_t size = 0;   // as declared; held against what comes out
    std::string_view packed;  // of the package
};

class ZipReader {
public:
    // Throws Refused: encrypted, not_representable (a method we do not know, ZIP64), too_many_members,
    // document_damaged.
    ZipReader(std::string_view untrusted, FilePurse&);

    // By part name, in which case of ASCII letters does not count (ECMA-376 part 2, 9.1.1); nullptr when there is none.
    const ZipMember* find(std::string_view part_name) const;
    const std::vector<ZipMember>& members() const { return members_; }

private:
    std::vector<ZipMember> members_;
    std::unordered_map<std::string, std::size_t> by_name_;
};

// Hands the member's bytes on in pieces; the sink returns false to stop early. With a purse each piece is paid before
// it is handed on; without, it was paid by an earlier reading of the same member. Throws Refused: document_damaged,
// inner_too_large.
void unpack(const ZipMember&, FilePurse*, const std::function<bool(std::string_view)>& sink);
std::string unpack_whole(const ZipMember&, FilePurse&);

std::string lower_ascii(std::string_view);

}  // namespace mugaika::codec::ooxml
