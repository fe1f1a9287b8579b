#include "sanitizer/codec/archive/archive_look.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace mugaika::codec::archive {
namespace {

using namespace std::string_view_literals;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) noexcept {
    return at < bytes.size() ? static_cast<std::uint8_t>(bytes[at]) : std::uint8_t{0};
}

// RAR 5: seven bits a byte, the lowest first; the top bit says that more follow.
std::optional<std::uint64_t> take_number(std::string_view bytes, std::size_t& at) noexcept {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 63 && at < bytes.size(); shift += 7) {
        const std::uint8_t byte = byte_at(bytes, at++);
        number |= std::uint64_t{byte & 0x7fu} << shift;
        if ((byte & 0x80) == 0) return number;
    }
    return std::nullopt;
}

constexpr std::size_t rar5_mark_size = 8;

// A header of RAR 5: CRC, size, type, flags, size of the extra area if flag 1, size of the data behind it if flag 2.
struct Rar5Header {
    std::uint64_t type = 0;
    std::string_view fields;  // of this type
    std::string_view extra;   // records: size, type, content
    std::uint64_t end = 0;    // behind its data
};

std::optional<Rar5Header> rar5_header(std::string_view bytes, std::size_t at) noexcept {
    at += 4;
    const auto size = take_number(bytes, at);
    if (!size || *size > bytes.size() - at) return std::nullopt;
    const std::size_t begin = at;
    const auto type = take_number(bytes, at);
    const auto flags = take_number(bytes, at);
    if (!type || !flags) return std::nullopt;
    const auto extra_size = (*flags & 1) != 0 ? take_number(bytes, at) : std::uint64_t{0};
    const auto data_size = (*flags & 2) != 0 ? take_number(bytes, at) : std::uint64_t{0};
    const std::size_t end = begin + *size;
    if (!extra_size || !data_size || at > end || *extra_size > end - at || *data_size > bytes.size() - end) {
        return std::nullopt;
    }
    return Rar5Header{*type, bytes.substr(at, end - *extra_size - at), bytes.substr(end - *extra_size, *extra_size),
                      end + *data_size};
}

bool is_rar5_volume(std::string_view bytes) noexcept {
    constexpr std::uint64_t main_header = 1, flag_volume = 1;
    const auto header = rar5_header(bytes, rar5_mark_size);
    if (!header || header->type != main_header) return false;
    std::size_t at = 0;
    const auto flags = take_number(header->fields, at);
    return flags && (*flags & flag_volume) != 0;
}

bool has_record(std::string_view extra, std::uint64_t wanted) noexcept {
    std::size_t at = 0;
    while (at < extra.size()) {
        const auto size = take_number(extra, at);
        if (!size || *size == 0 || *size > extra.size() - at) return false;
        std::size_t inside = at;
        if (take_number(extra, inside) == wanted) return true;
        at += *size;
    }
    return false;
}

}  // namespace

bool is_zip(std::string_view bytes) noexcept {
    return bytes.starts_with("PK\x03\x04"sv) || bytes.starts_with("PK\x05\x06"sv);
}
bool is_seven_zip(std::string_view bytes) noexcept { return bytes.starts_with("7z\xbc\xaf\x27\x1c"sv); }
bool is_rar4(std::string_view bytes) noexcept { return bytes.starts_with("Rar!\x1a\x07\0"sv); }
bool is_rar5(std::string_view bytes) noexcept { return bytes.starts_with("Rar!\x1a\x07\x01\0"sv); }
bool is_lzh(std::string_view bytes) noexcept {
    return bytes.size() > 6 && bytes.substr(2, 2) == "-l"sv && bytes[6] == '-';
}
bool is_cabinet(std::string_view bytes) noexcept { return bytes.starts_with("MSCF\0\0\0\0"sv); }
bool is_gzip(std::string_view bytes) noexcept { return bytes.starts_with("\x1f\x8b\x08"sv); }
bool is_bzip2(std::string_view bytes) noexcept { return bytes.starts_with("BZh"sv); }
bool is_xz(std::string_view bytes) noexcept {
    return bytes.starts_with(
        "\xfd"sv
        "7zXZ\0"sv);
}

bool is_tar(std::string_view bytes) noexcept {
    constexpr std::size_t header_size = 512, sum_at = 148, sum_size = 8;
    if (bytes.size() < header_size || bytes.front() == '\0') return false;
    std::uint32_t sum = 0;
    std::uint32_t stated = 0;
    for (std::size_t i = 0; i < header_size; ++i) {
        const bool in_sum = i >= sum_at && i < sum_at + sum_size;
        sum += in_sum ? std::uint32_t{' '} : byte_at(bytes, i);
        if (in_sum && bytes[i] >= '0' && bytes[i] <= '7')
            stated = stated * 8 + static_cast<std::uint32_t>(bytes[i] - '0');
    }
    return sum == stated;
}

bool is_rar_volume(std::string_view bytes) noexcept {
    constexpr std::size_t archive_flags = 10;
    if (is_rar5(bytes)) return is_rar5_volume(bytes);
    return is_rar4(bytes) && (byte_at(bytes, archive_flags) & 1) != 0;
}

bool is_rar5_encrypted(std::string_view bytes) noexcept {
    constexpr std::uint64_t file_header = 2, encryption_header = 4, encryption_record = 1;
    if (!is_rar5(bytes)) return false;
    for (std::size_t at = rar5_mark_size; at + 7 <= bytes.size();) {
        const auto header = rar5_header(bytes, at);
        if (!header) return false;
        if (header->type == encryption_header) return true;
        if (header->type == file_header && has_record(header->extra, encryption_record)) return true;
        at = header->end;
    }
    return false;
}

}  // namespace mugaika::codec::archive
