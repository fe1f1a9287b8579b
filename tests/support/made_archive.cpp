#include "tests/support/made_archive.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#include <algorithm>
#include <clocale>
#include <stdexcept>

namespace mugaika::test {
namespace {

std::string number(std::uint64_t value, std::size_t bytes) {
    std::string out;
    for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>((value >> (8 * i)) & 0xff);
    return out;
}

std::uint32_t crc_of(std::string_view bytes) {
    return static_cast<std::uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

std::string deflated(std::string_view bytes) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

struct Sizes {
    std::uint64_t crc, packed, size;
};

// From the flags to the size; sizes of a ZIP64 member stand elsewhere.
std::string shared_fields(const ZipMemberFields& member, const Sizes& sizes) {
    const std::uint64_t wide = 0xffffffff;
    return number(member.flags, 2) + number(member.method, 2) + number(0x5a210000, 4) + number(sizes.crc, 4) +
           number(member.zip64 ? wide : sizes.packed, 4) + number(member.zip64 ? wide : sizes.size, 4);
}

std::string local_header(const ZipMemberFields& member, const Sizes& sizes) {
    const bool later = (member.flags & 8) != 0;
    const Sizes stated = later ? Sizes{0, 0, 0} : sizes;
    const std::string name = member.local_name.value_or(member.name);
    std::string extra = member.local_extra;
    if (member.zip64) extra += extra_field(1, number(stated.size, 8) + number(stated.packed, 8));
    return "PK\x03\x04" + number(45, 2) + shared_fields(member, stated) + number(name.size(), 2) +
           number(extra.size(), 2) + name + extra;
}

std::string central_header(const ZipMemberFields& member, const Sizes& sizes, std::uint64_t offset) {
    std::string extra = member.extra;
    if (member.zip64) {
        extra += extra_field(1, number(sizes.size, 8) + number(sizes.packed, 8) + number(offset, 8));
    }
    return "PK\x01\x02" + number(member.made_by, 2) + number(45, 2) + shared_fields(member, sizes) +
           number(member.name.size(), 2) + number(extra.size(), 2) + number(member.comment.size(), 2) + number(0, 2) +
           number(0, 2) + number(member.attributes, 4) + number(member.zip64 ? 0xffffffff : offset, 4) + member.name +
           extra + member.comment;
}

std::string descriptor(const ZipMemberFields& member, const Sizes& sizes) {
    const std::size_t bytes = member.zip64 ? 8 : 4;
    return "PK\x07\x08" + number(sizes.crc, 4) + number(sizes.packed, bytes) + number(sizes.size, bytes);
}

}  // namespace

std::string extra_field(std::uint32_t id, std::string_view content) {
    return number(id, 2) + number(content.size(), 2) + std::string(content);
}

std::string unicode_path(std::string_view header_name, std::string_view name) {
    return extra_field(0x7075, "\x01" + number(crc_of(header_name), 4) + std::string(name));
}

std::string made_zip_file(const ZipFile& file) {
    std::string bytes;
    std::string directory;
    for (const ZipMemberFields& member : file.members) {
        const std::string packed = member.method == 8 ? deflated(member.bytes) : member.bytes;
        const Sizes sizes{crc_of(member.bytes), packed.size(), member.bytes.size()};
        directory += central_header(member, sizes, bytes.size());
        bytes += local_header(member, sizes) + packed;
        if ((member.flags & 8) != 0) bytes += descriptor(member, sizes);
    }
    const std::uint64_t offset = bytes.size();
    const std::uint64_t count = file.members.size();
    bytes += directory;
    if (file.zip64) {
        const std::uint64_t record = bytes.size();
        bytes += "PK\x06\x06" + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 8) + number(count, 8) +
                 number(count, 8) + number(directory.size(), 8) + number(offset, 8);
        bytes += "PK\x06\x07" + number(0, 4) + number(record, 8) + number(1, 4);
    }
    const std::uint64_t wide = 0xffffffffffffffff;
    const auto narrow = [&](std::uint64_t value, std::size_t size) { return number(file.zip64 ? wide : value, size); };
    return bytes + "PK\x05\x06" + number(0, 4) + narrow(count, 2) + narrow(count, 2) + narrow(directory.size(), 4) +
           narrow(offset, 4) + number(file.comment.size(), 2) + file.comment;
}

std::string zip_of(const std::vector<MadeMember>& members) {
    ZipFile file;
    for (const MadeMember& member : members) file.members.push_back({member.name, member.bytes});
    return made_zip_file(file);
}

namespace {

std::string octal(std::uint64_t value, std::size_t digits) {
    std::string out(digits, '0');
    for (std::size_t i = digits; i > 0; --i, value /= 8) out[i - 1] = static_cast<char>('0' + value % 8);
    return out + '\0';
}

void put(std::string& header, std::size_t at, const std::string& field) { header.replace(at, field.size(), field); }

}  // namespace

std::string made_tar(const std::vector<TarMember>& members) {
    std::string tar;
    for (const TarMember& member : members) {
        std::string header(512, '\0');
        put(header, 0, member.name.substr(0, 100));
        put(header, 100,
            octal(0644, 7) + octal(1000, 7) + octal(1000, 7) + octal(member.bytes.size(), 11) +
                octal(1'700'000'000, 11) + "        " + member.type + member.link);
        put(header, 257,
            std::string("ustar\0"
                        "00",
                        8));
        std::uint64_t sum = 0;
        for (const char c : header) sum += static_cast<unsigned char>(c);
        put(header, 148, octal(sum, 6) + ' ');
        tar += header + member.bytes;
        tar.resize((tar.size() + 511) / 512 * 512);
    }
    return tar + std::string(1024, '\0');
}

std::string made_by_library(const char* format, const char* filter, const std::vector<MadeMember>& members) {
    std::setlocale(LC_CTYPE, "C.UTF-8");  // else names that are not ASCII are none to the library
    std::vector<char> room(1 << 20);
    std::size_t used = 0;
    ::archive* writer = archive_write_new();
    int worst = archive_write_set_format_by_name(writer, format);
    if (std::string_view(filter) != "none") worst = std::min(worst, archive_write_add_filter_by_name(writer, filter));
    archive_write_set_bytes_in_last_block(writer, 1);
    worst = std::min(worst, archive_write_open_memory(writer, room.data(), room.size(), &used));
    if (worst != ARCHIVE_OK) throw std::runtime_error("libarchive has no such writer");
    for (const MadeMember& member : members) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname_utf8(entry, member.name.c_str());
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, static_cast<la_int64_t>(member.bytes.size()));
        worst = std::min(worst, archive_write_header(writer, entry));
        archive_write_data(writer, member.bytes.data(), member.bytes.size());
        archive_entry_free(entry);
    }
    worst = std::min(worst, archive_write_close(writer));
    archive_write_free(writer);
    if (worst != ARCHIVE_OK) throw std::runtime_error("libarchive wrote no archive");
    return {room.data(), used};
}

namespace {

std::uint16_t crc16_of(std::string_view bytes) {
    std::uint32_t crc = 0;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int i = 0; i < 8; ++i) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xa001 : crc >> 1;
    }
    return static_cast<std::uint16_t>(crc);
}

}  // namespace

