// The zlib stream inside a picture (RFC 1950), into a room whose size is known beforehand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mugaika::codec {

struct Inflated {
    std::string bytes;      // at most what was wanted
    bool is_exact = false;  // as many as were wanted, and their check sum is right
    bool has_more = false;  // something follows, unpacked or packed
};

// `wanted` bytes or fewer. A stream that gives a little more is cut, one that gives fewer is not filled up. Nothing
// when it is no stream, breaks off, or gives much more.
std::optional<Inflated> inflate(std::string_view untrusted, std::uint64_t wanted);

}  // namespace mugaika::codec
