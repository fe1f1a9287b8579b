// A file as it came, or as an engine made it, on its way between processes. Hostile from end to end: a codec worker may
// read it, an engine, a scanner. Move-only; there is no way from here to an outgoing mail (compile_fail/ holds that).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "policy/result.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {

class UntrustedFile {
public:
    // Fails with the fault of the call that failed.
    static Result<UntrustedFile> from_bytes(std::string_view untrusted_bytes);

    // What another process has sent. Fails with Fault::protocol when it is no memfd that is sealed for good, so that
    // what was measured is what will be read, and with Fault::limit when there are more than `bytes_max` in it. Reads
    // it once, for the digest.
    static Result<UntrustedFile> from_descriptor(FileDescriptor, std::uint64_t bytes_max);

    std::uint64_t size() const noexcept { return size_; }
    const std::string& sha256() const noexcept { return sha256_; }  // lower case hex
    int descriptor() const noexcept { return fd_.get(); }           // owned by this object

private:
    UntrustedFile(FileDescriptor fd, std::uint64_t size, std::string sha256)
        : fd_(std::move(fd)), size_(size), sha256_(std::move(sha256)) {}

    FileDescriptor fd_;
    std::uint64_t size_ = 0;
    std::string sha256_;
};

}  // namespace mugaika
