// The container of Office files before the packages, and of packages that are encrypted ([MS-CFB]): streams, each a
// chain of sectors. Numbers of sectors and sizes come from the file: a chain is walked once, without a sector that
// stands twice, and no longer than the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::ole2 {

bool looks_like_compound_file(std::string_view untrusted) noexcept;

class CompoundFile {
public:
    // The bytes outlive it. Throws zip::Refused: document_damaged.
    explicit CompoundFile(std::string_view untrusted);

    // Whether there is a stream of this ASCII name, whose case does not count. One that lies in a storage has that
    // one's name and a slash before its own.
    bool has(std::string_view name) const;
    // Names that begin so, in lower case, sorted; valid as long as this object.
    std::vector<std::string_view> names_below(std::string_view prefix) const;
    // Its bytes, paid before they are copied. Throws zip::Refused: document_damaged, also when there is no such stream,
    // inner_too_large.
    std::string read(std::string_view name, FilePurse&) const;
    // The same where the last sectors may be missing: what says itself how much of it is meant.
    std::string read_to_its_end(std::string_view name, FilePurse&) const;
    // Puts other bytes, as many as the stream has, into a copy of the file. Throws as read().
    void overwrite(std::string& copy, std::string_view name, std::string_view bytes) const;

private:
    using Chain = std::vector<std::uint32_t>;
    struct Stream {
        std::string name;  // lower case, with the storages around it
        std::uint32_t start;
        std::uint64_t bytes;
    };

    std::string_view sector(std::uint32_t number) const;
    std::uint32_t entry_number(const Chain& table, std::uint32_t index) const;
    void read_table();
    void read_directory();
    void read_storages(const Chain& directory, std::uint32_t first);
    std::string_view directory_entry(const Chain& directory, std::uint32_t number) const;
    Chain chain_of(std::uint32_t start, const Chain& table) const;
    const Stream* find(std::string_view name) const;
    const Stream& paid(std::string_view name, FilePurse&) const;
    std::vector<std::string_view> pieces_of(const Stream&) const;  // of the file, in the stream's order
    std::string bytes_of(const Stream&) const;
    std::vector<Stream>::const_iterator first_not_before(std::string_view name) const;

    std::string_view bytes_;
    std::uint32_t sector_bytes_ = 0;
    std::uint32_t sectors_ = 0;
    Chain table_;                  // the next sector, by sector
    Chain mini_table_;             // the same of small sectors
    Chain mini_stream_;            // the sectors that hold the small ones
    std::vector<Stream> streams_;  // sorted by name
};

}  // namespace mugaika::codec::ole2
