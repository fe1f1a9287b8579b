// A library that is put before libc (LD_PRELOAD) in front of the relay's own program file, so that the release binary
// itself meets failing disks and networks. Tests only; nothing of the product links it.
//
// It counts the relay's system calls that touch the world ("points"), writes their names where the test reads them, and
// at one of them does what the test asked: fail, cut (do half, then fail), stall, or kill somebody before or after it.
// With MUGAIKA_FAULTS_JOURNAL it also writes down all changes of files, so that the test can make the disk as a power
// cut would leave it.
//
// The test and the library share the file MUGAIKA_FAULTS, mapped by both: `Control` below, layout repeated in
// fault_control.py.
#include <dlfcn.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace {

enum class Mode : std::uint32_t { none, fail, cut, stall, kill_before, kill_after, kill_workers, kill_template };

constexpr std::uint32_t points_max = 4096;
constexpr std::uint32_t cut_descriptors_max = 4096;

struct Point {
    std::array<char, 64> name;  // "write quarantine/tmp", "recvmsg next hop"
};

struct Control {
    std::atomic<std::uint32_t> armed;
    std::atomic<std::uint32_t> count;   // points passed since the test set it to 0
    std::atomic<std::uint32_t> target;  // the point, counted from 1, at which `mode` is done
    std::atomic<std::uint32_t> mode;
    std::atomic<std::uint32_t> stall_ms;
    std::atomic<std::uint32_t> hit;          // 1 when it was done
    std::atomic<std::uint32_t> client_port;  // ports tell whose a socket is
    std::atomic<std::uint32_t> next_hop_port;
    std::array<Point, points_max> points;
    // By descriptor: all later calls fail. 1: a file, until the test ends the fault; 2: a socket, until it is closed.
    // What is cut off stays cut off: the kernel still has bytes of it, which a slow relay would read afterwards.
    std::array<std::atomic<std::uint8_t>, cut_descriptors_max> is_cut;
};

Control* control = nullptr;
int journal = -1;

template <class Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

// --- Names of points

std::string path_of(int fd) {
    std::array<char, 512> link{};
    std::array<char, 512> path{};
    std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", fd);
    const ssize_t length = ::readlink(link.data(), path.data(), path.size() - 1);
    return length < 0 ? std::string("?") : std::string(path.data(), static_cast<std::size_t>(length));
}

std::uint32_t port_of(const sockaddr_storage& address) {
    if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
    if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
    return 0;
}

// Of a file below the state directory.
std::string kind_of(const std::string& name) {
    if (name.ends_with(".tmp")) return name.substr(0, name.find('/')) + " tmp";
    if (name.ends_with(".item")) return "item";
    if (name.ends_with(".order")) return "order";
    if (const std::size_t at = name.find("sqlite"); at != std::string::npos) return "index" + name.substr(at + 6);
    return name;
}

// Whose socket, or which kind of file: names that stay the same from run to run. "": nothing of the world (an eventfd,
// standard error), whose calls do not count.
std::string thing_of(int fd) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0 && address.ss_family != AF_UNIX) {
        return port_of(address) == control->next_hop_port ? "next hop" : "client";
    }
    std::string path = path_of(fd);
    if (path.starts_with("socket:")) return "worker";
    if (path.starts_with("/memfd:")) return "memfd";
    const std::size_t state = path.find("/state/");
    if (state == std::string::npos) return path.ends_with(".jsonl") ? "event log" : "";
    return kind_of(path.substr(state + 7));
}

// --- Doing it

struct Kill {
    static void relay() {
        ::kill(::getpid(), SIGKILL);
        for (;;) ::pause();
    }
    // The children of all threads of a process.
    static std::vector<int> children_of(int pid) {
        std::vector<int> children;
        std::error_code gone;
        for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task", gone)) {
            std::ifstream list(task.path() / "children");
            for (int child = 0; list >> child;) children.push_back(child);
        }
        return children;
    }
    // The template is our child, the workers are its.
    static void template_process() {
        for (const int pid : children_of(::getpid())) ::kill(pid, SIGKILL);
    }
    static void workers() {
        for (const int parent : children_of(::getpid())) {
            for (const int pid : children_of(parent)) ::kill(pid, SIGKILL);
        }
    }
};

enum class Due { nothing, fail, cut, kill_after };