std::string made_lzh(const std::vector<MadeMember>& members) {
    std::string lzh;
    for (const MadeMember& member : members) {
        const std::string fields = "-lh0-" + number(member.bytes.size(), 4) + number(member.bytes.size(), 4) +
                                   number(0x5a210000, 4) + number(0x20, 1) + number(0, 1) +
                                   number(member.name.size(), 1) + member.name + number(crc16_of(member.bytes), 2);
        std::uint8_t sum = 0;
        for (const char c : fields) sum = static_cast<std::uint8_t>(sum + static_cast<unsigned char>(c));
        lzh += number(fields.size(), 1) + number(sum, 1) + fields + member.bytes;
    }
    return lzh + '\0';
}

namespace {

std::string vint(std::uint64_t value) {
    std::string out;
    for (; value >= 0x80; value >>= 7) out += static_cast<char>((value & 0x7f) | 0x80);
    return out + static_cast<char>(value);
}

std::string rar5_header(const std::string& fields) {
    const std::string sized = vint(fields.size()) + fields;
    return number(crc_of(sized), 4) + sized;
}

}  // namespace

std::string made_rar5(const std::vector<MadeMember>& members, const Rar5Fields& wanted) {
    std::string rar("Rar!\x1a\x07\x01\0", 8);
    if (wanted.encrypted_list) {
        return rar + rar5_header(vint(4) + vint(0) + vint(0) + vint(0) + number(15, 1) + std::string(16, 's')) +
               std::string(64, 'e');
    }
    rar += rar5_header(vint(1) + vint(0) + vint(wanted.volume ? 1 : 0));
    for (const MadeMember& member : members) {
        std::string extra;
        if (wanted.encrypted_member) {
            const std::string record = vint(1) + vint(0) + vint(0) + number(15, 1) + std::string(32, 's');
            extra = vint(record.size()) + record;
        }
        const std::uint64_t crc_there = 4;
        const std::string flags = extra.empty() ? vint(2) : vint(3) + vint(extra.size());
        rar += rar5_header(vint(2) + flags + vint(member.bytes.size()) + vint(crc_there) + vint(member.bytes.size()) +
                           vint(0100644) + number(crc_of(member.bytes), 4) + vint(0) + vint(1) +
                           vint(member.name.size()) + member.name + extra) +
               member.bytes;
    }
    return rar + rar5_header(vint(5) + vint(0) + vint(0));
}

