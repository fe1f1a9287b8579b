#include "sanitizer/codec/ooxml/zip_reader.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "policy/utf8.hpp"
#include "sanitizer/codec/ooxml/little_endian.hpp"
#include "sanitizer/codec/ooxml/refused.hpp"

namespace mugaika::codec::ooxml {
namespace {

constexpr std::uint32_t local_magic = 0x04034b50;
constexpr std::uint32_t central_magic = 0x02014b50;
constexpr std::uint32_t end_magic = 0x06054b50;
constexpr std::uint32_t descriptor_magic = 0x08074b50;
constexpr std::size_t local_size = 30;
constexpr std::size_t central_size = 46;
constexpr std::size_t end_size = 22;
constexpr std::uint32_t flag_encrypted = 0x1;
constexpr std::uint32_t flag_descriptor = 0x8;
constexpr std::uint32_t flag_strong = 0x40 | 0x2000;

struct Directory {
    std::size_t offset;
    std::size_t size;
    std::uint32_t count;
};

struct Extent {
    std::size_t begin;
    std::size_t end;
};

// The comment reaches exactly to the end of the file, so there is one place only.
Directory find_directory(std::string_view bytes) {
    if (bytes.size() < end_size) damaged("the file is shorter than an empty ZIP file");
    const std::size_t last = bytes.size() - end_size;
    for (std::size_t back = 0; back <= std::min<std::size_t>(last, 0xffff); ++back) {
        const std::size_t at = last - back;
        if (number32(bytes, at) != end_magic || number16(bytes, at + 20) != back) continue;
        const std::uint32_t count = number16(bytes, at + 10);
        const std::uint32_t size = number32(bytes, at + 12);
        const std::uint32_t offset = number32(bytes, at + 16);
        if (count == 0xffff || size == 0xffffffff || offset == 0xffffffff) refuse("the package is a ZIP64 file");
        if (number32(bytes, at + 4) != 0 || number16(bytes, at + 8) != count) refuse("the package has several volumes");
        if (std::uint64_t{offset} + size != at) damaged("the ZIP directory does not end where its end record begins");
        return {offset, size, count};
    }
    damaged("there is no end record of a ZIP directory");
}

bool leads_out(std::string_view name) {
    std::size_t begin = 0;
    while (begin <= name.size()) {
        const std::size_t end = std::min(name.find('/', begin), name.size());
        const std::string_view segment = name.substr(begin, end - begin);
        if (segment == "." || segment == ".." || (segment.empty() && end != name.size())) return true;
        begin = end + 1;
    }
    return false;
}

void judge_name(std::string_view name) {
    if (name.empty()) damaged("a member has no name");
    for (const char c : name) {
        if (c == '\\' || c == ':' || static_cast<unsigned char>(c) < 0x20) {
            damaged("a member's name holds a character that no part name has");
        }
    }
    if (leads_out(name)) damaged("a member's name leads out of the package");
}

// With or without its magic number, with numbers of four or eight bytes: writers differ, the values may not.
std::size_t descriptor_length(std::string_view bytes, std::size_t at, const ZipMember& member) {
    for (const std::size_t magic : {std::size_t{4}, std::size_t{0}}) {
        for (const std::size_t wide : {std::size_t{4}, std::size_t{8}}) {
            const std::size_t length = magic + 4 + 2 * wide;
            if (at + length > bytes.size()) continue;
            if (magic != 0 && number32(bytes, at) != descriptor_magic) continue;
            const std::size_t begin = at + magic;
            const bool high_is_zero =
                wide == 4 || (number32(bytes, begin + 8) == 0 && number32(bytes, begin + 16) == 0);
            if (number32(bytes, begin) == member.crc && number32(bytes, begin + 4) == member.packed.size() &&
                number32(bytes, begin + 4 + wide) == member.size && high_is_zero) {
                return length;
            }
        }
    }
    damaged("a member's data descriptor does not say what the directory says");
}

void judge_local_sizes(std::string_view bytes, std::size_t at, bool later, const ZipMember& member) {
    const std::array<std::uint32_t, 3> central{member.crc, static_cast<std::uint32_t>(member.packed.size()),
                                               member.size};
    for (std::size_t i = 0; i < central.size(); ++i) {
        const std::uint32_t local = number32(bytes, at + 14 + 4 * i);
        const bool put_off = later && (local == 0 || (i > 0 && local == 0xffffffff));
        if (local != central[i] && !put_off) damaged("a member's local and central header differ in size or CRC");
    }
}

Extent read_local(std::string_view bytes, std::size_t at, std::uint32_t flags, std::size_t packed, ZipMember& member) {
    if (at + local_size > bytes.size() || number32(bytes, at) != local_magic) {
        damaged("a member's local header is not where the directory says");
    }
    if (number16(bytes, at + 6) != flags || number16(bytes, at + 8) != member.method) {
        damaged("a member's local and central header differ in flags or method");
    }
    const std::size_t name_size = number16(bytes, at + 26);
    const std::size_t begin = at + local_size + name_size + number16(bytes, at + 28);
    if (begin > bytes.size() || packed > bytes.size() - begin) damaged("a member reaches beyond the end of the file");
    if (bytes.substr(at + local_size, name_size) != member.name) damaged("a member has two names");
    member.packed = bytes.substr(begin, packed);
    const bool later = (flags & flag_descriptor) != 0;
    judge_local_sizes(bytes, at, later, member);
    return {at, begin + packed + (later ? descriptor_length(bytes, begin + packed, member) : 0)};
}

// Side by side from the first byte to the directory: nothing hides between, nothing is read twice.
void judge_extents(std::vector<Extent>& extents, std::size_t directory) {
    std::sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) { return a.begin < b.begin; });
    std::size_t at = 0;
    for (const Extent& extent : extents) {
        if (extent.begin < at) damaged("members overlap");
        if (extent.begin > at) damaged("there are bytes that belong to no member");
        at = extent.end;
    }
    if (at != directory) damaged("there are bytes between the last member and the directory");
}

}  // namespace

