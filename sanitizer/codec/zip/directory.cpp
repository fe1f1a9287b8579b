#include "sanitizer/codec/zip/directory.hpp"

#include <algorithm>
#include <array>

#include "sanitizer/codec/zip/little_endian.hpp"

namespace mugaika::codec::zip {
namespace {

constexpr std::uint32_t local_magic = 0x04034b50;
constexpr std::uint32_t central_magic = 0x02014b50;
constexpr std::uint32_t end_magic = 0x06054b50;
constexpr std::uint32_t descriptor_magic = 0x08074b50;
constexpr std::uint32_t wide_end_magic = 0x06064b50;
constexpr std::uint32_t locator_magic = 0x07064b50;
constexpr std::size_t local_size = 30;
constexpr std::size_t central_size = 46;
constexpr std::size_t end_size = 22;
constexpr std::size_t wide_end_size = 56;
constexpr std::size_t locator_size = 20;
constexpr std::uint32_t wide_extra = 1;
constexpr std::uint32_t in_wide_field = 0xffffffff;  // the number stands in a ZIP64 field

struct Directory {
    std::uint64_t offset;
    std::uint64_t size;
    std::uint64_t count;
};

struct Extent {
    std::size_t begin;
    std::size_t end;
};

// The comment reaches exactly to the end of the file, and no other end record stands in it.
std::size_t find_end_record(std::string_view bytes) {
    if (bytes.size() < end_size) damaged("the file is shorter than an empty ZIP file");
    const std::size_t last = bytes.size() - end_size;
    for (std::size_t back = 0; back <= std::min<std::size_t>(last, 0xffff); ++back) {
        const std::size_t at = last - back;
        if (number32(bytes, at) != end_magic) continue;
        if (number16(bytes, at + 20) != back) damaged("the end record of the ZIP directory is not at the end");
        return at;
    }
    damaged("there is no end record of a ZIP directory");
}

// ZIP64: a second end record with wide numbers, and a locator of it, stand before the end record (APPNOTE 4.3.14).
Directory wide_directory(std::string_view bytes, std::size_t locator, const Directory& narrow) {
    const std::uint64_t at = number64(bytes, locator + 8);
    if (number32(bytes, locator + 4) != 0 || number32(bytes, locator + 16) != 1) refuse("there are several volumes");
    if (locator < wide_end_size || at != locator - wide_end_size || number32(bytes, at) != wide_end_magic ||
        number64(bytes, at + 4) != wide_end_size - 12) {
        damaged("the ZIP64 end record does not end where its locator begins");
    }
    if (number64(bytes, at + 16) != 0) refuse("there are several volumes");
    const Directory wide{number64(bytes, at + 48), number64(bytes, at + 40), number64(bytes, at + 32)};
    if (number64(bytes, at + 24) != wide.count) refuse("there are several volumes");
    if ((narrow.count != 0xffff && narrow.count != wide.count) ||
        (narrow.size != in_wide_field && narrow.size != wide.size) ||
        (narrow.offset != in_wide_field && narrow.offset != wide.offset)) {
        damaged("the two end records of the ZIP directory differ");
    }
    if (wide.size > at || wide.offset != at - wide.size) {
        damaged("the ZIP directory does not end where its end record begins");
    }
    return wide;
}

Directory find_directory(std::string_view bytes) {
    const std::size_t at = find_end_record(bytes);
    const Directory narrow{number32(bytes, at + 16), number32(bytes, at + 12), number16(bytes, at + 10)};
    if (at >= locator_size && number32(bytes, at - locator_size) == locator_magic) {
        return wide_directory(bytes, at - locator_size, narrow);
    }
    if (narrow.count == 0xffff || narrow.size == in_wide_field || narrow.offset == in_wide_field) {
        refuse("the ZIP64 end record is not there");
    }
    if (number32(bytes, at + 4) != 0 || number16(bytes, at + 8) != narrow.count) refuse("there are several volumes");
    if (narrow.offset + narrow.size != at) damaged("the ZIP directory does not end where its end record begins");
    return narrow;
}

// With or without its magic number, with numbers of four or eight bytes: writers differ, the values may not.
std::size_t descriptor_length(std::string_view bytes, std::size_t at, const Packed& packed) {
    for (const std::size_t magic : {std::size_t{4}, std::size_t{0}}) {
        for (const std::size_t wide : {std::size_t{4}, std::size_t{8}}) {
            const std::size_t length = magic + 4 + 2 * wide;
            if (at + length > bytes.size()) continue;
            if (magic != 0 && number32(bytes, at) != descriptor_magic) continue;
            const std::size_t begin = at + magic;
            if (number32(bytes, begin) == packed.crc && number_at(bytes, begin + 4, wide) == packed.bytes.size() &&
                number_at(bytes, begin + 4 + wide, wide) == packed.size) {
                return length;
            }
        }
    }
    damaged("a member's data descriptor does not say what the directory says");
}

// The next number of a ZIP64 field, where the narrow one says that it stands there (APPNOTE 4.5.3).
class WideNumbers {
public:
    explicit WideNumbers(std::string_view extra) : field_(find_extra(extra, wide_extra)) {}