namespace {

constexpr std::size_t cabinet_block_bytes = 32768;

std::uint32_t le32(std::string_view bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = bytes.size(); i > 0; --i) value = value << 8 | static_cast<std::uint8_t>(bytes[i - 1]);
    return value;
}

// [MS-CAB] 3.1: words of four bytes; those left at the end stand the other way round.
std::uint32_t cabinet_sum(std::string_view bytes, std::uint32_t sum) {
    while (bytes.size() >= 4) {
        sum ^= le32(bytes.substr(0, 4));
        bytes.remove_prefix(4);
    }
    std::string rest(bytes.rbegin(), bytes.rend());
    return sum ^ le32(rest);
}

std::string cabinet_block(std::string_view bytes, const CabinetFields& fields) {
    const std::string data = fields.deflated ? "CK" + deflated(bytes) : std::string(bytes);
    const std::string sizes = number(data.size(), 2) + number(bytes.size(), 2);
    const std::uint32_t sum = cabinet_sum(sizes, cabinet_sum(data, 0));
    return number(sum + fields.wrong_sum, 4) + sizes + data;
}

}  // namespace

std::string made_cabinet(const std::vector<MadeMember>& members, const CabinetFields& fields) {
    std::string folder, files, blocks;
    for (const MadeMember& member : members) {
        const bool is_last = &member == &members.back();
        const std::uint64_t length = is_last ? fields.last_length.value_or(member.bytes.size()) : member.bytes.size();
        const std::uint64_t offset = is_last ? fields.last_offset.value_or(folder.size()) : folder.size();
        files += number(length, 4) + number(offset, 4) + number(0, 2) + number(0x5a21, 2) + number(0, 2) +
                 number(fields.attributes, 2) + member.name + '\0';
        folder += member.bytes;
    }
    std::size_t count = 0;
    for (std::size_t at = 0; at < folder.size(); at += cabinet_block_bytes, ++count) {
        blocks += cabinet_block(std::string_view(folder).substr(at, cabinet_block_bytes), fields);
    }
    const std::string next = fields.has_next ? std::string("next.cab\0disk\0", 14) : "";
    const std::size_t folder_at = 36 + next.size(), files_at = folder_at + 8, data_at = files_at + files.size();
    return "MSCF" + number(0, 4) + number(data_at + blocks.size(), 4) + number(0, 4) + number(files_at, 4) +
           number(0, 4) + number(0x0103, 2) + number(1, 2) + number(members.size(), 2) +
           number(fields.has_next ? 2 : 0, 2) + number(0, 4) + next + number(data_at, 4) + number(count, 2) +
           number(fields.deflated ? 1 : 0, 2) + files + blocks;
}

}  // namespace mugaika::test
