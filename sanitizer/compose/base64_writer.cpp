#include "sanitizer/compose/base64_writer.hpp"

#include <array>
#include <cstddef>

namespace mugaika {
namespace {

constexpr std::size_t bytes_per_line = 57;  // 76 characters
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// One to three bytes.
std::array<char, 4> group(std::string_view bytes) {
    const auto byte = [&](std::size_t i) {
        return i < bytes.size() ? static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])) : 0;
    };
    const std::size_t bits = byte(0) << 16 | byte(1) << 8 | byte(2);
    return {alphabet[bits >> 18], alphabet[bits >> 12 & 63], bytes.size() > 1 ? alphabet[bits >> 6 & 63] : '=',
            bytes.size() > 2 ? alphabet[bits & 63] : '='};
}

void append_base64(std::string& out, std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::array<char, 4> characters = group(bytes.substr(at, 3));
        out.append(characters.data(), characters.size());
    }
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
