// Which file a log was when it was read, and whether it is the same now: cheap to ask, however long it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace mugaika {

// Whoever writes into a file changes the time that its system keeps of it (ctime), which no program can set back.
struct LogIdentity {
    std::uint64_t device = 0, inode = 0, size = 0;
    std::int64_t written = 0, changed = 0;  // nanoseconds since 1970: mtime, ctime
    std::string ends;                       // digest of its first and its last bytes

    bool operator==(const LogIdentity&) const = default;

    template <class Self, class Io>
    static void state(Self& self, Io& io) {  // state_io.hpp
        io(self.device, self.inode, self.size, self.written, self.changed, self.ends);
    }
};

// Nothing: it cannot be read, or is no file.
std::optional<LogIdentity> identity_of(const std::string& path);

}  // namespace mugaika
