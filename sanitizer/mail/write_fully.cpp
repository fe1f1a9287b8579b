#include "sanitizer/mail/write_fully.hpp"

#include <unistd.h>

#include <cerrno>

namespace mugaika {

Result<void> write_fully(int fd, std::string_view bytes, std::string_view what) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return error_from_errno(what, errno);
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

}  // namespace mugaika
