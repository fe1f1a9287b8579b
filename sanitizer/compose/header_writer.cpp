#include "sanitizer/compose/header_writer.hpp"

#include <algorithm>

#include "policy/ascii.hpp"
#include "sanitizer/compose/base64_writer.hpp"

namespace mugaika {
namespace {

constexpr std::size_t columns_max = 76;      // RFC 2047 section 2
constexpr std::size_t raw_word_max = 60;     // longer ASCII words are encoded, so that they can be folded
constexpr std::size_t quoted_text_max = 64;  // a quoted-string is one word and has to fit on a line
constexpr std::string_view encoded_start = "=?UTF-8?B?";
constexpr std::string_view encoded_end = "?=";

// Reads the same in every mailer, whatever it does with encoded words and runs of blanks.
bool can_stand_raw(std::string_view text) noexcept {
    if (!ascii::is_ascii(text) || text.find("=?") != text.npos || text.find("  ") != text.npos) return false;
    std::size_t word = 0;
    for (char c : text) {
        word = c == ' ' ? 0 : word + 1;
        if (word > raw_word_max) return false;
    }
    return true;
}

// Left out are all characters that sloppy address readers take for syntax even inside quotes (AC-103, AC-105).
bool can_stand_quoted(std::string_view text) noexcept {
    constexpr std::string_view harmless = " .,'-_&/+()";
    return text.size() <= quoted_text_max && std::all_of(text.begin(), text.end(), [&](char c) {
               return ascii::is_alnum(c) || harmless.find(c) != harmless.npos;
           });
}

// The longest beginning of `utf8` of at most `bytes_max` (>= 4) bytes that ends with a whole character.
std::string_view whole_characters(std::string_view utf8, std::size_t bytes_max) noexcept {
    if (utf8.size() <= bytes_max) return utf8;
    while ((static_cast<unsigned char>(utf8[bytes_max]) & 0xc0) == 0x80) --bytes_max;
    return utf8.substr(0, bytes_max);
}

}  // namespace

void HeaderWriter::begin(std::string_view field_name) {
    out_.append(field_name).push_back(':');
    column_ = field_name.size() + 1;
    first_word_ = true;
    must_break_ = false;
}

void HeaderWriter::end() { out_ += "\r\n"; }

void HeaderWriter::word(std::string_view printable) {
    // The first word stays on the line of the name: a first line without a word reads as an empty field to some.
    if (!first_word_ && (must_break_ || column_ + 1 + printable.size() > columns_max)) {
        out_ += "\r\n";
        column_ = 0;
    }
    out_.append(" ").append(printable);
    column_ += 1 + printable.size();
    first_word_ = false;
    must_break_ = false;
}

void HeaderWriter::text(const PlainLine& line) {
    std::string_view rest = ascii::trim(line.str());
    if (!can_stand_raw(rest)) return encoded(rest);
    while (!rest.empty()) {
        const std::size_t length = std::min(rest.find(' '), rest.size());
        word(rest.substr(0, length));
        rest.remove_prefix(std::min(length + 1, rest.size()));
    }
}

void HeaderWriter::phrase(const PlainLine& line) {
    const std::string_view name = ascii::trim(line.str());
    if (can_stand_quoted(name)) return word("\"" + std::string(name) + "\"");
    encoded(name);
}

void HeaderWriter::encoded(std::string_view utf8) {
    constexpr std::size_t frame = 1 + encoded_start.size() + encoded_end.size();
    constexpr std::size_t useful_bytes = 12;  // less room than that is not worth a word
    const auto bytes_in = [](std::size_t columns) { return columns > frame ? (columns - frame) / 4 * 3 : 0; };
    while (!utf8.empty()) {
        std::size_t room = must_break_ ? 0 : bytes_in(columns_max - std::min(column_, columns_max));
        if (room < useful_bytes) {
            must_break_ = true;
            room = bytes_in(columns_max);
        }
        const std::string_view piece = whole_characters(utf8, room);
        word(std::string(encoded_start).append(base64(piece)).append(encoded_end));
        utf8.remove_prefix(piece.size());
    }
}

}  // namespace mugaika
