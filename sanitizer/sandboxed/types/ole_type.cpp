#include "sanitizer/sandboxed/types/ole_type.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "policy/ascii.hpp"
#include "sanitizer/sandboxed/types/little_endian.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::string_view signature("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
// {000C10xx-0000-0000-C000-000000000046} without its first byte: installers, patches, transforms.
constexpr std::string_view installer_class("\x10\x0c\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46", 15);
constexpr std::size_t entries_max = 4096;
constexpr std::uint32_t sector_max = 0xfffffffa;  // everything above is a mark, not a sector

struct Stream {
    std::string name;        // lower case ASCII, as names are compared; others as '?', marks of property sets left out
    std::string_view start;  // the first sector's bytes, when the stream lies in sectors of its own
};

// The file as sectors. Sector numbers come from the file and are checked at every step.
class CompoundFile {
public:
    explicit CompoundFile(std::string_view bytes) : bytes_(bytes) {
        // 3 and 4 are the only versions, with 512 and 4096 bytes; anything else is read as the first.
        sector_bytes_ = little_endian<std::uint16_t>(bytes, 30) == 12 ? 4096 : 512;
    }

    std::string_view sector(std::uint32_t number) const {
        if (number > sector_max) return {};
        return slice(bytes_, (std::uint64_t{number} + 1) * sector_bytes_, sector_bytes_);
    }
    std::uint32_t next(std::uint32_t number) const {
        const std::uint32_t per_sector = sector_bytes_ / 4;
        const std::string_view table = sector(table_sector(number / per_sector));
        if (table.empty()) return 0xffffffff;
        return little_endian<std::uint32_t>(table, std::uint64_t{number % per_sector} * 4);
    }
    std::vector<Stream> streams() const;
    // Bytes 1 … 15 of the root's class; the first byte tells kinds of installer apart.
    std::string_view root_class() const { return slice(sector(little_endian<std::uint32_t>(bytes_, 48)), 81, 15); }

private:
    // The sector that holds part `index` of the allocation table: 109 are named in the header, the others in a chain.
    std::uint32_t table_sector(std::uint32_t index) const {
        if (index < 109) return little_endian<std::uint32_t>(bytes_, 76 + std::uint64_t{index} * 4);
        const std::uint32_t per_sector = sector_bytes_ / 4 - 1;
        std::uint32_t at = little_endian<std::uint32_t>(bytes_, 68);
        for (std::uint32_t skip = (index - 109) / per_sector; skip > 0; --skip) {
            const std::string_view more = sector(at);
            if (more.empty()) return 0xffffffff;
            at = little_endian<std::uint32_t>(more, std::uint64_t{per_sector} * 4);
        }
        return little_endian<std::uint32_t>(sector(at), std::uint64_t{(index - 109) % per_sector} * 4);
    }

    std::string_view bytes_;
    std::uint32_t sector_bytes_ = 512;
};

std::string name_of(std::string_view entry) {
    const std::size_t characters = little_endian<std::uint16_t>(entry, 64) / 2;
    std::string name;
    for (std::size_t i = 0; i + 1 < characters && i < 31; ++i) {
        const auto unit = little_endian<std::uint16_t>(entry, 2 * i);
        if (unit < 0x20) continue;  // \x05SummaryInformation and its kin
        name.push_back(unit < 0x7f ? ascii::to_lower(static_cast<char>(unit)) : '?');
    }
    return name;
}

std::vector<Stream> CompoundFile::streams() const {
    constexpr std::uint32_t mini_stream_cutoff = 4096;
    std::vector<Stream> found;
    std::uint32_t at = little_endian<std::uint32_t>(bytes_, 48);
    for (std::size_t seen = 0; seen < entries_max;) {
        const std::string_view entries = sector(at);
        if (entries.size() < 128) break;
        for (std::size_t offset = 0; offset + 128 <= entries.size(); offset += 128, ++seen) {
            const std::string_view entry = entries.substr(offset, 128);
            const bool in_sectors = little_endian<std::uint32_t>(entry, 120) >= mini_stream_cutoff;
            const auto start = little_endian<std::uint32_t>(entry, 116);
            found.push_back({name_of(entry), in_sectors ? sector(start) : std::string_view()});
        }
        at = next(at);
    }
    return found;
}

// [MS-XLS] 2.4.117: FilePass stands among the first records of an encrypted workbook.
bool workbook_is_encrypted(std::string_view start) {
    constexpr std::uint16_t file_pass = 0x2f;
    for (std::uint64_t at = 0; at + 4 <= start.size(); at += 4 + little_endian<std::uint16_t>(start, at + 2)) {
        if (little_endian<std::uint16_t>(start, at) == file_pass) return true;
    }
    return false;
}

// [MS-DOC] 2.5.1: FibBase.fEncrypted.
bool document_is_encrypted(std::string_view start) { return (little_endian<std::uint16_t>(start, 10) & 0x0100) != 0; }

bool is_encrypted(const Stream& stream) {
    if (stream.name == "encryptedpackage" || stream.name == "encryptedsummary") return true;
    if (stream.name == "workbook" || stream.name == "book") return workbook_is_encrypted(stream.start);
    return stream.name == "worddocument" && document_is_encrypted(stream.start);
}

struct Named {
    std::string_view stream;
    std::string_view type;
    PartKind kind;
};

// In this order: a Word document may hold an Excel workbook, its own stream decides.
constexpr std::array<Named, 17> named{{
    {"__properties_version1.0", "application/vnd.ms-outlook", PartKind::archive},
    {"worddocument", "application/msword", PartKind::office},
    {"powerpoint document", "application/vnd.ms-powerpoint", PartKind::office},
    {"pp40", "application/vnd.ms-powerpoint", PartKind::office},
    {"workbook", "application/vnd.ms-excel", PartKind::office},
    {"book", "application/vnd.ms-excel", PartKind::office},
    {"visiodocument", "application/vnd.visio", PartKind::office},
    {"quill", "application/x-mspublisher", PartKind::office},
    {"starwriterdocument", "application/vnd.stardivision.writer", PartKind::office},
    {"starcalcdocument", "application/vnd.stardivision.calc", PartKind::office},
    {"stardrawdocument", "application/vnd.stardivision.draw", PartKind::office},
    {"stardrawdocument3", "application/vnd.stardivision.draw", PartKind::office},
    {"hwpsummaryinformation", "application/x-hwp", PartKind::other},
    {"documenttext", "application/x-js-taro", PartKind::other},
    {"jsrv_segmentinformation", "application/x-js-taro", PartKind::other},
    {"encryptedpackage", encrypted_package_type, PartKind::encrypted},
    {"encryptioninfo", encrypted_package_type, PartKind::encrypted},
}};

}  // namespace

bool looks_like_ole(std::string_view untrusted_bytes) noexcept { return untrusted_bytes.starts_with(signature); }

FileType ole_type_of(std::string_view untrusted_bytes) {
    const CompoundFile file(untrusted_bytes);
    if (file.root_class() == installer_class) return {"application/x-msi", PartKind::executable};
    const std::vector<Stream> streams = file.streams();
    FileType type{"application/x-ole-storage", PartKind::other};
    std::size_t best = named.size();
    bool encrypted = false;
    for (const Stream& stream : streams) {
        encrypted |= is_encrypted(stream);
        for (std::size_t i = 0; i < best; ++i) {
            if (stream.name == named[i].stream) best = i;
        }
    }
    if (best < named.size()) type = {std::string(named[best].type), named[best].kind};
    if (encrypted) type.kind = PartKind::encrypted;
    return type;
}

}  // namespace mugaika::sandboxed