// Called before each call that counts.
Due point(const char* call, const std::string& thing) {
    if (thing.empty() || control == nullptr || control->armed == 0) return Due::nothing;
    const std::uint32_t number = ++control->count;
    if (number <= points_max) {
        std::snprintf(control->points[number - 1].name.data(), sizeof(Point), "%s %s", call, thing.c_str());
    }
    if (number != control->target) return Due::nothing;
    control->hit = 1;
    switch (static_cast<Mode>(control->mode.load())) {
        case Mode::none:
            return Due::nothing;
        case Mode::fail:
            return Due::fail;
        case Mode::cut:
            return Due::cut;
        case Mode::stall:
            ::usleep(control->stall_ms * 1000);
            return Due::nothing;
        case Mode::kill_before:
            Kill::relay();
            return Due::nothing;
        case Mode::kill_after:
            return Due::kill_after;
        case Mode::kill_workers:
            Kill::workers();
            return Due::nothing;
        case Mode::kill_template:
            Kill::template_process();
            return Due::nothing;
    }
    return Due::nothing;
}

bool is_cut(int fd) {
    return control != nullptr && fd >= 0 && fd < static_cast<int>(cut_descriptors_max) &&
           control->is_cut[static_cast<std::size_t>(fd)] != 0;
}

template <class Result>
Result failed(int error) {
    errno = error;
    return static_cast<Result>(-1);
}

// A connection that is cut ends for both sides; the event loop has to hear of it.
void cut_from_now_on(int fd) {
    if (fd < 0 || fd >= static_cast<int>(cut_descriptors_max)) return;
    const bool is_socket = ::shutdown(fd, SHUT_RDWR) == 0 || errno != ENOTSOCK;
    control->is_cut[static_cast<std::size_t>(fd)] = is_socket ? 2 : 1;
}

// One call on a descriptor. `half` does half of it, or nothing where there is no half.
template <class Result, class Whole, class Half>
Result on_descriptor(const char* call, int fd, int error, Whole whole, Half half) {
    if (is_cut(fd)) return failed<Result>(error);
    const Due due = control == nullptr ? Due::nothing : point(call, thing_of(fd));
    if (due == Due::fail) return failed<Result>(error);
    if (due == Due::cut) {
        const Result result = half();
        cut_from_now_on(fd);
        return result;
    }
    const Result result = whole();
    if (due == Due::kill_after) Kill::relay();
    return result;
}

template <class Result, class Whole>
Result on_name(const char* call, const char* path, int error, Whole whole) {
    const std::string text(path);
    const std::size_t state = text.find("/state/");
    if (control == nullptr || state == std::string::npos) return whole();
    const Due due = point(call, kind_of(text.substr(state + 7)));
    if (due == Due::fail || due == Due::cut) return failed<Result>(error);
    const Result result = whole();
    if (due == Due::kill_after) Kill::relay();
    return result;
}

// --- The journal of file changes: "OP INODE A B LENGTH\n" and LENGTH bytes each.

std::mutex journal_mutex;

void note(const char* op, std::uint64_t inode, std::uint64_t a, std::string_view bytes) {
    std::array<char, 128> head{};
    const int length =
        std::snprintf(head.data(), head.size(), "%s %llu %llu %zu\n", op, static_cast<unsigned long long>(inode),
                      static_cast<unsigned long long>(a), bytes.size());
    std::string record(head.data(), static_cast<std::size_t>(length));
    record += bytes;
    const std::lock_guard lock(journal_mutex);
    for (std::string_view rest = record; !rest.empty();) {
        const long n = ::syscall(SYS_write, journal, rest.data(), rest.size());
        if (n <= 0) std::abort();
        rest.remove_prefix(static_cast<std::size_t>(n));
    }
}

// What was said to somebody: the first piece, as far as it went out.
void note_sent(const void* bytes, std::size_t length, ssize_t sent) {
    if (journal < 0 || control == nullptr || control->armed == 0 || sent <= 0) return;
    note("send", 0, 0, {static_cast<const char*>(bytes), std::min(length, static_cast<std::size_t>(sent))});
}

bool is_journalled(int fd) {
    if (journal < 0 || control == nullptr || control->armed == 0) return false;
    struct stat facts {};
    return ::fstat(fd, &facts) == 0 && (S_ISREG(facts.st_mode) || S_ISDIR(facts.st_mode)) &&
           path_of(fd).find("/state/") != std::string::npos;
}

std::uint64_t inode_of(int fd) {
    struct stat facts {};
    return ::fstat(fd, &facts) == 0 ? facts.st_ino : 0;
}

bool is_journalled_name(const char* path) {
    return journal >= 0 && control != nullptr && control->armed != 0 && std::strstr(path, "/state/") != nullptr;
}