std::string lower_ascii(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

ZipReader::ZipReader(std::string_view bytes, FilePurse& purse) {
    const Directory directory = find_directory(bytes);
    std::vector<Extent> extents;
    std::size_t at = directory.offset;
    const std::size_t end = directory.offset + directory.size;
    for (std::uint32_t i = 0; i < directory.count; ++i) {
        if (!purse.take_member()) throw Refused{Reason::too_many_members, "the package has more members than allowed"};
        if (end - at < central_size || number32(bytes, at) != central_magic) damaged("the ZIP directory is damaged");
        const std::uint32_t flags = number16(bytes, at + 8);
        const std::size_t name_size = number16(bytes, at + 28);
        const std::size_t length = central_size + name_size + number16(bytes, at + 30) + number16(bytes, at + 32);
        if (length > end - at) damaged("the ZIP directory is damaged");
        ZipMember member;
        member.name = bytes.substr(at + central_size, name_size);
        member.method = number16(bytes, at + 10);
        member.crc = number32(bytes, at + 16);
        member.size = number32(bytes, at + 24);
        if ((flags & (flag_encrypted | flag_strong)) != 0) throw Refused{Reason::encrypted, "a member is encrypted"};
        if (member.method != 0 && member.method != Z_DEFLATED) refuse("a member is packed by an unknown method");
        judge_name(member.name);
        extents.push_back(read_local(bytes, number32(bytes, at + 42), flags, number32(bytes, at + 20), member));
        if (!by_name_.emplace(lower_ascii(member.name), members_.size()).second) damaged("a member is there twice");
        members_.push_back(std::move(member));
        at += length;
    }
    if (at != end) damaged("the ZIP directory holds more than its members");
    judge_extents(extents, directory.offset);
}

const ZipMember* ZipReader::find(std::string_view part_name) const {
    const auto found = by_name_.find(lower_ascii(part_name));
    return found == by_name_.end() ? nullptr : &members_[found->second];
}

namespace {

class Inflater {
public:
    Inflater() {
        if (inflateInit2(&stream_, -MAX_WBITS) != Z_OK) refuse("zlib gave no memory");
    }
    ~Inflater() { inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    z_stream& stream() { return stream_; }

private:
    z_stream stream_{};
};

// Counts what comes out and holds it against the headers.
class Tally {
public:
    Tally(const ZipMember& member, FilePurse* purse) : member_(member), purse_(purse) {}

    void take(std::string_view piece) {
        if (piece.size() > member_.size - size_) damaged("a member is larger than its header says");
        size_ += piece.size();
        if (purse_ != nullptr && !purse_->take_inner(piece.size())) {
            throw Refused{Reason::inner_too_large, "the members of the package are larger than allowed"};
        }
        crc_ = crc32(crc_, reinterpret_cast<const Bytef*>(piece.data()), static_cast<uInt>(piece.size()));
    }
    void end() const {
        if (size_ != member_.size || crc_ != member_.crc) damaged("a member is not what its header says");
    }

private:
    const ZipMember& member_;
    FilePurse* purse_;
    std::size_t size_ = 0;
    uLong crc_ = 0;
};

void unpack_deflated(const ZipMember& member, Tally& tally, const std::function<bool(std::string_view)>& sink) {
    Inflater inflater;
    z_stream& stream = inflater.stream();
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(member.packed.data()));
    stream.avail_in = static_cast<uInt>(member.packed.size());
    std::vector<char> room(64 << 10);
    int state = Z_OK;
    while (state != Z_STREAM_END) {
        stream.next_out = reinterpret_cast<Bytef*>(room.data());
        stream.avail_out = static_cast<uInt>(room.size());
        state = inflate(&stream, Z_NO_FLUSH);
        if (state != Z_OK && state != Z_STREAM_END) damaged("a member's deflate stream is damaged");
        const std::string_view piece(room.data(), room.size() - stream.avail_out);
        if (piece.empty() && state == Z_OK) damaged("a member's deflate stream does not end");
        tally.take(piece);
        if (!sink(piece)) return;
    }
    if (stream.avail_in != 0) damaged("a member has bytes behind its deflate stream");
    tally.end();
}

}  // namespace

void unpack(const ZipMember& member, FilePurse* purse, const std::function<bool(std::string_view)>& sink) {
    Tally tally(member, purse);
    if (member.method == Z_DEFLATED) return unpack_deflated(member, tally, sink);
    for (std::size_t at = 0; at < member.packed.size(); at += 64 << 10) {
        const std::string_view piece = member.packed.substr(at, 64 << 10);
        tally.take(piece);
        if (!sink(piece)) return;
    }
    tally.end();
}

std::string unpack_whole(const ZipMember& member, FilePurse& purse) {
    std::string whole;
    unpack(member, &purse, [&](std::string_view piece) {
        whole += piece;
        return true;
    });
    return whole;
}

}  // namespace mugaika::codec::ooxml
