#include "sanitizer/codec/locked/seven_zip_header.hpp"

#include <algorithm>
#include <numeric>

#include "sanitizer/codec/locked/lzma_data.hpp"
#include "sanitizer/codec/zip/little_endian.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::locked::seven_zip {
namespace {

using zip::damaged;
using zip::number32;
using zip::number64;
using zip::refuse;

constexpr std::string_view signature("7z\xbc\xaf\x27\x1c", 6);
constexpr std::uint32_t coders_max = 16;  // of one folder, with all their inputs; writers make up to eight
constexpr std::uint32_t inputs_max = 32;

enum Id : std::uint8_t {
    end = 0x00,
    header = 0x01,
    archive_properties = 0x02,
    main_streams = 0x04,
    files = 0x05,
    pack_info = 0x06,
    unpack_info = 0x07,
    sizes = 0x09,
    digests = 0x0a,
    folders = 0x0b,
    unpack_sizes = 0x0c,
    encoded_header = 0x17,
};

class Cursor {
public:
    explicit Cursor(std::string_view bytes) : left_(bytes) {}

    std::string_view bytes(std::uint64_t count) {
        if (count > left_.size()) damaged("the header of a 7z file is cut");
        const std::string_view taken = left_.substr(0, count);
        left_.remove_prefix(count);
        return taken;
    }
    std::uint8_t byte() { return static_cast<std::uint8_t>(bytes(1).front()); }

    // As many ones at its beginning as bytes follow it.
    std::uint64_t number() {
        const std::uint32_t first = byte();
        std::uint64_t value = 0;
        std::uint32_t mask = 0x80;
        for (std::uint32_t shift = 0; shift < 64; shift += 8, mask >>= 1) {
            if ((first & mask) == 0) return value | (std::uint64_t{first & (mask - 1)} << shift);
            value |= std::uint64_t{byte()} << shift;
        }
        return value;
    }
    std::uint32_t small_number(std::uint32_t max, const char* words) {
        const std::uint64_t value = number();
        if (value > max) refuse(words);
        return static_cast<std::uint32_t>(value);
    }
    void expect(Id id) {
        if (byte() != id) damaged("the header of a 7z file is not built as one");
    }
    bool next_is(Id id) {
        if (left_.empty() || static_cast<std::uint8_t>(left_.front()) != id) return false;
        left_.remove_prefix(1);
        return true;
    }
    std::string_view rest() const noexcept { return left_; }

private:
    std::string_view left_;
};

// Of each stream, where it has one.
std::vector<std::optional<std::uint32_t>> read_digests(Cursor& cursor, std::size_t count) {
    std::vector<bool> has(count, true);
    if (cursor.byte() == 0) {
        const std::string_view bits = cursor.bytes((count + 7) / 8);
        for (std::size_t i = 0; i < count; ++i)
            has[i] = (static_cast<std::uint8_t>(bits[i / 8]) >> (7 - i % 8) & 1) != 0;
    }
    std::vector<std::optional<std::uint32_t>> found(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (has[i]) found[i] = number32(cursor.bytes(4), 0);
    }
    return found;
}

std::vector<std::string_view> read_packed_streams(Cursor& cursor, std::string_view archive, std::uint32_t count_max) {
    const std::uint64_t begin = cursor.number();
    const std::uint64_t count = cursor.number();
    if (count > count_max) throw zip::Refused{Reason::too_many_members, "more packed streams than allowed"};
    std::string_view left = archive.substr(signature_bytes);
    if (begin > left.size()) damaged("the data of a 7z file lie behind its end");
    left.remove_prefix(begin);
    std::vector<std::string_view> streams;
    cursor.expect(Id::sizes);
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t size = cursor.number();
        if (size > left.size()) damaged("the data of a 7z file lie behind its end");
        streams.push_back(left.substr(0, size));
        left.remove_prefix(size);
    }
    if (cursor.next_is(Id::digests)) read_digests(cursor, count);
    cursor.expect(Id::end);
    return streams;
}

Coder read_coder(Cursor& cursor) {
    constexpr std::uint32_t id_bytes = 0x0f, is_complex = 0x10, has_properties = 0x20, is_reserved = 0xc0;
    const std::uint32_t flags = cursor.byte();
    if ((flags & is_reserved) != 0) refuse("a coder of a 7z file is of a form that nobody here knows");
    Coder coder;
    coder.id = cursor.bytes(flags & id_bytes);
    if ((flags & is_complex) != 0) {
        coder.inputs = cursor.small_number(inputs_max, "a coder of a 7z file has too many inputs");
        coder.outputs = cursor.small_number(1, "a coder of a 7z file has more than one output");
    }
    if ((flags & has_properties) != 0) coder.properties = cursor.bytes(cursor.number());
    if (coder.inputs == 0 || coder.outputs == 0) damaged("a coder of a 7z file takes or gives nothing");
    return coder;
}

