#include "sanitizer/compose/base64_writer.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace mugaika {
namespace {

constexpr std::size_t bytes_per_line = 57;  // 76 characters
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::array<char, 4> characters_of(unsigned char a, unsigned char b, unsigned char c) noexcept {
    return {alphabet[a >> 2], alphabet[(a << 4 | b >> 4) & 63], alphabet[(b << 2 | c >> 6) & 63], alphabet[c & 63]};
}

// The last group of a text may have one or two bytes only.
std::array<char, 4> padded_characters_of(std::string_view bytes) noexcept {
    const bool has_second = bytes.size() > 1;
    auto characters =
        characters_of(static_cast<unsigned char>(bytes[0]), has_second ? static_cast<unsigned char>(bytes[1]) : 0, 0);
    if (!has_second) characters[2] = '=';
    characters[3] = '=';
    return characters;
}

void append_base64(std::string& out, std::string_view bytes) {
    std::size_t to = out.size();
    out.resize(to + (bytes.size() + 2) / 3 * 4);
    const auto put = [&](const std::array<char, 4>& characters) {
        std::copy(characters.begin(), characters.end(), out.data() + to);
        to += characters.size();
    };
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    const std::size_t whole = bytes.size() / 3 * 3;
    for (std::size_t at = 0; at < whole; at += 3) put(characters_of(byte(at), byte(at + 1), byte(at + 2)));
    if (whole < bytes.size()) put(padded_characters_of(bytes.substr(whole)));
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
