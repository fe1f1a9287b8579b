#include "sanitizer/compose/gate_file.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace mugaika::gate {
namespace {

using namespace std::string_view_literals;

bool stands_between(std::string_view bytes, std::string_view first, std::string_view last) noexcept {
    return bytes.size() >= first.size() + last.size() && bytes.starts_with(first) && bytes.ends_with(last);
}

bool is_jpeg(std::string_view bytes) noexcept { return stands_between(bytes, "\xff\xd8\xff"sv, "\xff\xd9"sv); }

bool is_png(std::string_view bytes) noexcept {
    return stands_between(bytes, "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"sv, "\0\0\0\0IEND\xae\x42\x60\x82"sv);
}

bool is_pdf(std::string_view bytes) noexcept { return stands_between(bytes, "%PDF-1.7\n"sv, "\n%%EOF\n"sv); }

// Its second line says what it is, in UTF-8: pictures.
bool is_image_pdf(std::string_view bytes) noexcept {
    return stands_between(bytes, "%PDF-1.4\n%\xe7\x94\xbb\xe5\x83\x8f\n1 0 obj\n"sv, "\n%%EOF\n"sv);
}

// ECMA-376 part 2, in our form: the relationships first, the content types last, no comment, and the main part of the
// kind in the directory.
bool is_package(std::string_view bytes, std::string_view main_part) noexcept {
    constexpr std::string_view first = "PK\x03\x04\x14\0\0\0\x08\0\0\0\x21\0"sv;  // then sum and sizes, 12 bytes
    constexpr std::string_view first_name = "\x0b\0\0\0_rels/.rels"sv;
    constexpr std::string_view last_name = "[Content_Types].xml"sv, end = "PK\x05\x06\0\0\0\0"sv, no_comment = "\0\0"sv;
    constexpr std::size_t end_bytes = 22;
    if (!stands_between(bytes, first, no_comment) || !bytes.substr(first.size()).substr(12).starts_with(first_name)) {
        return false;
    }
    const std::string_view before = bytes.substr(0, bytes.size() - end_bytes);
    if (!before.ends_with(last_name) || !bytes.substr(before.size()).starts_with(end)) return false;
    std::uint32_t directory_at = 0;
    for (std::size_t i = 4; i > 0; --i) {
        directory_at = directory_at << 8 | static_cast<unsigned char>(bytes[bytes.size() - 7 + i]);
    }
    return directory_at < before.size() && before.substr(directory_at).find(main_part) != before.npos;
}

bool is_docx(std::string_view bytes) noexcept { return is_package(bytes, "word/document.xml"); }
bool is_xlsx(std::string_view bytes) noexcept { return is_package(bytes, "xl/workbook.xml"); }
bool is_pptx(std::string_view bytes) noexcept { return is_package(bytes, "ppt/presentation.xml"); }

bool is_zip(std::string_view bytes) noexcept { return bytes.starts_with("PK\x03\x04\x14\0\0\x08\0\0"sv); }

// UTF-8 of characters that show, TAB and ends of lines: nothing that makes a reader take it for something else.
bool is_text(std::string_view bytes) noexcept {
    if (bytes.starts_with("%PDF-"sv)) return false;  // the one form here that is text as well
    std::size_t owed = 0;                            // octets of a character
    for (const char c : bytes) {
        const auto octet = static_cast<unsigned char>(c);
        const bool continues = (octet & 0xc0) == 0x80;
        if (continues != (owed > 0)) return false;
        if (continues) {
            --owed;
            continue;
        }
        if (octet < 0x20 && octet != '\t' && octet != '\r' && octet != '\n') return false;
        if (octet == 0x7f || octet == 0xc0 || octet == 0xc1 || octet > 0xf4) return false;
        owed = octet < 0xc0 ? 0 : octet < 0xe0 ? 1 : octet < 0xf0 ? 2 : 3;
    }
    return owed == 0 && !bytes.empty();
}

// A table begins with a byte order mark, without which Excel takes it for another charset.
bool is_table(std::string_view bytes) noexcept { return bytes.starts_with("\xef\xbb\xbf"sv) && is_text(bytes); }

// As a checker has read them.
bool is_calendar(std::string_view bytes) noexcept {
    return stands_between(bytes, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"sv, "END:VCALENDAR\r\n"sv) && is_text(bytes);
}
bool is_card(std::string_view bytes) noexcept {
    return stands_between(bytes, "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:"sv, "END:VCARD\r\n"sv) && is_text(bytes);
}

struct Kind {
    std::string_view name;
    std::string_view type;
    std::array<std::string_view, 4> extensions;  // lower case; "" for none
    bool (*has_form)(std::string_view bytes) noexcept;
};

// All that may be attached beside a person's order. A kind that is added to what checkers read is added here as well,
// with a form of its own, or the mail is held.
constexpr std::array kinds{
    Kind{"jpeg", "image/jpeg", {".jpg", ".jpeg", ".jpe", ".jfif"}, is_jpeg},
    Kind{"png", "image/png", {".png"}, is_png},
    Kind{"pdf", "application/pdf", {".pdf"}, is_pdf},
    Kind{"image-pdf", "application/pdf", {".pdf"}, is_image_pdf},
    Kind{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", {".docx"}, is_docx},
    Kind{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", {".xlsx"}, is_xlsx},
    Kind{"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", {".pptx"}, is_pptx},
    Kind{"zip", "application/zip", {".zip"}, is_zip},
    // No reader of mails is to show these as if we had written them.
    Kind{"text", "application/octet-stream", {".txt", ".log", ".md", ".json"}, is_text},
    Kind{"csv", "application/octet-stream", {".csv", ".tsv", ".tab"}, is_table},
    // Opened by who wants it: as a calendar part of the mail it would be entered by itself.
    Kind{"ics", "application/octet-stream", {".ics"}, is_calendar},
    Kind{"vcf", "application/octet-stream", {".vcf"}, is_card},
};

const Kind* kind_named(std::string_view name) noexcept {
    const auto* found = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) { return kind.name == name; });
    return found == kinds.end() ? nullptr : found;
}

bool has_extension_of(const Kind& kind, std::string_view name) {
    const std::size_t dot = name.rfind('.');
    if (dot == name.npos || dot == 0) return false;
    std::string extension(name.substr(dot));
    for (char& c : extension) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return std::find(kind.extensions.begin(), kind.extensions.end(), extension) != kind.extensions.end();
}

constexpr Breach unknown_kind{"file: of a kind that may not be attached", 0};

}  // namespace

Judged judge_type(std::string_view kind_name, std::string_view type) noexcept {
    const Kind* kind = kind_named(kind_name);
    if (kind == nullptr) return unknown_kind;
    return kind->type == type ? Judged() : Breach{"file: its type is not that of its kind", 0};
}

Judged judge_kind(std::string_view kind_name, std::string_view name, std::string_view bytes) {
    const Kind* kind = kind_named(kind_name);
    if (kind == nullptr) return unknown_kind;
    if (!has_extension_of(*kind, name)) return Breach{"file: its name does not end like its kind", 0};
    return kind->has_form(bytes) ? Judged() : Breach{"file: its bytes are not of its kind", 0};
}

std::string hex_digest(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) return {};
    std::string hex;
    for (unsigned int i = 0; i < length; ++i) {
        hex.push_back("0123456789abcdef"[digest[i] >> 4]);
        hex.push_back("0123456789abcdef"[digest[i] & 15]);
    }
    return hex;
}

}  // namespace mugaika::gate