bool takes_from_a_coder(const Folder& folder, std::uint32_t input) {
    return std::any_of(folder.bonds.begin(), folder.bonds.end(), [&](const Bond& bond) { return bond.input == input; });
}

// All inputs are taken once: each by a bond or by a packed stream.
void check(const Folder& folder, std::uint32_t inputs) {
    std::vector<std::uint32_t> taken = folder.packed;
    std::vector<std::uint32_t> given;
    for (const Bond& bond : folder.bonds) {
        taken.push_back(bond.input);
        given.push_back(bond.output);
    }
    std::sort(taken.begin(), taken.end());
    std::sort(given.begin(), given.end());
    std::vector<std::uint32_t> all(inputs);
    std::iota(all.begin(), all.end(), 0u);
    const bool is_given_once = std::adjacent_find(given.begin(), given.end()) == given.end() &&
                               (given.empty() || given.back() < folder.coders.size());
    if (taken != all || !is_given_once) damaged("the coders of a 7z file are not bound to each other");
}

Folder read_folder(Cursor& cursor) {
    Folder folder;
    const std::uint32_t coders = cursor.small_number(coders_max, "a folder of a 7z file has too many coders");
    if (coders == 0) damaged("a folder of a 7z file has no coder");
    std::uint32_t inputs = 0;
    for (std::uint32_t i = 0; i < coders; ++i) {
        folder.coders.push_back(read_coder(cursor));
        inputs += folder.coders.back().inputs;
    }
    if (inputs > inputs_max) refuse("a folder of a 7z file has too many inputs");
    if (inputs < coders - 1) damaged("the coders of a 7z file are not bound to each other");
    for (std::uint32_t i = 0; i + 1 < coders; ++i) {
        const std::uint32_t input = cursor.small_number(inputs_max, "a bond of a 7z file leads nowhere");
        folder.bonds.push_back({input, cursor.small_number(coders_max, "a bond of a 7z file leads nowhere")});
    }
    const std::uint32_t packed = inputs - (coders - 1);
    if (packed == 1) {  // it is not written which
        std::uint32_t input = 0;
        while (takes_from_a_coder(folder, input)) ++input;
        folder.packed.push_back(input);
    }
    for (std::uint32_t i = 0; packed > 1 && i < packed; ++i) {
        folder.packed.push_back(cursor.small_number(inputs_max, "a stream of a 7z file leads nowhere"));
    }
    check(folder, inputs);
    return folder;
}

// Up to the sizes; digests and the end are left to the caller.
std::vector<Folder> read_folders(Cursor& cursor, std::uint32_t folders_max) {
    cursor.expect(Id::unpack_info);
    cursor.expect(Id::folders);
    const std::uint64_t count = cursor.number();
    if (count > folders_max) throw zip::Refused{Reason::too_many_members, "more folders than allowed"};
    if (cursor.byte() != 0) refuse("the folders of a 7z file stand elsewhere");
    std::vector<Folder> found;
    for (std::uint64_t i = 0; i < count; ++i) found.push_back(read_folder(cursor));
    cursor.expect(Id::unpack_sizes);
    for (Folder& folder : found) {
        for (std::size_t i = 0; i < folder.coders.size(); ++i) folder.sizes.push_back(cursor.number());
    }
    return found;
}

Streams read_streams(Cursor& cursor, std::string_view archive, std::uint32_t folders_max) {
    Streams streams;
    cursor.expect(Id::pack_info);
    streams.packed = read_packed_streams(cursor, archive, folders_max * 4);
    streams.folders = read_folders(cursor, folders_max);
    std::size_t taken = 0;
    for (const Folder& folder : streams.folders) taken += folder.packed.size();
    if (taken != streams.packed.size()) damaged("the folders of a 7z file take other streams than there are");
    return streams;
}

void put(std::string& out, Id id) { out += static_cast<char>(id); }

void put64(std::string& out, std::uint64_t value) {
    zip::put32(out, static_cast<std::uint32_t>(value & 0xffffffff));
    zip::put32(out, static_cast<std::uint32_t>(value >> 32));
}

