#include "sanitizer/sandboxed/text/transfer_decoding.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::int8_t not_base64 = -1;
constexpr std::size_t sample_bytes = 64u << 10;  // what a body is judged by

constexpr std::array<std::int8_t, 256> base64_values = [] {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::array<std::int8_t, 256> values{};
    values.fill(not_base64);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    }
    return values;
}();

// Of the first to the fourth of four characters, where they stand in 24 bits; more than those for what is none.
constexpr std::array<std::array<std::uint32_t, 256>, 4> shifted_values = [] {
    std::array<std::array<std::uint32_t, 256>, 4> shifted{};
    for (std::size_t place = 0; place < shifted.size(); ++place) {
        for (std::size_t c = 0; c < base64_values.size(); ++c) {
            const bool is_one = base64_values[c] != not_base64;
            shifted[place][c] = is_one ? static_cast<std::uint32_t>(base64_values[c]) << (18 - 6 * place) : ~0u;
        }
    }
    return shifted;
}();

std::uint32_t bits_of(const char* four) noexcept {
    const auto at = [four](std::size_t place) {
        return shifted_values[place][static_cast<unsigned char>(four[place])];
    };
    return at(0) | at(1) | at(2) | at(3);
}

int base64_value(char c) noexcept { return base64_values[static_cast<unsigned char>(c)]; }

char byte(unsigned value) noexcept { return static_cast<char>(value & 0xff); }

// One line of `text` without its line end; `text` moves on to the next.
std::string_view take_line(std::string_view& text, std::string_view* line_end = nullptr) noexcept {
    const std::size_t lf = text.find('\n');
    const std::size_t next = lf == std::string_view::npos ? text.size() : lf + 1;
    std::size_t end = lf == std::string_view::npos ? text.size() : lf;
    if (lf != std::string_view::npos && end > 0 && text[end - 1] == '\r') --end;
    const std::string_view line = text.substr(0, end);
    if (line_end != nullptr) *line_end = text.substr(end, next - end);
    text.remove_prefix(next);
    return line;
}

std::string_view trim_blanks_right(std::string_view text) noexcept {
    while (!text.empty() && ascii::is_blank(text.back())) text.remove_suffix(1);
    return text;
}

class Base64Decoder {
public:
    Base64Decoder(std::size_t encoded_bytes, std::vector<Reason>& findings) : findings_(findings) {
        out_.reserve(encoded_bytes / 4 * 3 + 3);
    }

    std::string decode(std::string_view text) &&;

private:
    std::string_view take_quanta(std::string_view text);
    void on_character(char);
    void flush();

    std::vector<Reason>& findings_;
    std::string out_;
    std::uint32_t bits_ = 0;
    unsigned characters_ = 0;  // in bits_, 0 … 3
    bool padded_ = false;
};

std::string Base64Decoder::decode(std::string_view text) && {
    while (!text.empty() && !padded_) {
        if (characters_ == 0) text = take_quanta(text);
        if (text.empty()) break;
        on_character(text.front());
        text.remove_prefix(1);
    }
    while (!text.empty()) {
        const std::string_view line = ascii::trim(take_line(text));
        const bool is_base64 =
            std::all_of(line.begin(), line.end(), [](char c) { return c == '=' || base64_value(c) != not_base64; });
        if (!is_base64) add_once(findings_, Reason::base64_junk);
        if (!is_base64) continue;
        for (const char c : line) on_character(c);
    }
    if (characters_ > 0) add_once(findings_, Reason::base64_truncated);
    flush();
    return std::move(out_);
}

// The fast way: whole quanta of four, as long as nothing else comes. A line at a time, or the string would be asked for
// room for each.
std::string_view Base64Decoder::take_quanta(std::string_view text) {
    std::array<char, 3 * 32> bytes;
    for (std::size_t made = bytes.size(); made == bytes.size(); out_.append(bytes.data(), made)) {
        for (made = 0; made < bytes.size() && text.size() >= 4; made += 3) {
            const std::uint32_t bits = bits_of(text.data());
            if (bits > 0xffffff) break;
            bytes[made] = byte(bits >> 16);
            bytes[made + 1] = byte(bits >> 8);
            bytes[made + 2] = byte(bits);
            text.remove_prefix(4);
        }
    }
    return text;
}

void Base64Decoder::on_character(char c) {
    if (ascii::is_space(c)) return;
    if (c == '=') {
        flush();
        padded_ = true;
        return;
    }
    const int value = base64_value(c);
    if (value == not_base64) {
        add_once(findings_, Reason::base64_junk);
        return;
    }
    if (padded_) add_once(findings_, Reason::base64_padding_inside);
    bits_ = bits_ << 6 | static_cast<std::uint32_t>(value);
    if (++characters_ == 4) flush();
}

// What the characters collected so far hold; one alone holds no byte.
void Base64Decoder::flush() {
    const std::uint32_t bits = bits_ << (6 * (4 - characters_));
    if (characters_ >= 2) out_.push_back(byte(bits >> 16));
    if (characters_ >= 3) out_.push_back(byte(bits >> 8));
    if (characters_ == 4) out_.push_back(byte(bits));
    bits_ = 0;
    characters_ = 0;
}