__attribute__((constructor)) void start() {
    const char* file = std::getenv("MUGAIKA_FAULTS");
    const std::string program = [] {
        std::array<char, 512> path{};
        const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size() - 1);
        return std::string(path.data(), length < 0 ? 0 : static_cast<std::size_t>(length));
    }();
    const bool is_ours = program.ends_with("/mugaika-relay") || program.ends_with("/mugaika");  // not the workers
    if (file == nullptr || !is_ours) return;
    const int fd = ::open(file, O_RDWR | O_CLOEXEC);
    if (fd < 0) std::abort();
    void* mapped = ::mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED) std::abort();
    ::close(fd);
    if (const char* name = std::getenv("MUGAIKA_FAULTS_JOURNAL")) {
        journal = ::open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (journal < 0) std::abort();
    }
    control = static_cast<Control*>(mapped);
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* bytes, size_t length) {
    static auto* const next = real<ssize_t(int, const void*, size_t)>("write");
    const auto done = [&](size_t wanted) {
        const bool journalled = is_journalled(fd);
        const off_t at = journalled ? ::lseek(fd, 0, SEEK_CUR) : 0;
        const ssize_t written = next(fd, bytes, wanted);
        if (journalled && written > 0) {
            note("write", inode_of(fd), static_cast<std::uint64_t>(at),
                 {static_cast<const char*>(bytes), static_cast<std::size_t>(written)});
        }
        return written;
    };
    return on_descriptor<ssize_t>(
        "write", fd, ENOSPC, [&] { return done(length); }, [&] { return done(length / 2); });
}

ssize_t pwrite64(int fd, const void* bytes, size_t length, off64_t at) {
    static auto* const next = real<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
    const auto done = [&](size_t wanted) {
        const ssize_t written = next(fd, bytes, wanted, at);
        if (written > 0 && is_journalled(fd)) {
            note("write", inode_of(fd), static_cast<std::uint64_t>(at),
                 {static_cast<const char*>(bytes), static_cast<std::size_t>(written)});
        }
        return written;
    };
    return on_descriptor<ssize_t>(
        "pwrite", fd, ENOSPC, [&] { return done(length); }, [&] { return done(length / 2); });
}

ssize_t read(int fd, void* bytes, size_t length) {
    static auto* const next = real<ssize_t(int, void*, size_t)>("read");
    return on_descriptor<ssize_t>(
        "read", fd, EIO, [&] { return next(fd, bytes, length); }, [&] { return next(fd, bytes, (length + 1) / 2); });
}

ssize_t recv(int fd, void* bytes, size_t length, int flags) {
    static auto* const next = real<ssize_t(int, void*, size_t, int)>("recv");
    return on_descriptor<ssize_t>(
        "recv", fd, ECONNRESET, [&] { return next(fd, bytes, length, flags); },
        [&] { return next(fd, bytes, std::min<size_t>(length, 1), flags); });
}

ssize_t recvmsg(int fd, msghdr* message, int flags) {
    static auto* const next = real<ssize_t(int, msghdr*, int)>("recvmsg");
    return on_descriptor<ssize_t>(
        "recvmsg", fd, ECONNRESET, [&] { return next(fd, message, flags); },
        [&] { return failed<ssize_t>(ECONNRESET); });
}

ssize_t send(int fd, const void* bytes, size_t length, int flags) {
    static auto* const next = real<ssize_t(int, const void*, size_t, int)>("send");
    return on_descriptor<ssize_t>(
        "send", fd, ECONNRESET,
        [&] {
            const ssize_t sent = next(fd, bytes, length, flags);
            note_sent(bytes, length, sent);
            return sent;
        },
        [&] { return next(fd, bytes, length / 2, flags); });
}

ssize_t sendmsg(int fd, const msghdr* message, int flags) {
    static auto* const next = real<ssize_t(int, const msghdr*, int)>("sendmsg");
    const auto half = [&] {
        msghdr shorter = *message;
        iovec first = message->msg_iov[0];
        first.iov_len /= 2;
        shorter.msg_iov = &first;
        shorter.msg_iovlen = 1;
        return next(fd, &shorter, flags);
    };
    return on_descriptor<ssize_t>(
        "sendmsg", fd, ECONNRESET,
        [&] {
            const ssize_t sent = next(fd, message, flags);
            note_sent(message->msg_iov[0].iov_base, message->msg_iov[0].iov_len, sent);
            return sent;
        },
        half);
}

