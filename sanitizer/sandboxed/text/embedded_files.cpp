#include "sanitizer/sandboxed/text/embedded_files.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "policy/ascii.hpp"

namespace mugaika::sandboxed {
namespace {

// The words are the format's own (RFC 1741 4).
constexpr std::string_view binhex_words = "(This file must be converted with BinHex";
constexpr std::string_view yenc_begin = "=ybegin ";

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

std::string_view after_line(std::string_view text) {
    const std::size_t end = text.find('\n');
    return end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
}

// "begin 644 name" and what a well-known reader took for it: "begin" and two blanks.
bool looks_like_uu_begin(std::string_view line) {
    if (!ascii::istarts_with(line, "begin ")) return false;
    const std::string_view rest = line.substr(6);
    return rest.starts_with(' ') || (rest.size() > 4 && std::all_of(rest.begin(), rest.begin() + 3, ascii::is_digit));
}

std::string_view uu_name(std::string_view line) {
    const std::string_view rest = ascii::trim(line.substr(6));
    const std::size_t blank = rest.find(' ');
    return blank == std::string_view::npos ? std::string_view() : ascii::trim(rest.substr(blank));
}

// The first character says how many bytes the line holds; trailing blanks may have been lost, a checksum may follow.
bool is_uu_data(std::string_view line) {
    const auto in_alphabet = [](char c) { return c >= ' ' && c <= '`'; };
    if (line.empty() || !std::all_of(line.begin(), line.end(), in_alphabet)) return false;
    const auto count = static_cast<std::size_t>(line.front() - ' ') % 64;
    const std::size_t characters = 1 + (count + 2) / 3 * 4;
    return count <= 45 && line.size() <= characters + 2 && line.size() * 2 >= characters;
}

// How much of `text` the block takes; 0 when it holds no data.
std::size_t uu_block_bytes(std::string_view text) {
    std::string_view rest = after_line(text);
    std::size_t data_lines = 0;
    for (; is_uu_data(first_line(rest)) && !rest.empty(); rest = after_line(rest)) ++data_lines;
    // The line of no bytes before the end is a single blank, which mailers strip.
    if (data_lines > 0 && first_line(rest).empty()) {
        const std::string_view after_blank = after_line(rest);
        if (ascii::trim(first_line(after_blank)) == "end") rest = after_blank;
    }
    if (ascii::trim(first_line(rest)) == "end") return text.size() - after_line(rest).size();
    return data_lines > 0 ? text.size() - rest.size() : 0;
}

// To the end line, or to the end of the text: damaged yEnc is of no use to anyone.
std::size_t yenc_block_bytes(std::string_view text) {
    const std::size_t end = text.find("\n=yend");
    if (end == std::string_view::npos) return text.size();
    return text.size() - after_line(text.substr(end + 1)).size();
}

// One run of lines that begins and ends with a colon (RFC 1741 4); without an end, all lines that hold no blank.
std::size_t binhex_block_bytes(std::string_view text) {
    std::string_view rest = after_line(text);
    while (!rest.empty() && ascii::trim(first_line(rest)).empty()) rest = after_line(rest);
    bool is_first = true;
    while (!rest.empty()) {
        const std::string_view line = ascii::trim(first_line(rest));
        if (line.empty() || line.find(' ') != std::string_view::npos) break;
        rest = after_line(rest);
        if (line.ends_with(':') && !(is_first && line.size() == 1)) break;
        is_first = false;
    }
    return text.size() - rest.size();
}

std::string_view yenc_name(std::string_view line) {
    const std::size_t name = line.find(" name=");
    return name == std::string_view::npos ? std::string_view() : ascii::trim(line.substr(name + 6));
}

// The file that begins with the first line of `text`, if one does.
std::optional<EmbeddedFile> file_at(std::string_view text) {
    const std::string_view line = first_line(text);
    const auto take = [&](EmbeddedCoding coding, std::string_view name, std::size_t bytes) {
        return EmbeddedFile{coding, std::string(name), std::string(text.substr(0, bytes))};
    };
    if (line.starts_with(yenc_begin)) return take(EmbeddedCoding::yenc, yenc_name(line), yenc_block_bytes(text));
    if (line.starts_with(binhex_words)) return take(EmbeddedCoding::binhex, {}, binhex_block_bytes(text));
    if (!looks_like_uu_begin(line)) return std::nullopt;
    const std::size_t bytes = uu_block_bytes(text);
    if (bytes == 0) return std::nullopt;
    return take(EmbeddedCoding::uuencode, uu_name(line), bytes);
}

}  // namespace

bool may_hold_embedded_files(std::string_view text) noexcept {
    for (; !text.empty(); text = after_line(text)) {
        const std::string_view line = first_line(text);
        if (looks_like_uu_begin(line) || line.starts_with(yenc_begin) || line.starts_with(binhex_words)) return true;
    }
    return false;
}

CutText cut_embedded_files(std::string_view text, std::size_t files_max) {
    CutText cut;
    while (!text.empty()) {
        if (auto file = file_at(text)) {
            if (cut.files.size() + 1 >= files_max) file->block = std::string(text);
            text.remove_prefix(file->block.size());
            cut.files.push_back(std::move(*file));
            continue;
        }
        const std::string_view line = first_line(text);
        if (looks_like_uu_begin(line)) cut.text.push_back(' ');
        cut.text.append(text.substr(0, std::min(line.size() + 1, text.size())));
        text = after_line(text);
    }
    return cut;
}

}  // namespace mugaika::sandboxed
