// The one form of ZIP that leaves: entries stored, side by side, each with a local header that says all and a central
// header that says the same; names in UTF-8 and flagged so; 1980-01-01 as the time of all; no extra fields, no
// comments, no data descriptors, no ZIP64 (APPNOTE.TXT 4.3, 4.4). The same members make the same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika {

// All that stands around the members' bytes.
std::uint64_t bytes_around(const std::vector<std::string>& names) noexcept;

class ZipWriter {
public:
    explicit ZipWriter(std::uint64_t bytes_expected) { out_.reserve(bytes_expected); }

    // Where the bytes begin. Names of at most 65535 bytes, at most 65535 members, all below 4 GiB: the caller's
    // promise.
    std::uint64_t add(std::string_view name, std::string_view bytes);
    std::string finish() &&;

private:
    std::string out_;
    std::string central_;
    std::uint16_t members_ = 0;
};

}  // namespace mugaika
