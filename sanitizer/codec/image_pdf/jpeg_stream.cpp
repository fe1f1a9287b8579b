#include "sanitizer/codec/image_pdf/jpeg_stream.hpp"

#include <cstdint>

#include "sanitizer/codec/pictures/big_endian.hpp"

namespace mugaika::codec {
namespace {

constexpr std::uint8_t stuffed = 0x00, restart_first = 0xd0, restart_last = 0xd7, end_of_image = 0xd9, scan = 0xda;

// Where the next marker of its own stands, behind data of a scan; the end where none does.
std::size_t behind_scan(std::string_view bytes, std::size_t at) noexcept {
    while ((at = bytes.find('\xff', at)) != bytes.npos && at + 1 < bytes.size()) {
        const std::uint8_t marker = byte_at(bytes, at + 1);
        const bool is_data = marker == stuffed || (marker >= restart_first && marker <= restart_last);
        if (!is_data) return at;
        at += 2;
    }
    return bytes.size();
}

// Of the one at the beginning; 0 when it is not whole.
std::size_t jpeg_bytes(std::string_view bytes) noexcept {
    if (!bytes.starts_with("\xff\xd8")) return 0;
    std::size_t at = 2;
    while (at + 4 <= bytes.size() && bytes[at] == '\xff') {
        const std::uint8_t marker = byte_at(bytes, at + 1);
        if (marker == end_of_image) return at + 2;
        if (marker <= end_of_image && marker >= restart_first) return 0;
        at += 2 + std::size_t{big_endian(bytes, at + 2, 2)};
        if (marker == scan) at = behind_scan(bytes, at);
    }
    const bool is_whole = at + 2 == bytes.size() && bytes.substr(at) == "\xff\xd9";
    return is_whole ? bytes.size() : 0;
}

}  // namespace

std::optional<std::vector<std::string_view>> split_jpegs(std::string_view untrusted, std::size_t max) {
    std::vector<std::string_view> jpegs;
    while (!untrusted.empty()) {
        const std::size_t bytes = jpeg_bytes(untrusted);
        if (bytes == 0 || jpegs.size() == max) return std::nullopt;
        jpegs.push_back(untrusted.substr(0, bytes));
        untrusted.remove_prefix(bytes);
    }
    if (jpegs.empty()) return std::nullopt;
    return jpegs;
}

}  // namespace mugaika::codec
