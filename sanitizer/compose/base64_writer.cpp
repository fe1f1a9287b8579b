#include "sanitizer/compose/base64_writer.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace mugaika {
namespace {

constexpr std::size_t bytes_per_line = 57;  // 76 characters
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Of twelve bits each.
constexpr auto pairs = [] {
    std::array<std::array<char, 2>, 1u << 12> all{};
    for (std::size_t bits = 0; bits < all.size(); ++bits) all[bits] = {alphabet[bits >> 6], alphabet[bits & 63]};
    return all;
}();

// Four characters of three bytes, which may lie in 24 bits.
void put_group(char* to, std::uint32_t bits) noexcept {
    const std::array<char, 2>&first = pairs[bits >> 12 & 0xfff], &second = pairs[bits & 0xfff];
    to[0] = first[0];
    to[1] = first[1];
    to[2] = second[0];
    to[3] = second[1];
}

// Of two or one bytes at the end of a text.
void put_last_group(char* to, std::string_view bytes) noexcept {
    const bool has_second = bytes.size() > 1;
    const auto byte = [&](std::size_t at) { return std::uint32_t{static_cast<unsigned char>(bytes[at])}; };
    put_group(to, byte(0) << 16 | (has_second ? byte(1) << 8 : 0));
    if (!has_second) to[2] = '=';
    to[3] = '=';
}

void append_base64(std::string& out, std::string_view bytes) {
    const std::size_t before = out.size();
    out.resize(before + (bytes.size() + 2) / 3 * 4);
    char* to = out.data() + before;
    const auto* from = reinterpret_cast<const unsigned char*>(bytes.data());
    const unsigned char* const end = from + bytes.size() / 3 * 3;
    for (; from != end; from += 3, to += 4)
        put_group(to, std::uint32_t{from[0]} << 16 | std::uint32_t{from[1]} << 8 | from[2]);
    const std::string_view last = bytes.substr(bytes.size() / 3 * 3);
    if (!last.empty()) put_last_group(to, last);
}

}  // namespace

std::string base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    append_base64(out, bytes);
    return out;
}

void append_base64_lines(std::string& out, std::string_view bytes) {
    out.reserve(out.size() + (bytes.size() / bytes_per_line + 1) * 78);
    for (std::size_t at = 0; at < bytes.size(); at += bytes_per_line) {
        append_base64(out, bytes.substr(at, bytes_per_line));
        out += "\r\n";
    }
}

}  // namespace mugaika