int connect(int fd, const sockaddr* address, socklen_t length) {
    static auto* const next = real<int(int, const sockaddr*, socklen_t)>("connect");
    const bool is_network = address->sa_family == AF_INET || address->sa_family == AF_INET6;
    const Due due = is_network ? point("connect", "next hop") : Due::nothing;
    if (due == Due::fail) return failed<int>(ECONNREFUSED);
    if (due == Due::cut) return failed<int>(ETIMEDOUT);
    const int result = next(fd, address, length);
    if (due == Due::kill_after) Kill::relay();
    return result;
}

int fsync(int fd) {
    static auto* const next = real<int(int)>("fsync");
    return on_descriptor<int>(
        "fsync", fd, EIO,
        [&] {
            const int result = next(fd);
            if (result == 0 && is_journalled(fd)) note("sync", inode_of(fd), 0, path_of(fd));
            return result;
        },
        [] { return failed<int>(EIO); });
}

int fdatasync(int fd) {
    static auto* const next = real<int(int)>("fdatasync");
    return on_descriptor<int>(
        "fdatasync", fd, EIO,
        [&] {
            const int result = next(fd);
            if (result == 0 && is_journalled(fd)) note("sync", inode_of(fd), 0, path_of(fd));
            return result;
        },
        [] { return failed<int>(EIO); });
}

int flock(int fd, int operation) noexcept {
    static auto* const next = real<int(int, int)>("flock");
    return on_descriptor<int>(
        "flock", fd, ENOLCK, [&] { return next(fd, operation); }, [] { return failed<int>(ENOLCK); });
}

int ftruncate64(int fd, off64_t length) noexcept {
    static auto* const next = real<int(int, off64_t)>("ftruncate64");
    return on_descriptor<int>(
        "ftruncate", fd, EIO,
        [&] {
            const int result = next(fd, length);
            if (result == 0 && is_journalled(fd))
                note("truncate", inode_of(fd), static_cast<std::uint64_t>(length), {});
            return result;
        },
        [] { return failed<int>(EIO); });
}

int memfd_create(const char* name, unsigned flags) noexcept {
    static auto* const next = real<int(const char*, unsigned)>("memfd_create");
    const Due due = point("memfd_create", "mail");
    if (due == Due::fail || due == Due::cut) return failed<int>(EMFILE);
    const int fd = next(name, flags);
    if (due == Due::kill_after) Kill::relay();
    return fd;
}

int rename(const char* from, const char* to) noexcept {
    static auto* const next = real<int(const char*, const char*)>("rename");
    return on_name<int>("rename", to, EIO, [&] {
        const int result = next(from, to);
        if (result == 0 && is_journalled_name(to)) note("rename", 0, 0, std::string(from) + '\n' + to);
        return result;
    });
}

int unlink(const char* path) noexcept {
    static auto* const next = real<int(const char*)>("unlink");
    return on_name<int>("unlink", path, EIO, [&] {
        const int result = next(path);
        if (result == 0 && is_journalled_name(path)) note("unlink", 0, 0, path);
        return result;
    });
}

int mkdir(const char* path, mode_t mode) noexcept {
    static auto* const next = real<int(const char*, mode_t)>("mkdir");
    return on_name<int>("mkdir", path, EIO, [&] {
        const int result = next(path, mode);
        if (result == 0 && is_journalled_name(path)) note("mkdir", 0, 0, path);
        return result;
    });
}

static int open_with(int (*next)(const char*, int, ...), const char* path, int flags, mode_t mode) {
    const bool creates = (flags & O_CREAT) != 0;
    return on_name<int>("open", path, creates ? ENOSPC : EMFILE, [&] {
        const int fd = next(path, flags, mode);
        if (fd >= 0 && creates && is_journalled_name(path))
            note("create", inode_of(fd), (flags & O_TRUNC) != 0 ? 1 : 0, path);
        return fd;
    });
}

int open(const char* path, int flags, ...) {
    static auto* const next = real<int(const char*, int, ...)>("open");
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_with(next, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
    static auto* const next = real<int(const char*, int, ...)>("open64");
    va_list rest;
    va_start(rest, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_with(next, path, flags, mode);
}

int close(int fd) {
    static auto* const next = real<int(int)>("close");
    if (control != nullptr && fd >= 0 && fd < static_cast<int>(cut_descriptors_max)) {
        control->is_cut[static_cast<std::size_t>(fd)] = 0;
    }
    return next(fd);
}

}  // extern "C"