    std::uint64_t or_wide(std::uint32_t narrow) {
        if (narrow != in_wide_field || !field_) return narrow;
        if (field_->size() < 8) damaged("a ZIP64 field is too short");
        const std::uint64_t wide = number64(*field_, 0);
        field_->remove_prefix(8);
        return wide;
    }

private:
    std::optional<std::string_view> field_;
};

// A member whose sizes come later has zeros in its own header.
void judge_local_sizes(std::string_view bytes, std::size_t at, const Entry& entry) {
    WideNumbers wide(entry.local_extra);
    const std::uint32_t narrow_packed = number32(bytes, at + 18);
    const std::uint64_t size = wide.or_wide(number32(bytes, at + 22));
    const std::array<std::uint64_t, 3> local{number32(bytes, at + 14), wide.or_wide(narrow_packed), size};
    const std::array<std::uint64_t, 3> central{entry.packed.crc, entry.packed.bytes.size(), entry.packed.size};
    const bool later = (entry.flags & flag_descriptor) != 0;
    for (std::size_t i = 0; i < central.size(); ++i) {
        const bool put_off = later && (local[i] == 0 || (i > 0 && local[i] == in_wide_field));
        if (local[i] != central[i] && !put_off) damaged("a member's local and central header differ in size or CRC");
    }
}

void judge_local(std::string_view bytes, std::size_t at, const Entry& entry) {
    if ((entry.flags & (flag_encrypted | flag_strong)) != 0) throw Refused{Reason::encrypted, "a member is encrypted"};
    if (number16(bytes, at + 6) != entry.flags || number16(bytes, at + 8) != entry.packed.method) {
        damaged("a member's local and central header differ in flags or method");
    }
    if (bytes.substr(at + local_size, number16(bytes, at + 26)) != entry.name) damaged("a member has two names");
    judge_local_sizes(bytes, at, entry);
    if (!is_known_method(entry.packed.method)) refuse("a member is packed by an unknown method");
}

// Throws where nothing can be said about what follows; what concerns this member only becomes its trouble.
Extent read_local(std::string_view bytes, std::uint64_t at, std::uint64_t packed, Entry& entry) {
    if (bytes.size() < local_size || at > bytes.size() - local_size || number32(bytes, at) != local_magic) {
        damaged("a member's local header is not where the directory says");
    }
    const std::size_t extra = at + local_size + number16(bytes, at + 26);
    const std::size_t begin = extra + number16(bytes, at + 28);
    if (begin > bytes.size() || packed > bytes.size() - begin) damaged("a member reaches beyond the end of the file");
    entry.local_extra = bytes.substr(extra, begin - extra);
    entry.packed.bytes = bytes.substr(begin, packed);
    try {
        judge_local(bytes, at, entry);
    } catch (const Refused& refused) {
        entry.trouble = refused;
    }
    const bool later = (entry.flags & flag_descriptor) != 0;
    return {at, begin + packed + (later ? descriptor_length(bytes, begin + packed, entry.packed) : 0)};
}

// Side by side from the first byte to the directory: nothing hides between, nothing is read twice.
void judge_extents(std::vector<Extent>& extents, std::uint64_t directory) {
    std::sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) { return a.begin < b.begin; });
    std::size_t at = 0;
    for (const Extent& extent : extents) {
        if (extent.begin < at) damaged("members overlap");
        if (extent.begin > at) damaged("there are bytes that belong to no member");
        at = extent.end;
    }
    if (at != directory) damaged("there are bytes between the last member and the directory");
}

// The directory's row that begins at `at`, which moves behind it.
Entry read_central(std::string_view bytes, std::size_t& at, std::size_t end, Extent& extent) {
    if (end - at < central_size || number32(bytes, at) != central_magic) damaged("the ZIP directory is damaged");
    const std::size_t name_size = number16(bytes, at + 28);
    const std::size_t extra_size = number16(bytes, at + 30);
    const std::size_t length = central_size + name_size + extra_size + number16(bytes, at + 32);
    if (length > end - at) damaged("the ZIP directory is damaged");
    Entry entry;
    entry.name = bytes.substr(at + central_size, name_size);
    entry.extra = bytes.substr(at + central_size + name_size, extra_size);
    entry.made_by = number16(bytes, at + 4);
    entry.flags = number16(bytes, at + 8);
    entry.attributes = number32(bytes, at + 38);
    entry.packed.method = number16(bytes, at + 10);
    entry.modified = number32(bytes, at + 12);
    entry.packed.crc = number32(bytes, at + 16);
    if (number16(bytes, at + 34) != 0) refuse("a member lies in another volume");
    WideNumbers wide(entry.extra);
    entry.packed.size = wide.or_wide(number32(bytes, at + 24));
    const std::uint64_t packed = wide.or_wide(number32(bytes, at + 20));
    const std::uint64_t offset = wide.or_wide(number32(bytes, at + 42));
    extent = read_local(bytes, offset, packed, entry);
    at += length;
    return entry;
}

}  // namespace

std::optional<std::string_view> find_extra(std::string_view extra, std::uint32_t id) {
    std::optional<std::string_view> found;
    while (extra.size() >= 4) {
        const std::size_t size = number16(extra, 2);
        if (size > extra.size() - 4) break;
        if (number16(extra, 0) == id) {
            if (found) damaged("a member has the same field twice");
            found = extra.substr(4, size);
        }
        extra.remove_prefix(4 + size);
    }
    return found;
}

std::vector<Entry> read_directory(std::string_view untrusted, FilePurse& purse) {
    const Directory directory = find_directory(untrusted);
    std::vector<Entry> entries;
    std::vector<Extent> extents;
    std::size_t at = directory.offset;
    const std::size_t end = directory.offset + directory.size;
    for (std::uint64_t i = 0; i < directory.count; ++i) {
        if (!purse.take_member()) throw Refused{Reason::too_many_members, "there are more members than allowed"};
        extents.emplace_back();
        entries.push_back(read_central(untrusted, at, end, extents.back()));
    }
    if (at != end) damaged("the ZIP directory holds more than its members");
    judge_extents(extents, directory.offset);
    return entries;
}

}  // namespace mugaika::codec::zip
