#include "sanitizer/checker/ooxml/zip_form.hpp"

#include <libdeflate.h>

#include <algorithm>

#include "policy/c_handle.hpp"
#include "policy/file_limits.hpp"
#include "sanitizer/checker/ooxml/refusal.hpp"

namespace mugaika::checker::ooxml {
namespace {

constexpr std::uint32_t version = 20;
constexpr std::uint32_t first_of_1980 = 0x21;
constexpr std::uint32_t deflated = 8;
// One byte of deflate makes at most 1,032 (its longest match, 258 bytes, in two bits).
constexpr std::uint64_t growth_max = 1032;

class ZipCursor {
public:
    explicit ZipCursor(std::string_view bytes) : bytes_(bytes) {}

    std::size_t at() const { return at_; }
    bool at_end() const { return at_ == bytes_.size(); }
    bool is_next(std::string_view magic) const { return bytes_.substr(at_, magic.size()) == magic; }

    std::string_view take(std::size_t size, std::string_view what) {
        if (size > bytes_.size() - at_) refuse("ZIP: the file ends within " + std::string(what));
        at_ += size;
        return bytes_.substr(at_ - size, size);
    }
    std::uint32_t number(std::size_t size, std::string_view what) {
        std::uint32_t value = 0;
        const std::string_view bytes = take(size, what);
        for (std::size_t i = size; i > 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
        return value;
    }
    void expect(std::uint32_t value, std::size_t size, std::string_view what) {
        const std::size_t here = at_;
        const std::uint32_t found = number(size, what);
        if (found == value) return;
        refuse("ZIP: " + std::string(what) + " at " + std::to_string(here) + " is " + std::to_string(found) +
               ", expected " + std::to_string(value));
    }

private:
    std::string_view bytes_;
    std::size_t at_ = 0;
};

struct Fixed {
    std::uint32_t method, crc, packed, size, name_size;
};

// What local header and directory say in the same words.
Fixed read_fixed(ZipCursor& cursor) {
    Fixed fixed{};
    cursor.expect(version, 2, "the version needed");
    cursor.expect(0, 2, "the flags");
    fixed.method = cursor.number(2, "the method");
    if (fixed.method != 0 && fixed.method != deflated) refuse("ZIP: the method is neither stored nor deflated");
    cursor.expect(0, 2, "the time");
    cursor.expect(first_of_1980, 2, "the date");
    fixed.crc = cursor.number(4, "the CRC");
    fixed.packed = cursor.number(4, "the packed size");
    fixed.size = cursor.number(4, "the size");
    fixed.name_size = cursor.number(2, "the length of the name");
    cursor.expect(0, 2, "the length of extra fields");
    return fixed;
}

Member read_local(ZipCursor& cursor) {
    cursor.take(4, "a header");
    const Fixed fixed = read_fixed(cursor);
    Member member;
    member.name = cursor.take(fixed.name_size, "a name");
    member.is_stored = fixed.method == 0;
    member.crc = fixed.crc;
    member.size = fixed.size;
    member.packed = cursor.take(fixed.packed, "a member");
    if (member.is_stored && fixed.packed != fixed.size) refuse("ZIP: a stored member has two sizes");
    return member;
}

void read_central(ZipCursor& cursor, const Member& member, std::size_t offset) {
    if (cursor.take(4, "the directory") != "PK\x01\x02") refuse("ZIP: the directory ends before its members do");
    cursor.expect(version, 2, "the version made by");
    const Fixed fixed = read_fixed(cursor);
    const bool same = (fixed.method == 0) == member.is_stored && fixed.crc == member.crc && fixed.size == member.size &&
                      fixed.packed == member.packed.size();
    if (!same) refuse("ZIP: the directory says something else than a member's header");
    cursor.expect(0, 2, "the length of a comment");
    cursor.expect(0, 4, "the volume and the inner attributes");
    cursor.expect(0, 4, "the outer attributes");
    cursor.expect(static_cast<std::uint32_t>(offset), 4, "the offset of a member");
    if (cursor.take(fixed.name_size, "a name") != member.name) refuse("ZIP: a member has two names");
}

void inflate(const Member& member, std::string& room) {
    const CHandle<libdeflate_decompressor, libdeflate_free_decompressor> inflater(libdeflate_alloc_decompressor());
    if (!inflater) refuse("ZIP: no memory to unpack");
    room.resize(member.size);
    std::size_t eaten = 0;
    std::size_t made = 0;
    const libdeflate_result result = libdeflate_deflate_decompress_ex(
        inflater.get(), member.packed.data(), member.packed.size(), room.data(), room.size(), &eaten, &made);
    if (result != LIBDEFLATE_SUCCESS) refuse("ZIP: a member does not unpack to its size");
    if (made != member.size || eaten != member.packed.size()) refuse("ZIP: a member has bytes behind its stream");
}

}  // namespace

std::vector<Member> read_zip(std::string_view untrusted) {
    const FileLimits limits;
    if (untrusted.size() > limits.out_bytes_max) refuse("ZIP: the file is larger than a codec may make it");
    ZipCursor cursor(untrusted);
    std::vector<Member> members;
    std::vector<std::size_t> offsets;
    std::uint64_t inner = 0;
    while (cursor.is_next("PK\x03\x04")) {
        offsets.push_back(cursor.at());
        members.push_back(read_local(cursor));
        inner += members.back().size;
        if (inner > limits.inner_bytes_max) refuse("ZIP: the members are larger than a codec may make them");
        if (members.back().size > members.back().packed.size() * growth_max)
            refuse("ZIP: a member states a size that its bytes cannot make");
        if (members.size() > limits.members_max) refuse("ZIP: there are too many members");
    }
    const std::size_t directory = cursor.at();
    for (std::size_t i = 0; i < members.size(); ++i) read_central(cursor, members[i], offsets[i]);
    const std::size_t size = cursor.at() - directory;
    if (cursor.take(4, "the end record") != "PK\x05\x06")
        refuse("ZIP: there is something between directory and end record");
    cursor.expect(0, 4, "the volumes");
    cursor.expect(static_cast<std::uint32_t>(members.size()), 2, "the members of this volume");
    cursor.expect(static_cast<std::uint32_t>(members.size()), 2, "the members");
    cursor.expect(static_cast<std::uint32_t>(size), 4, "the size of the directory");
    cursor.expect(static_cast<std::uint32_t>(directory), 4, "the offset of the directory");
    cursor.expect(0, 2, "the length of the comment");
    if (!cursor.at_end()) refuse("ZIP: there are bytes behind the end record, at " + std::to_string(cursor.at()));
    return members;
}

std::string_view unpack(const Member& member, std::string& room) {
    std::string_view bytes = member.packed;
    if (!member.is_stored) {
        inflate(member, room);
        bytes = room;
    }
    if (libdeflate_crc32(0, bytes.data(), bytes.size()) != member.crc) refuse("ZIP: a member has another CRC");
    return bytes;
}

}  // namespace mugaika::checker::ooxml
