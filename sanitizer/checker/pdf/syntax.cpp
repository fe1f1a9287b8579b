#include "sanitizer/checker/pdf/syntax.hpp"

#include <algorithm>

namespace mugaika::checker::pdf {
namespace {

constexpr unsigned depth_max = 8;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_hex(char c) noexcept { return is_digit(c) || (c >= 'a' && c <= 'f'); }
int hex_value(char c) noexcept { return is_digit(c) ? c - '0' : c - 'a' + 10; }

bool may_stand_in_name(char c) noexcept {
    return c > ' ' && c <= '~' && std::string_view("()<>[]{}/%#").find(c) == std::string_view::npos;
}

std::size_t name_size(std::string_view bytes) noexcept {
    std::size_t at = 1;
    while (at < bytes.size()) {
        if (may_stand_in_name(bytes[at])) {
            ++at;
        } else if (bytes[at] == '#' && at + 2 < bytes.size() && is_hex(bytes[at + 1]) && is_hex(bytes[at + 2])) {
            const char c = static_cast<char>(hex_value(bytes[at + 1]) * 16 + hex_value(bytes[at + 2]));
            if (c == '\0' || may_stand_in_name(c)) return 0;  // has a shorter spelling
            at += 3;
        } else {
            break;
        }
    }
    return at > 1 ? at : 0;
}

std::size_t scalar_size(std::string_view bytes) noexcept {
    const std::size_t end = std::min(bytes.find_first_of(" \n"), bytes.size());
    const std::string_view word = bytes.substr(0, end);
    if (word == "true" || word == "false" || word == "null") return end;
    if (!is_number(word)) return 0;
    // "5 0 R" is one value.
    const std::size_t reference_end = end + 4;
    const bool is_reference =
        bytes.substr(end, 4) == " 0 R" && is_integer(word) && word[0] != '-' && word != "0" &&
        (reference_end == bytes.size() || bytes[reference_end] == ' ' || bytes[reference_end] == '\n');
    return is_reference ? reference_end : end;
}

std::size_t text_size(std::string_view bytes) noexcept {
    const std::size_t end = bytes.find('>');
    if (end == std::string_view::npos || !is_text(bytes.substr(0, end + 1))) return 0;
    return end + 1;
}

void skip(Piece& piece, std::size_t size) {
    piece.bytes.remove_prefix(size);
    piece.at += size;
}

void skip_value(Piece& piece, unsigned depth);

void skip_array(Piece& piece, unsigned depth) {
    take(piece, "[ ");
    while (!piece.bytes.starts_with(']')) {
        skip_value(piece, depth + 1);
        take(piece, " ");
    }
    take(piece, "]");
}

void skip_dictionary(Piece& piece, unsigned depth) {
    take(piece, "<< ");
    while (!piece.bytes.starts_with(">>")) {
        const std::size_t size = piece.bytes.starts_with('/') ? name_size(piece.bytes) : 0;
        if (size == 0) refuse("a key", piece.at);
        skip(piece, size);
        take(piece, " ");
        skip_value(piece, depth + 1);
        take(piece, " ");
    }
    take(piece, ">>");
}

void skip_value(Piece& piece, unsigned depth) {
    if (depth > depth_max) refuse("no value so deep inside others", piece.at);
    if (piece.bytes.starts_with("<< ")) return skip_dictionary(piece, depth);
    if (piece.bytes.starts_with("[ ")) return skip_array(piece, depth);
    std::size_t size = 0;
    if (piece.bytes.starts_with('/')) {
        size = name_size(piece.bytes);
    } else if (piece.bytes.starts_with('<')) {
        size = text_size(piece.bytes);
    } else {
        size = scalar_size(piece.bytes);
    }
    if (size == 0) refuse("a value in its one spelling", piece.at);
    skip(piece, size);
}

// As the writer sorts: by the bytes of the name, not of its spelling.
std::string decoded_name(std::string_view name) {
    std::string out;
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (name[at] != '#') {
            out += name[at];
            continue;
        }
        out += static_cast<char>(hex_value(name[at + 1]) * 16 + hex_value(name[at + 2]));
        at += 2;
    }
    return out;
}

}  // namespace

