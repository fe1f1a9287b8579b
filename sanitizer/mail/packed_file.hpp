// A ZIP that crosses: packed here, of files that were rebuilt and checked, and of nothing else. No byte of it comes
// from an archive that anybody sent.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "policy/result.hpp"
#include "sanitizer/mail/rebuilt_file.hpp"

namespace mugaika {

class PackedFile {
public:
    // As the gate must find it.
    struct Entry {
        std::string name;    // with folders; see packed_name.hpp
        std::string sha256;  // of the member's bytes
        SafeKind kind;
        std::uint64_t bytes;
        std::uint64_t at;  // where in bytes() they begin
    };

    // `path` of the archive's PartRow; `name` ends in ".zip". Members stand in the ZIP in their order, under their
    // names made safe and unique. Fails with Fault::bad_input for no members or another name, with Fault::limit for
    // more than 10000 members or 4 GiB.
    static Result<PackedFile> from(std::string path, PlainLine name, std::vector<RebuiltFile> members);

    const std::string& path() const noexcept { return path_; }
    const PlainLine& name() const noexcept { return name_; }
    const std::string& bytes() const noexcept { return bytes_; }
    const std::string& sha256() const noexcept { return sha256_; }
    const std::vector<Entry>& entries() const noexcept { return entries_; }  // in order

private:
    PackedFile(std::string path, PlainLine name, std::string bytes, std::string sha256, std::vector<Entry> entries)
        : path_(std::move(path)),
          name_(std::move(name)),
          bytes_(std::move(bytes)),
          sha256_(std::move(sha256)),
          entries_(std::move(entries)) {}

    std::string path_;
    PlainLine name_;
    std::string bytes_;
    std::string sha256_;
    std::vector<Entry> entries_;
};

}  // namespace mugaika