void append_qp_line(std::string& out, std::string_view line, std::vector<Reason>& findings) {
    while (!line.empty()) {
        const std::size_t escape = line.find('=');
        out += line.substr(0, escape);
        if (escape == std::string_view::npos) return;
        line.remove_prefix(escape);
        const int high = line.size() > 2 ? ascii::hex_value(line[1]) : -1;
        const int low = line.size() > 2 ? ascii::hex_value(line[2]) : -1;
        if (high < 0 || low < 0) {
            add_once(findings, Reason::qp_illegal);
            out.push_back('=');
            line.remove_prefix(1);
            continue;
        }
        out.push_back(byte(static_cast<unsigned>(high * 16 + low)));
        line.remove_prefix(3);
    }
}

// ---- uuencode

bool is_uu_begin(std::string_view line) noexcept {
    return line.starts_with("begin ") && line.size() > 10 && ascii::is_digit(line[6]) && ascii::is_digit(line[7]) &&
           ascii::is_digit(line[8]) && line[9] == ' ';
}

unsigned uu_value(char c) noexcept { return (static_cast<unsigned char>(c) - 0x20u) & 0x3fu; }

// A length character, then groups of four; groups cut short by trimmed blanks count as blanks.
void append_uu_line(std::string& out, std::string_view line) {
    std::size_t left = uu_value(line.front());
    line.remove_prefix(1);
    while (left > 0 && !line.empty()) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 4; ++i) bits = bits << 6 | (i < line.size() ? uu_value(line[i]) : 0u);
        for (unsigned shift = 24; shift > 0 && left > 0; --left) out.push_back(byte(bits >> (shift -= 8)));
        line.remove_prefix(std::min<std::size_t>(4, line.size()));
    }
}

}  // namespace

std::string decode_base64(std::string_view untrusted, std::vector<Reason>& findings) {
    return Base64Decoder(untrusted.size(), findings).decode(untrusted);
}

std::string decode_quoted_printable(std::string_view untrusted, std::vector<Reason>& findings) {
    std::string out;
    out.reserve(untrusted.size());
    while (!untrusted.empty()) {
        std::string_view line_end;
        std::string_view line = trim_blanks_right(take_line(untrusted, &line_end));
        const bool is_soft_break = line.ends_with('=');
        if (is_soft_break) line.remove_suffix(1);
        append_qp_line(out, line, findings);
        if (!is_soft_break) out += line_end;
    }
    return out;
}

std::string decode_uuencode(std::string_view untrusted, std::vector<Reason>& findings) {
    std::string_view rest = untrusted;
    bool has_begun = false;
    while (!rest.empty() && !has_begun) has_begun = is_uu_begin(take_line(rest));
    if (!has_begun) {
        if (!ascii::trim(untrusted).empty()) add_once(findings, Reason::unknown_transfer_encoding);
        return std::string(untrusted);
    }
    std::string out;
    while (!rest.empty()) {
        const std::string_view line = take_line(rest);
        if (line == "end") break;
        if (!line.empty()) append_uu_line(out, line);
    }
    return out;
}

bool is_surely_base64(std::string_view untrusted) noexcept {
    constexpr std::size_t line_bytes_min = 60;
    std::string_view text = ascii::trim(untrusted.substr(0, sample_bytes));
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    const std::size_t width = text.find_first_of("\r\n");
    if (width == std::string_view::npos || width < line_bytes_min || width % 4 != 0) return false;
    bool has_upper = false, has_lower = false, has_digit = false;
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        const bool is_last = text.empty();
        if (line.size() > width || (line.size() < width && !is_last)) return false;
        for (const char c : line) {
            if (base64_value(c) == not_base64) return false;
            has_upper = has_upper || ascii::is_upper(c);
            has_lower = has_lower || ascii::is_lower(c);
            has_digit = has_digit || ascii::is_digit(c);
        }
    }
    return has_upper && has_lower && has_digit;
}

bool is_surely_not_base64(std::string_view untrusted) noexcept {
    constexpr std::size_t characters_min = 16;
    const std::string_view sample = untrusted.substr(0, sample_bytes);
    const std::string_view first_segment = sample.substr(0, sample.find('='));
    std::size_t characters = 0, strange = 0;
    for (std::size_t i = 0; i < first_segment.size(); ++i) {
        const char c = first_segment[i];
        if (base64_value(c) != not_base64) {
            ++characters;
            continue;
        }
        // A blank inside a line parts words; at a line's end it is padding.
        const bool is_inner_blank = c == ' ' && i + 1 < first_segment.size() && !ascii::is_space(first_segment[i + 1]);
        if (ascii::is_space(c) && !is_inner_blank) continue;
        ++characters;
        ++strange;
    }
    return characters >= characters_min && strange * 8 > characters;
}

bool is_surely_plain(std::string_view untrusted) noexcept {
    if (!is_surely_not_base64(untrusted)) return false;
    while (!untrusted.empty()) {
        const std::string_view line = trim_blanks_right(take_line(untrusted));
        if (is_uu_begin(line) || line.starts_with("=ybegin ") || line.ends_with('=')) return false;
        for (std::size_t at = line.find('='); at != std::string_view::npos; at = line.find('=', at + 1)) {
            const bool is_escape =
                at + 2 < line.size() && ascii::hex_value(line[at + 1]) >= 0 && ascii::hex_value(line[at + 2]) >= 0;
            if (is_escape) return false;
        }
    }
    return true;
}

}  // namespace mugaika::sandboxed
