// The bytes of a received mail, exactly as they came, CRLF line ends, dot-unstuffed. Untrusted from end to end: nothing
// but the worker (by descriptor) and the quarantine (as bytes to encrypt) may look at them. Move-only; there is no
// way from here to an outgoing mail (compile_fail/ holds that).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "policy/result.hpp"
#include "sanitizer/mail/file_descriptor.hpp"
#include "sanitizer/mail/memory_purse.hpp"
#include "sanitizer/mail/sha256.hpp"

namespace mugaika {

class RawMail {
public:
    RawMail(RawMail&&) noexcept = default;
    RawMail& operator=(RawMail&&) noexcept = default;

    // For mails whose bytes are in memory already (tests, `mugaika sanitize`, the quarantine).
    static Result<RawMail> from_bytes(std::string_view untrusted_bytes);

    std::uint64_t size() const noexcept { return size_; }

    // A read-only descriptor on the bytes, offset 0, that stays as it is: a sealed memfd, or an unlinked temporary
    // file that nobody can write any more. Owned by this object. The worker maps it.
    int descriptor() const noexcept { return fd_.get(); }

    // SHA-256 over all bytes, lower case hex, taken while they were received.
    const std::string& sha256() const noexcept { return sha256_; }

    // A private read-only mapping of all bytes, valid as long as the returned object lives.
    class Mapping;
    Result<Mapping> untrusted_bytes() const;

private:
    friend class RawMailWriter;
    RawMail(FileDescriptor fd, std::uint64_t size, std::string sha256, MemoryShare memory = {})
        : memory_(std::move(memory)), fd_(std::move(fd)), size_(size), sha256_(std::move(sha256)) {}

    MemoryShare memory_;  // of a memfd; given back after it is closed
    FileDescriptor fd_;
    std::uint64_t size_ = 0;
    std::string sha256_;
};

class RawMail::Mapping {
public:
    // The first `bytes` of an open file. The caller has seen that it is at least so long and cannot shrink.
    static Result<Mapping> of(int descriptor, std::uint64_t bytes);
    Mapping(Mapping&&) noexcept;
    Mapping& operator=(Mapping&&) = delete;
    ~Mapping();
    std::string_view view() const noexcept { return {data_, size_}; }

private:
    Mapping(const char* data, std::size_t size) : data_(data), size_(size) {}
    const char* data_ = nullptr;
    std::size_t size_ = 0;
};

// Where a mail that comes in is held.
struct SpoolRoom {
    std::string directory;             // for temporary files
    std::size_t memory_bytes_max = 0;  // of one mail; past it a temporary file
    std::uint64_t disk_free_min = 0;   // left by temporary files to others, or Fault::disk_full; 0: all may be used
    std::shared_ptr<MemoryPurse> memory_together = nullptr;  // shared with all other mails; empty: a temporary file
};

// Collects a mail while it comes in: in memory, past its limits in an unlinked temporary file (O_TMPFILE). One writer,
// one mail. A failed append is final: the mail is answered 451/452. The mail holds its share of the memory to its end.
class RawMailWriter {
public:
    explicit RawMailWriter(SpoolRoom);

    Result<void> append(std::string_view untrusted_bytes);
    std::uint64_t size() const noexcept { return size_; }
    bool is_in_file() const noexcept { return file_.is_open(); }
    Result<RawMail> finish() &&;

private:
    bool fits_in_memory(std::size_t more_bytes) noexcept;
    Result<void> spill();
    Result<void> write(std::string_view);

    SpoolRoom room_;
    MemoryShare memory_;
    std::uint64_t unchecked_bytes_ = 0;  // written since the free space was looked at
    std::string buffer_;
    FileDescriptor file_;
    std::uint64_t size_ = 0;
    Sha256 digest_;
};

}  // namespace mugaika
