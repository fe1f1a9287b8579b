#include "relay/stats/log_identity.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "sanitizer/mail/file_descriptor.hpp"
#include "sanitizer/mail/sha256.hpp"

namespace mugaika {
namespace {

constexpr std::size_t end_bytes = 4096;

std::int64_t nanoseconds(const timespec& time) {
    return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::int64_t>(time.tv_nsec);
}

bool add(Sha256& digest, int file, off_t from) {
    std::array<char, end_bytes> bytes{};
    const ssize_t read = ::pread(file, bytes.data(), bytes.size(), from);
    if (read < 0) return false;
    digest.update({bytes.data(), static_cast<std::size_t>(read)});
    return true;
}

}  // namespace

std::optional<LogIdentity> identity_of(const std::string& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat facts {};
    if (!file.is_open() || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return std::nullopt;
    Sha256 digest;
    const off_t last = std::max<off_t>(facts.st_size - static_cast<off_t>(end_bytes), 0);
    if (!add(digest, file.get(), 0) || !add(digest, file.get(), last)) return std::nullopt;
    return LogIdentity{facts.st_dev,
                       facts.st_ino,
                       static_cast<std::uint64_t>(facts.st_size),
                       nanoseconds(facts.st_mtim),
                       nanoseconds(facts.st_ctim),
                       std::move(digest).hex()};
}

}  // namespace mugaika
