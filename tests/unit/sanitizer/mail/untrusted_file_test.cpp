#include "sanitizer/mail/untrusted_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

#include "sanitizer/mail/raw_mail.hpp"
#include "sanitizer/mail/sealed_file.hpp"
#include "sanitizer/mail/sha256.hpp"

using namespace mugaika;

namespace {

Fault fault_of(FileDescriptor fd, std::uint64_t bytes_max = 1000) {
    auto file = UntrustedFile::from_descriptor(std::move(fd), bytes_max);
    REQUIRE(file.has_error());
    return file.error().fault();
}

FileDescriptor memory_file(int seals) {
    FileDescriptor fd(::memfd_create("t", MFD_ALLOW_SEALING));
    REQUIRE(::write(fd.get(), "abc", 3) == 3);
    REQUIRE(::fcntl(fd.get(), F_ADD_SEALS, seals) == 0);
    return fd;
}

}  // namespace

TEST_CASE("a file of another process is what it was when it was measured") {
    auto file = UntrustedFile::from_descriptor(sealed_file({"abc", "def"}).value(), 6);
    REQUIRE(file.has_value());
    CHECK(file->size() == 6);
    CHECK(file->sha256() == sha256_hex("abcdef"));
    CHECK(RawMail::Mapping::of(file->descriptor(), file->size())->view() == "abcdef");
    CHECK(::write(file->descriptor(), "x", 1) == -1);
    CHECK(UntrustedFile::from_descriptor(sealed_file({}).value(), 0)->sha256() == sha256_hex(""));
}

TEST_CASE("a descriptor whose bytes somebody could still change, or that is no file in memory, is none") {
    const int all = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    CHECK(UntrustedFile::from_descriptor(memory_file(all), 3).has_value());
    for (const int missing : {F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW, F_SEAL_WRITE}) {
        CHECK(fault_of(memory_file(all & ~missing)) == Fault::protocol);
    }
    CHECK(fault_of(FileDescriptor(::open("/dev/null", O_RDONLY))) == Fault::protocol);
    CHECK(fault_of(FileDescriptor(::open("/proc/self/exe", O_RDONLY))) == Fault::protocol);
    CHECK(fault_of(FileDescriptor()) == Fault::protocol);
}

TEST_CASE("a file of another process that is larger than allowed is not read") {
    CHECK(fault_of(sealed_file({"abcd"}).value(), 3) == Fault::limit);
}
