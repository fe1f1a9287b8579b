#include "sanitizer/sandboxed/types/zip_type.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include "policy/ascii.hpp"
#include "sanitizer/sandboxed/types/little_endian.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::uint32_t members_max = 10'000;
constexpr std::string_view local_magic("PK\x03\x04", 4);
constexpr std::string_view central_magic("PK\x01\x02", 4);
constexpr std::string_view end_magic("PK\x05\x06", 4);
constexpr std::uint16_t flag_encrypted = 1u << 0;
constexpr std::uint16_t flag_directory_encrypted = 1u << 13;

// What the names say. Compared in lower case: Office reads its part names so.
struct Look {
    bool encrypted = false;
    bool content_types = false, manifest_xml = false, manifest_mf = false, android = false;
    bool word = false, excel = false, excel_binary = false, powerpoint = false, visio = false, xps = false;
    bool macros = false;
    bool content_xml = false;
};

void look_at(Look& look, std::string_view untrusted_name, std::uint16_t flags) {
    const std::string name = ascii::to_lower(untrusted_name);
    look.encrypted |= (flags & (flag_encrypted | flag_directory_encrypted)) != 0;
    look.content_types |= name == "[content_types].xml";
    look.manifest_xml |= name == "meta-inf/manifest.xml";
    look.manifest_mf |= name == "meta-inf/manifest.mf";
    look.android |= name == "androidmanifest.xml" || name == "classes.dex";
    look.word |= name.starts_with("word/");
    look.excel |= name.starts_with("xl/");
    look.excel_binary |= name == "xl/workbook.bin";
    look.powerpoint |= name.starts_with("ppt/");
    look.visio |= name.starts_with("visio/");
    look.xps |= name.ends_with(".fdseq");
    look.macros |= name.ends_with("vbaproject.bin");
    look.content_xml |= name == "content.xml";
}

// Where the central directory begins: from the last end record, whose comment may be 64 KB long.
std::size_t central_directory_start(std::string_view bytes) {
    constexpr std::size_t end_record_bytes = 22;
    const std::size_t from = bytes.size() > 65'535 + end_record_bytes ? bytes.size() - 65'535 - end_record_bytes : 0;
    const std::size_t end = bytes.substr(from).rfind(end_magic);
    if (end == std::string_view::npos) return bytes.size();
    return little_endian<std::uint32_t>(bytes, from + end + 16);
}

// False when no directory is to be found at the place the end record names.
bool read_central_directory(Look& look, std::string_view bytes) {
    std::uint64_t at = central_directory_start(bytes);
    std::uint32_t members = 0;
    while (slice(bytes, at, 4) == central_magic && members < members_max) {
        const std::uint64_t name_bytes = little_endian<std::uint16_t>(bytes, at + 28);
        look_at(look, slice(bytes, at + 46, name_bytes), little_endian<std::uint16_t>(bytes, at + 8));
        at += 46 + name_bytes + little_endian<std::uint16_t>(bytes, at + 30) +
              little_endian<std::uint16_t>(bytes, at + 32);
        ++members;
    }
    return members > 0;
}

// Truncated or lying directory: every local header in the file gives its name. One pass, so that a wrong size cannot
// hide a member.
void read_local_headers(Look& look, std::string_view bytes) {
    std::uint32_t members = 0;
    for (std::size_t at = bytes.find(local_magic); at != std::string_view::npos && members < members_max;
         at = bytes.find(local_magic, at + local_magic.size())) {
        look_at(look, slice(bytes, at + 30, little_endian<std::uint16_t>(bytes, at + 26)),
                little_endian<std::uint16_t>(bytes, at + 6));
        ++members;
    }
}

// OpenDocument and EPUB store their type as the first member, not compressed, in lower case.
std::string stored_mimetype(std::string_view bytes) {
    constexpr std::string_view name = "mimetype";
    if (slice(bytes, 30, name.size()) != name || little_endian<std::uint16_t>(bytes, 26) != name.size()) return "";
    const std::uint64_t data = 30 + name.size() + little_endian<std::uint16_t>(bytes, 28);
    std::string type;
    constexpr std::uint32_t type_bytes_max = 100;
    for (char c : slice(bytes, data, std::min(type_bytes_max, little_endian<std::uint32_t>(bytes, 22)))) {
        if (!ascii::is_lower(c) && !ascii::is_digit(c) && c != '/' && c != '.' && c != '+' && c != '-') break;
        type.push_back(c);
    }
    return type;
}

FileType open_packaging_type(const Look& look) {
    const std::string macro = look.macros ? ".macroEnabled.12" : "";
    if (look.xps) return {"application/vnd.ms-xpsdocument", PartKind::other};
    if (look.excel_binary) return {"application/vnd.ms-excel.sheet.binary.macroEnabled.12", PartKind::office};
    if (look.word) {
        return {look.macros ? "application/vnd.ms-word.document.macroEnabled.12"
                            : "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                PartKind::office};
    }
    if (look.excel) {
        return {look.macros ? "application/vnd.ms-excel.sheet.macroEnabled.12"
                            : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                PartKind::office};
    }
    if (look.powerpoint) {
        return {look.macros ? "application/vnd.ms-powerpoint.presentation.macroEnabled.12"
                            : "application/vnd.openxmlformats-officedocument.presentationml.presentation",
                PartKind::office};
    }
    if (look.visio) return {"application/vnd.ms-visio.drawing" + macro, PartKind::office};
    return {"application/zip", PartKind::archive};
}

}  // namespace

bool looks_like_zip(std::string_view untrusted_bytes) noexcept {
    return untrusted_bytes.starts_with(local_magic) || untrusted_bytes.starts_with(end_magic) ||
           untrusted_bytes.starts_with("PK00PK\x03\x04") || untrusted_bytes.starts_with("PK\x07\x08PK");
}

FileType zip_type_of(std::string_view untrusted_bytes) {
    Look look;
    if (!read_central_directory(look, untrusted_bytes)) read_local_headers(look, untrusted_bytes);
    if (look.encrypted) return {"application/zip", PartKind::encrypted};
    if (look.manifest_mf || look.android) return {"application/java-archive", PartKind::executable};
    const std::string stored = stored_mimetype(untrusted_bytes);
    if (stored.starts_with("application/") && stored.rfind('/') == stored.find('/')) {
        const bool is_document =
            stored.starts_with("application/vnd.oasis.opendocument.") || stored.starts_with("application/vnd.sun.xml.");
        return {stored, is_document ? PartKind::office : PartKind::other};
    }
    if (look.content_types || look.xps) return open_packaging_type(look);
    if (look.content_xml && look.manifest_xml) return {"application/vnd.oasis.opendocument", PartKind::office};
    return {"application/zip", PartKind::archive};
}

}  // namespace mugaika::sandboxed