void refuse(std::string_view expected, std::size_t at) {
    throw Refused{"pdf: expected " + std::string(expected) + " at byte " + std::to_string(at)};
}

void take(Piece& piece, std::string_view exact) {
    if (!piece.bytes.starts_with(exact)) {
        std::string shown;
        for (const char c : exact) {
            if (c == '\n') {
                shown += "\\n";
            } else {
                shown += c > '~' || c < ' ' ? '?' : c;
            }
        }
        refuse('"' + shown + '"', piece.at);
    }
    skip(piece, exact.size());
}

std::uint32_t take_count(Piece& piece) {
    std::uint64_t value = 0;
    std::size_t size = 0;
    while (size < piece.bytes.size() && is_digit(piece.bytes[size]) && size < 11) {
        value = value * 10 + static_cast<std::uint64_t>(piece.bytes[size++] - '0');
    }
    const bool is_odd = size == 0 || value > UINT32_MAX || (size > 1 && piece.bytes[0] == '0');
    if (is_odd) refuse("a count", piece.at);
    skip(piece, size);
    return static_cast<std::uint32_t>(value);
}

Piece take_value(Piece& piece) {
    const Piece before = piece;
    skip_value(piece, 0);
    return {before.bytes.substr(0, piece.at - before.at), before.at};
}

std::vector<Entry> entries_of(Piece dictionary) {
    std::vector<Entry> entries;
    take(dictionary, "<< ");
    std::string last;
    while (!dictionary.bytes.starts_with(">>")) {
        const std::size_t size = dictionary.bytes.starts_with('/') ? name_size(dictionary.bytes) : 0;
        if (size == 0) refuse("a key", dictionary.at);
        const std::string_view key = dictionary.bytes.substr(1, size - 1);
        std::string name = decoded_name(key);
        if (!entries.empty() && !(last < name)) refuse("keys in rising order, each once", dictionary.at);
        last = std::move(name);
        skip(dictionary, size);
        take(dictionary, " ");
        entries.push_back({key, take_value(dictionary)});
        take(dictionary, " ");
    }
    take(dictionary, ">>");
    return entries;
}

bool is_number(std::string_view word) noexcept {
    if (word.starts_with('-')) word.remove_prefix(1);
    const std::size_t point = std::min(word.find('.'), word.size());
    const std::string_view whole = word.substr(0, point);
    const std::string_view fraction = point == word.size() ? std::string_view{} : word.substr(point + 1);
    if (whole.empty() || whole.size() > 10 || (whole.size() > 1 && whole[0] == '0')) return false;
    if (!std::all_of(whole.begin(), whole.end(), is_digit)) return false;
    if (point == word.size()) return true;
    if (fraction.empty() || fraction.size() > 9 || fraction.back() == '0') return false;
    return std::all_of(fraction.begin(), fraction.end(), is_digit);
}

bool is_integer(std::string_view word) noexcept {
    if (!is_number(word) || word.find('.') != std::string_view::npos || word == "-0") return false;
    const bool is_negative = word.starts_with('-');
    std::uint64_t value = 0;
    for (const char c : word.substr(is_negative ? 1 : 0)) value = value * 10 + static_cast<std::uint64_t>(c - '0');
    return value <= 0x7FFFFFFFu + (is_negative ? 1u : 0u);
}

bool is_name(std::string_view token) noexcept { return token.starts_with('/') && name_size(token) == token.size(); }

bool is_text(std::string_view token) noexcept {
    return token.size() >= 2 && token.size() % 2 == 0 && token.front() == '<' && token.back() == '>' &&
           std::all_of(token.begin() + 1, token.end() - 1, is_hex);
}

std::string decoded_text(std::string_view hexadecimal) {
    std::string out;
    for (std::size_t at = 1; at + 2 < hexadecimal.size(); at += 2) {
        out += static_cast<char>(hex_value(hexadecimal[at]) * 16 + hex_value(hexadecimal[at + 1]));
    }
    return out;
}

}  // namespace mugaika::checker::pdf
