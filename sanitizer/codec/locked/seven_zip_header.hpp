// The part of a 7z archive's header that says how its data are packed (7zFormat.txt of the LZMA SDK, part 5 to 8): read
// and written, without unpacking anything. All numbers come from the file; each is held against what is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika::codec::locked::seven_zip {

struct Coder {
    std::string id;
    std::string properties;
    std::uint32_t inputs = 1;
    std::uint32_t outputs = 1;
    bool operator==(const Coder&) const = default;
};

// What an output gives is what an input takes. Both are numbered through all coders of a folder.
struct Bond {
    std::uint32_t input = 0;
    std::uint32_t output = 0;
    bool operator==(const Bond&) const = default;
};

// Packed streams that go through coders together; what comes out are files, one behind the other.
struct Folder {
    std::vector<Coder> coders;
    std::vector<Bond> bonds;
    std::vector<std::uint32_t> packed;  // the inputs that take packed streams
    std::vector<std::uint64_t> sizes;   // of what each output gives
    bool operator==(const Folder&) const = default;
};

struct Streams {
    std::vector<std::string_view> packed;  // of all folders, one after the other: parts of the archive
    std::vector<Folder> folders;
};

// A header, which is packed itself (or even encrypted), or stands as it is.
struct PackedHeader {
    Streams streams;  // of one folder
    std::optional<std::uint32_t> crc;
};
struct PlainHeader {
    std::optional<Streams> streams;  // none: no file in it has bytes
    std::string_view rest;           // as it stands behind the streams: digests, files, names
};

constexpr std::size_t signature_bytes = 32;

// The header that the archive's beginning points to, whose CRC was compared. Throws zip::Refused: document_damaged.
std::string_view find_header(std::string_view untrusted);

bool is_packed(std::string_view header) noexcept;

// `archive` is what the streams lie in; what is returned are parts of it and of `header`. Throw zip::Refused:
// document_damaged, not_representable for what no writer makes, too_many_members for more than `folders_max`.
PackedHeader read_packed_header(std::string_view header, std::string_view archive, std::uint32_t folders_max);
PlainHeader read_plain_header(std::string_view header, std::string_view archive, std::uint32_t folders_max);

// The archive of these streams, with the rest of a header that was read.
std::string written(const PlainHeader&);

}  // namespace mugaika::codec::locked::seven_zip