void put_number(std::string& out, std::uint64_t value) {
    if (value < 0x80) {
        out += static_cast<char>(value);
        return;
    }
    out += '\xff';
    put64(out, value);
}

void put_folder(std::string& out, const Folder& folder) {
    put_number(out, folder.coders.size());
    for (const Coder& coder : folder.coders) {
        const bool is_complex = coder.inputs != 1;
        out += static_cast<char>(coder.id.size() | (is_complex ? 0x10 : 0) | (coder.properties.empty() ? 0 : 0x20));
        out += coder.id;
        if (is_complex) {
            put_number(out, coder.inputs);
            put_number(out, coder.outputs);
        }
        if (!coder.properties.empty()) put_number(out, coder.properties.size());
        out += coder.properties;
    }
    for (const Bond& bond : folder.bonds) {
        put_number(out, bond.input);
        put_number(out, bond.output);
    }
    if (folder.packed.size() < 2) return;
    for (const std::uint32_t input : folder.packed) put_number(out, input);
}

void put_streams(std::string& out, const Streams& streams) {
    put(out, Id::main_streams);
    put(out, Id::pack_info);
    put_number(out, 0);
    put_number(out, streams.packed.size());
    put(out, Id::sizes);
    for (const std::string_view one : streams.packed) put_number(out, one.size());
    put(out, Id::end);
    put(out, Id::unpack_info);
    put(out, Id::folders);
    put_number(out, streams.folders.size());
    put_number(out, 0);
    for (const Folder& folder : streams.folders) put_folder(out, folder);
    put(out, Id::unpack_sizes);
    for (const Folder& folder : streams.folders) {
        for (const std::uint64_t size : folder.sizes) put_number(out, size);
    }
}

}  // namespace

std::string_view find_header(std::string_view untrusted) {
    if (untrusted.size() < signature_bytes || !untrusted.starts_with(signature)) damaged("no 7z file");
    const std::string_view start = untrusted.substr(12, 20);
    if (crc_of(start) != number32(untrusted, 8)) damaged("the beginning of a 7z file was changed");
    const std::uint64_t at = number64(start, 0);
    const std::uint64_t size = number64(start, 8);
    const std::string_view data = untrusted.substr(signature_bytes);
    if (size == 0 || at > data.size() || size > data.size() - at)
        damaged("the header of a 7z file lies behind its end");
    const std::string_view found = data.substr(at, size);
    if (crc_of(found) != number32(start, 16)) damaged("the header of a 7z file was changed");
    return found;
}

bool is_packed(std::string_view header) noexcept {
    return !header.empty() && static_cast<std::uint8_t>(header.front()) == Id::encoded_header;
}

PackedHeader read_packed_header(std::string_view header, std::string_view archive, std::uint32_t folders_max) {
    Cursor cursor(header);
    cursor.expect(Id::encoded_header);
    PackedHeader found{read_streams(cursor, archive, folders_max), std::nullopt};
    if (found.streams.folders.size() != 1) refuse("the header of a 7z file lies in more than one folder");
    if (cursor.next_is(Id::digests)) found.crc = read_digests(cursor, 1).front();
    return found;
}

PlainHeader read_plain_header(std::string_view header, std::string_view archive, std::uint32_t folders_max) {
    Cursor cursor(header);
    cursor.expect(Id::header);
    if (cursor.next_is(Id::archive_properties)) refuse("a 7z file of a form that nobody here knows");
    if (!cursor.next_is(Id::main_streams)) return {std::nullopt, cursor.rest()};
    Streams streams = read_streams(cursor, archive, folders_max);
    return {std::move(streams), cursor.rest()};
}

std::string written(const PlainHeader& plain) {
    std::string header(1, static_cast<char>(Id::header));
    if (plain.streams) put_streams(header, *plain.streams);
    header += plain.rest;
    std::uint64_t data = 0;
    if (plain.streams) {
        for (const std::string_view one : plain.streams->packed) data += one.size();
    }
    std::string start;
    put64(start, data);
    put64(start, header.size());
    zip::put32(start, crc_of(header));
    std::string out;
    out.reserve(signature_bytes + data + header.size());
    out.append(signature).append("\0\4", 2);
    zip::put32(out, crc_of(start));
    out += start;
    if (plain.streams) {
        for (const std::string_view one : plain.streams->packed) out += one;
    }
    return out += header;
}

}  // namespace mugaika::codec::locked::seven_zip
