// The one form of ZIP file that a codec writes: members side by side from the first byte, their headers with true sizes
// and nothing else, then the same again as the directory, then the end record, then the end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika::checker::ooxml {

struct Member {
    std::string_view name;
    bool is_stored = false;
    std::uint32_t crc = 0;
    std::uint32_t size = 0;
    std::string_view packed;
};

// Throws Refusal with the offset.
std::vector<Member> read_zip(std::string_view untrusted);
// Throws Refusal when the bytes are not what the headers say. `room` is used again from member to member.
std::string_view unpack(const Member&, std::string& room);

}  // namespace mugaika::checker::ooxml
