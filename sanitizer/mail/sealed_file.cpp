#include "sanitizer/mail/sealed_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "sanitizer/mail/write_fully.hpp"

namespace mugaika {
namespace {

// Newer than the C library of Debian 12, since Linux 6.3.
constexpr unsigned memfd_noexec_seal = 0x0008;

// Kernels may be set to refuse a memfd that could hold a program; older ones do not know the flag that says it does
// not.
FileDescriptor open_memory_file() {
    constexpr unsigned flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
    int fd = ::memfd_create("mail", flags | memfd_noexec_seal);
    if (fd < 0 && errno == EINVAL) fd = ::memfd_create("mail", flags);
    return FileDescriptor(fd);
}

}  // namespace

Result<FileDescriptor> sealed_file(const std::vector<std::string_view>& untrusted_pieces) {
    FileDescriptor file = open_memory_file();
    if (!file.is_open()) return error_from_errno("memfd_create", errno);
    for (const std::string_view piece : untrusted_pieces) {
        if (const auto written = write_fully(file.get(), piece, "write to a memfd"); !written) return written.error();
    }
    const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if (::fcntl(file.get(), F_ADD_SEALS, seals) != 0) return error_from_errno("seal a memfd", errno);
    if (::lseek(file.get(), 0, SEEK_SET) < 0) return error_from_errno("rewind a memfd", errno);
    return file;
}

}  // namespace mugaika
