// A file that may cross: rebuilt, and then read whole by a process that never saw the original and shares no code with
// what made it (FILES.md 1.1). Composer and gate take no other rebuilt file.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "policy/result.hpp"
#include "sanitizer/mail/file_job.hpp"
#include "sanitizer/mail/safe_kind.hpp"

namespace mugaika {

class CheckedFile {
public:
    // Fails with Fault::protocol when the checker refused it, or has read another kind or other bytes than these. The
    // digest is taken here once more, of what will leave.
    static Result<CheckedFile> from(std::string bytes, SafeKind, const CheckAnswer&);

    SafeKind kind() const noexcept { return kind_; }
    const std::string& sha256() const noexcept { return sha256_; }
    std::uint32_t pages() const noexcept { return pages_; }
    const std::string& bytes() const& noexcept { return bytes_; }
    std::string bytes() && noexcept { return std::move(bytes_); }

private:
    CheckedFile(SafeKind kind, std::string sha256, std::uint32_t pages, std::string bytes)
        : kind_(kind), sha256_(std::move(sha256)), pages_(pages), bytes_(std::move(bytes)) {}

    SafeKind kind_;
    std::string sha256_;
    std::uint32_t pages_;
    std::string bytes_;
};

// What came of one file: what may cross with what it lost, why it stays where it is, or what is in an archive.
struct FileRebuilt {
    CheckedFile file;
    std::vector<Loss> losses;
    // Of a document whose pages became pictures: where it led, and letters that they do not show.
    std::vector<std::string> links = {};
    std::vector<MissingGlyph> missing = {};
};
using FileResult = std::variant<FileRebuilt, FileNotMade, MembersSeen>;

}  // namespace mugaika
