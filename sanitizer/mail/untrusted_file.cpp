#include "sanitizer/mail/untrusted_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>

#include "sanitizer/mail/raw_mail.hpp"
#include "sanitizer/mail/sealed_file.hpp"
#include "sanitizer/mail/sha256.hpp"

namespace mugaika {

Result<UntrustedFile> UntrustedFile::from_bytes(std::string_view untrusted_bytes) {
    auto file = sealed_file({untrusted_bytes});
    if (!file) return file.error();
    return UntrustedFile(std::move(*file), untrusted_bytes.size(), sha256_hex(untrusted_bytes));
}

Result<UntrustedFile> UntrustedFile::from_descriptor(FileDescriptor fd, std::uint64_t bytes_max) {
    constexpr int wanted = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    const int seals = ::fcntl(fd.get(), F_GET_SEALS);
    if (seals < 0 || (seals & wanted) != wanted) return Error(Fault::protocol, "a file that is not sealed");
    struct stat facts {};
    if (::fstat(fd.get(), &facts) != 0) return error_from_errno("measure a file", errno);
    const auto bytes = static_cast<std::uint64_t>(facts.st_size);
    if (bytes > bytes_max) {
        return Error(Fault::limit,
                     "a file of " + std::to_string(bytes) + " bytes, allowed are " + std::to_string(bytes_max));
    }
    const auto mapping = RawMail::Mapping::of(fd.get(), bytes);
    if (!mapping) return mapping.error();
    return UntrustedFile(std::move(fd), bytes, sha256_hex(mapping->view()));
}

}  // namespace mugaika
