#include "sanitizer/mail/zip_writer.hpp"

#include <array>

namespace mugaika {
namespace {

constexpr std::uint32_t local_mark = 0x04034b50, central_mark = 0x02014b50, end_mark = 0x06054b50;
constexpr std::size_t local_bytes = 30, central_bytes = 46, end_bytes = 22;
constexpr std::uint16_t version = 20;  // 2.0, by "MS-DOS": no attributes of another system
constexpr std::uint16_t names_are_utf8 = 0x0800;
constexpr std::uint16_t first_of_1980 = 0x0021;

// CRC-32 of ISO 3309, reflected. The n-th table is for a byte that has n bytes behind it: eight are taken at once.
constexpr std::size_t crc_step = 8;
constexpr auto crc_tables = [] {
    std::array<std::array<std::uint32_t, 256>, crc_step> tables{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xedb88320U : 0U);
        tables[0][i] = value;
    }
    for (std::size_t n = 1; n < crc_step; ++n) {
        for (std::size_t i = 0; i < 256; ++i)
            tables[n][i] = (tables[n - 1][i] >> 8) ^ tables[0][tables[n - 1][i] & 0xff];
    }
    return tables;
}();

std::uint32_t crc32(std::string_view bytes) noexcept {
    std::uint32_t crc = 0xffffffff;
    for (; bytes.size() >= crc_step; bytes.remove_prefix(crc_step)) {
        std::uint32_t next = 0;
        for (std::size_t i = 0; i < crc_step; ++i) {
            const std::uint32_t before = i < 4 ? crc >> (8 * i) : 0;
            next ^= crc_tables[crc_step - 1 - i][(before ^ static_cast<unsigned char>(bytes[i])) & 0xff];
        }
        crc = next;
    }
    for (const char c : bytes) crc = (crc >> 8) ^ crc_tables[0][(crc ^ static_cast<unsigned char>(c)) & 0xff];
    return ~crc;
}

void append16(std::string& out, std::uint32_t value) {
    out.push_back(static_cast<char>(value & 0xff));
    out.push_back(static_cast<char>((value >> 8) & 0xff));
}

void append32(std::string& out, std::uint32_t value) {
    append16(out, value & 0xffff);
    append16(out, value >> 16);
}

}  // namespace

std::uint64_t bytes_around(const std::vector<std::string>& names) noexcept {
    std::uint64_t bytes = end_bytes;
    for (const std::string& name : names) bytes += local_bytes + central_bytes + 2 * name.size();
    return bytes;
}

std::uint64_t ZipWriter::add(std::string_view name, std::string_view bytes) {
    std::string common;  // of both headers
    append16(common, version);
    append16(common, names_are_utf8);
    append16(common, 0);  // stored
    append16(common, 0);  // midnight
    append16(common, first_of_1980);
    append32(common, crc32(bytes));
    append32(common, static_cast<std::uint32_t>(bytes.size()));
    append32(common, static_cast<std::uint32_t>(bytes.size()));
    append16(common, static_cast<std::uint32_t>(name.size()));
    append16(common, 0);  // no extra field

    append32(central_, central_mark);
    append16(central_, version);  // made by
    central_.append(common);
    append16(central_, 0);  // no comment
    append16(central_, 0);  // on the first disk
    append16(central_, 0);  // no attributes
    append32(central_, 0);
    append32(central_, static_cast<std::uint32_t>(out_.size()));
    central_.append(name);

    append32(out_, local_mark);
    out_.append(common).append(name).append(bytes);
    ++members_;
    return out_.size() - bytes.size();
}

std::string ZipWriter::finish() && {
    const std::size_t central_at = out_.size();
    out_.append(central_);
    append32(out_, end_mark);
    append16(out_, 0);  // this is the only disk
    append16(out_, 0);
    append16(out_, members_);
    append16(out_, members_);
    append32(out_, static_cast<std::uint32_t>(central_.size()));
    append32(out_, static_cast<std::uint32_t>(central_at));
    append16(out_, 0);  // no comment
    return std::move(out_);
}

}  // namespace mugaika
