// The bytes of a received mail, exactly as they came, CRLF line ends, dot-unstuffed. Untrusted from end to end: nothing
// but the worker (by descriptor) and the quarantine (as bytes to encrypt) may look at them. Move-only; there is no
// way from here to an outgoing mail (compile_fail/ holds that).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "policy/result.hpp"
#include "sanitizer/mail/file_descriptor.hpp"
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
    RawMail(FileDescriptor fd, std::uint64_t size, std::string sha256)
        : fd_(std::move(fd)), size_(size), sha256_(std::move(sha256)) {}

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

// Collects a mail while it comes in: in memory up to `memory_bytes_max`, past that in an unlinked temporary file in
// `temporary_directory` (O_TMPFILE). One writer, one mail. A failed append is final: the mail is answered 451/452.
class RawMailWriter {
public:
    RawMailWriter(std::string temporary_directory, std::size_t memory_bytes_max);

    Result<void> append(std::string_view untrusted_bytes);
    std::uint64_t size() const noexcept { return size_; }
    Result<RawMail> finish() &&;

private:
    Result<void> spill();

    std::string directory_;
    std::size_t memory_bytes_max_;
    std::string buffer_;
    FileDescriptor file_;
    std::uint64_t size_ = 0;
    Sha256 digest_;
};

}  // namespace mugaika
