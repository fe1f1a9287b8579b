#include "sanitizer/compose/attachment.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "policy/ascii.hpp"
#include "sanitizer/compose/base64_writer.hpp"
#include "sanitizer/compose/header_writer.hpp"

namespace mugaika {
namespace {

constexpr std::size_t name_bytes_max = 240;  // percent-encoded it still fits on a line
constexpr std::size_t extension_bytes_max = 16;
constexpr std::size_t quoted_name_max = 60;

// All that may be named; what else a handler says becomes octet-stream. No text: a mail program would show it as if we
// had written it.
constexpr auto known_types = std::to_array<std::string_view>({
    "application/gzip",
    "application/msword",
    "application/pdf",
    "application/rtf",
    "application/vnd.ms-excel",
    "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    "application/vnd.ms-excel.sheet.macroEnabled.12",
    "application/vnd.ms-powerpoint",
    "application/vnd.ms-powerpoint.presentation.macroEnabled.12",
    "application/vnd.ms-word.document.macroEnabled.12",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.rar",
    "application/x-7z-compressed",
    "application/x-js-taro",
    "application/x-lzh-compressed",
    "application/zip",
    "image/bmp",
    "image/gif",
    "image/heic",
    "image/jpeg",
    "image/png",
    "image/tiff",
    "image/webp",
});
constexpr std::string_view unknown_type = "application/octet-stream";

bool is_name_char(char c) noexcept {
    constexpr std::string_view unsafe = "/\\:*?\"<>|%'";  // paths, Windows, and our own quoting
    return unsafe.find(c) == unsafe.npos;
}

// ".pdf" with the dot; "" where there is none worth keeping.
std::string_view ascii_extension(std::string_view name) noexcept {
    const std::size_t dot = name.rfind('.');
    if (dot == name.npos || name.size() - dot > extension_bytes_max) return {};
    const std::string_view extension = name.substr(dot);
    return std::all_of(extension.begin() + 1, extension.end(), ascii::is_alnum) ? extension : std::string_view();
}

std::string shortened(std::string_view name) {
    if (name.size() <= name_bytes_max) return std::string(name);
    const std::string_view extension = ascii_extension(name);
    constexpr std::string_view ellipsis = "…";  // who reads the name sees that it was longer
    std::size_t length = name_bytes_max - extension.size() - ellipsis.size();
    while ((static_cast<unsigned char>(name[length]) & 0xc0) == 0x80) --length;
    return std::string(name.substr(0, length)).append(ellipsis).append(extension);
}

// The worker cleans names; here the same is made sure once more, as if it had been taken over.
std::string safe_name(const PlainLine& untrusted_name) {
    std::string name = shortened(ascii::trim(untrusted_name.str()));
    std::replace_if(
        name.begin(), name.end(), [](char c) { return !is_name_char(c); }, '_');
    if (name.empty()) return "attachment";
    if (name.front() == '.' || name.front() == ' ') name.front() = '_';
    if (name.back() == '.' || name.back() == ' ') name.back() = '_';
    return name;
}

bool can_stand_quoted(std::string_view name) noexcept {
    constexpr std::string_view harmless = " ._-()+,";
    return name.size() <= quoted_name_max && std::all_of(name.begin(), name.end(), [&](char c) {
               return ascii::is_alnum(c) || harmless.find(c) != harmless.npos;
           });
}

// RFC 2231 section 4; all but letters, digits, '-', '.' and '_' as %XX.
std::string percent_encoded(std::string_view name) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (char c : name) {
        if (ascii::is_alnum(c) || c == '-' || c == '.' || c == '_') {
            out.push_back(c);
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out.push_back('%');
        out.push_back(digits[byte >> 4]);
        out.push_back(digits[byte & 15]);
    }
    return out;
}

// One name, in one of two forms. An ASCII fallback beside the RFC 2231 form would be a second name for the same file:
// some readers take the first, some the last, and all of them since about 2010 know RFC 2231.
std::string name_parameter(const std::string& name) {
    return can_stand_quoted(name) ? "filename=\"" + name + "\"" : "filename*=UTF-8''" + percent_encoded(name);
}

}  // namespace

void append_attachment(std::string& out, const Attachment& file) {
    const auto known = std::find(known_types.begin(), known_types.end(), file.type);
    HeaderWriter header;
    header.begin("Content-Type");
    header.word(known == known_types.end() ? unknown_type : *known);
    header.end();
    header.begin("Content-Transfer-Encoding");
    header.word("base64");
    header.end();
    header.begin("Content-Disposition");
    header.word("attachment;");
    header.word(name_parameter(safe_name(*file.name)));
    header.end();
    out.append(header.str()).append("\r\n");
    append_base64_lines(out, file.bytes);
}

}  // namespace mugaika
