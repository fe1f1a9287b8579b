#include "sanitizer/engine/confinement.hpp"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string_view>
#include <vector>

#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {
namespace {

// ---- Landlock, by its system calls, as in sanitizer/worker/sandbox_seccomp.cpp

struct Ruleset {
    std::uint64_t handled_access_fs;
    std::uint64_t handled_access_net;
    std::uint64_t scoped;
};
struct __attribute__((packed)) PathBeneath {
    std::uint64_t allowed_access;
    std::int32_t parent_fd;
};

constexpr std::uint64_t execute = 1u << 0, write_file = 1u << 1, read_file = 1u << 2, read_dir = 1u << 3,
                        remove_dir = 1u << 4, remove_file = 1u << 5, make_dir = 1u << 7, make_reg = 1u << 8,
                        make_sock = 1u << 9, refer = 1u << 13, truncate_file = 1u << 14;
constexpr std::uint64_t of_files = execute | write_file | read_file | truncate_file;

int landlock_abi() noexcept {
    const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, 1u);
    return abi > 0 ? static_cast<int>(abi) : 0;
}

// All that this kernel can forbid: what is not granted below is refused.
Ruleset everything(int abi) noexcept {
    std::uint64_t fs = (1u << 13) - 1;
    if (abi >= 2) fs |= refer;
    if (abi >= 3) fs |= truncate_file;
    if (abi >= 5) fs |= 1u << 15;                         // ioctl of devices
    return {fs, abi >= 4 ? 3u : 0u, abi >= 6 ? 3u : 0u};  // TCP; abstract sockets and signals
}

// What is not there needs no grant.
Result<void> grant(int ruleset, const std::string& path, std::uint64_t access) {
    const FileDescriptor place(::open(path.c_str(), O_PATH | O_CLOEXEC));
    if (!place.is_open() && errno == ENOENT) return {};
    if (!place.is_open()) return error_from_errno("open " + path, errno);
    const PathBeneath rule{access, place.get()};
    constexpr int path_beneath = 1;
    if (::syscall(SYS_landlock_add_rule, ruleset, path_beneath, &rule, 0) == 0) return {};
    if (errno != EINVAL) return error_from_errno("landlock_add_rule " + path, errno);
    const PathBeneath of_file{access & of_files, place.get()};  // no folder
    if (::syscall(SYS_landlock_add_rule, ruleset, path_beneath, &of_file, 0) == 0) return {};
    return error_from_errno("landlock_add_rule " + path, errno);
}

Result<void> restrict_files(const EngineCommand& command, const std::string& job_folder) {
    const int abi = landlock_abi();
    if (abi == 0) return Error(Fault::unavailable, "this kernel has no Landlock");
    const Ruleset rules = everything(abi);
    const FileDescriptor ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0)));
    if (!ruleset.is_open()) return error_from_errno("landlock_create_ruleset", errno);
    const std::uint64_t reading = read_file | read_dir;
    const std::uint64_t writing =
        (reading | write_file | remove_dir | remove_file | make_dir | make_reg | make_sock | refer | truncate_file) &
        rules.handled_access_fs;
    for (const std::string& path : command.readable) {
        if (const auto granted = grant(ruleset.get(), path, reading); !granted) return granted.error();
    }
    for (const std::string& path : command.executable) {
        if (const auto granted = grant(ruleset.get(), path, reading | execute); !granted) return granted.error();
    }
    for (const std::string_view folder : {"/home", "/out"}) {
        const std::string path = job_folder + std::string(folder);
        if (const auto granted = grant(ruleset.get(), path, writing); !granted) return granted.error();
    }
    if (const auto granted = grant(ruleset.get(), job_folder + "/in", reading); !granted) return granted.error();
    if (const auto granted = grant(ruleset.get(), "/dev/null", read_file | write_file); !granted) {
        return granted.error();
    }
    if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
        return error_from_errno("landlock_restrict_self", errno);
    }
    return {};
}

// ---- resource limits

// Counted for the user, other jobs and the relay included.
constexpr rlim_t threads_max = 4096;

Result<void> limit_resources(const EngineLimits& limits, std::uint32_t processes) {
    struct Row {
        __rlimit_resource_t resource;
        rlim_t value;
    };
    const std::array rows{Row{RLIMIT_CPU, static_cast<rlim_t>(limits.wall_clock.count())},
                          Row{RLIMIT_AS, limits.memory_bytes},
                          Row{RLIMIT_FSIZE, limits.disk_bytes / 2},
                          Row{RLIMIT_NPROC, processes > 0 ? rlim_t{processes} : threads_max},
                          Row{RLIMIT_NOFILE, 256},
                          Row{RLIMIT_CORE, 0},
                          Row{RLIMIT_MEMLOCK, 0},
                          Row{RLIMIT_MSGQUEUE, 0}};
    for (const auto& [resource, value] : rows) {
        rlimit limit{};  // whoever started us may have set a lower one
        if (::getrlimit(resource, &limit) != 0) return error_from_errno("getrlimit", errno);
        limit.rlim_cur = limit.rlim_max = std::min(value, limit.rlim_max);
        if (::setrlimit(resource, &limit) != 0) return error_from_errno("setrlimit", errno);
    }
    return {};
}

// ---- seccomp

// What names a file is held by Landlock, what is missing here by this: other processes (kill, ptrace, prlimit, pidfd),
// rights and times of files (chmod, chown, utimes, xattr: Landlock does not know them), truncate (an older Landlock
// does not), sockets to others (connect), watches, locks, timers that signal, io_uring, keys, bpf, mounts, namespaces,
// memory outside of the address space (memfd, shm).
constexpr auto allowed = std::to_array<std::string_view>({"read",
                                                          "pread64",
                                                          "readv",
                                                          "preadv",
                                                          "write",
                                                          "pwrite64",
                                                          "writev",
                                                          "pwritev",
                                                          "lseek",
                                                          "close",
                                                          "close_range",
                                                          "dup",
                                                          "dup2",
                                                          "dup3",
                                                          "open",
                                                          "openat",
                                                          "creat",
                                                          "stat",
                                                          "fstat",
                                                          "lstat",
                                                          "newfstatat",
                                                          "statx",
                                                          "statfs",
                                                          "fstatfs",
                                                          "faccessat",
                                                          "faccessat2",
                                                          "readlink",
                                                          "readlinkat",
                                                          "getdents64",
                                                          "getdents",
                                                          "getcwd",
                                                          "chdir",
                                                          "fchdir",
                                                          "mkdir",
                                                          "mkdirat",
                                                          "rmdir",
                                                          "unlink",
                                                          "unlinkat",
                                                          "rename",
                                                          "renameat",
                                                          "renameat2",
                                                          "ftruncate",
                                                          "fallocate",
                                                          "fadvise64",
                                                          "fsync",
                                                          "fdatasync",
                                                          "umask",
                                                          "sendfile",
                                                          "mmap",
                                                          "munmap",
                                                          "mremap",
                                                          "mprotect",
                                                          "madvise",
                                                          "msync",
                                                          "brk",
                                                          "membarrier",
                                                          "futex",
                                                          "set_robust_list",
                                                          "rseq",
                                                          "set_tid_address",
                                                          "arch_prctl",
                                                          "sched_yield",
                                                          "sched_getaffinity",
                                                          "getcpu",
                                                          "gettid",
                                                          "getpid",
                                                          "getppid",
                                                          "getuid",
                                                          "geteuid",
                                                          "getgid",
                                                          "getegid",
                                                          "getpgrp",
                                                          "getpgid",
                                                          "getsid",
                                                          "getresuid",
                                                          "getresgid",
                                                          "getgroups",
                                                          "getrusage",
                                                          "getrlimit",
                                                          "times",
                                                          "uname",
                                                          "sysinfo",
                                                          "getrandom",
                                                          "clock_gettime",
                                                          "clock_getres",
                                                          "clock_nanosleep",
                                                          "nanosleep",
                                                          "gettimeofday",
                                                          "time",
                                                          "pipe",
                                                          "pipe2",
                                                          "eventfd2",
                                                          "eventfd",
                                                          "poll",
                                                          "ppoll",
                                                          "select",
                                                          "pselect6",
                                                          "epoll_create1",
                                                          "epoll_ctl",
                                                          "epoll_wait",
                                                          "epoll_pwait",
                                                          "rt_sigaction",
                                                          "rt_sigprocmask",
                                                          "rt_sigreturn",
                                                          "rt_sigsuspend",
                                                          "rt_sigtimedwait",
                                                          "sigaltstack",
                                                          "restart_syscall",
                                                          "pause",
                                                          "exit",
                                                          "exit_group",
                                                          "execve",
                                                          "bind",
                                                          "listen",
                                                          "accept",
                                                          "accept4",
                                                          "shutdown",
                                                          "getsockname",
                                                          "getpeername",
                                                          "getsockopt",
                                                          "setsockopt",
                                                          "recvfrom",
                                                          "recvmsg"});

constexpr auto allowed_to_fork =
    std::to_array<std::string_view>({"fork", "vfork", "wait4", "waitid", "setsid", "setpgid"});

constexpr std::uint64_t new_namespaces =
    CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

scmp_arg_cmp is(unsigned argument, std::uint64_t value) { return {argument, SCMP_CMP_EQ, value, 0}; }
scmp_arg_cmp bits(unsigned argument, std::uint64_t mask, std::uint64_t value) {
    return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

struct Rule {
    int call;
    std::vector<scmp_arg_cmp> only_if = {};
};

// Threads are processes to the kernel; whoever may not fork makes no other.
Rule rule_for_clone(bool may_fork) {
    if (may_fork) return {SCMP_SYS(clone), {bits(0, new_namespaces, 0)}};
    return {SCMP_SYS(clone), {bits(0, CLONE_THREAD | new_namespaces, CLONE_THREAD)}};
}

std::vector<Rule> rules_with_arguments(bool may_fork) {
    std::vector<Rule> rules{
        rule_for_clone(may_fork),
        // A socket of its own for itself: LibreOffice listens on one in its home folder, and is called by nobody.
        {SCMP_SYS(socket), {is(0, AF_UNIX), bits(1, 0xf, SOCK_STREAM)}},
        {SCMP_SYS(socketpair), {is(0, AF_UNIX), bits(1, 0xf, SOCK_STREAM)}},
        {SCMP_SYS(sendto), {is(4, 0)}},  // on a pair: to no address
        {SCMP_SYS(prctl), {is(0, PR_SET_NAME)}},
        {SCMP_SYS(prctl), {is(0, PR_GET_NAME)}},
        {SCMP_SYS(prlimit64), {is(0, 0), is(2, 0)}},  // asking, of itself
        {SCMP_SYS(ioctl), {is(1, FIONREAD)}},
        {SCMP_SYS(ioctl), {is(1, TCGETS)}},
        {SCMP_SYS(ioctl), {is(1, FIOCLEX)}},
        {SCMP_SYS(tgkill), {is(0, static_cast<std::uint64_t>(::getpid()))}},  // abort()
        // LibreOffice puts its socket into /tmp where that can be written, and asks by this; else into its home.
        {SCMP_SYS(access), {{1, SCMP_CMP_NE, W_OK, 0}}},
    };
    // Not F_SETOWN and F_SETSIG, by which signals reach other processes.
    for (const int command : {F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW, F_DUPFD_CLOEXEC,
                              F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW}) {
        rules.push_back({SCMP_SYS(fcntl), {is(1, static_cast<std::uint64_t>(command))}});
    }
    return rules;
}

struct ReleaseFilter {
    void operator()(void* filter) const noexcept { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, ReleaseFilter>;

Result<void> allow(const Filter& filter, std::uint32_t action, const Rule& rule) {
    const int added = seccomp_rule_add_array(filter.get(), action, rule.call,
                                             static_cast<unsigned>(rule.only_if.size()), rule.only_if.data());
    if (added != 0) return error_from_errno("seccomp_rule_add_array", -added);
    return {};
}

// Old names are no calls of their own everywhere: what the machine does not know needs no grant.
std::vector<Rule> rules_by_name(bool may_fork) {
    std::vector<Rule> rules;
    const auto add = [&](std::string_view name) {
        const int call = seccomp_syscall_resolve_name(std::string(name).c_str());
        if (call >= 0) rules.push_back({call});
    };
    for (const std::string_view name : allowed) add(name);
    if (may_fork) {
        for (const std::string_view name : allowed_to_fork) add(name);
    }
    return rules;
}

// Refused, not killed: LibreOffice asks for much that it can do without.
Result<void> restrict_calls(bool may_fork) {
    const Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
    if (!filter) return Error(Fault::unavailable, "seccomp: no filter can be made");
    for (const auto& rules : {rules_by_name(may_fork), rules_with_arguments(may_fork)}) {
        for (const Rule& rule : rules) {
            if (const auto added = allow(filter, SCMP_ACT_ALLOW, rule); !added) return added.error();
        }
    }
    // Its flags stand in memory, where no filter sees them; the C library then takes clone.
    if (const auto added = allow(filter, SCMP_ACT_ERRNO(ENOSYS), {SCMP_SYS(clone3)}); !added) return added.error();
    if (seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0) {
        return Error(Fault::unavailable, "seccomp: foreign architectures cannot be refused");
    }
    if (const int loaded = seccomp_load(filter.get()); loaded != 0) return error_from_errno("seccomp_load", -loaded);
    return {};
}

}  // namespace

Result<void> confine(const EngineCommand& command, const EngineLimits& limits, const std::string& job_folder) {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return error_from_errno("no_new_privs", errno);
    if (const auto restricted = restrict_files(command, job_folder); !restricted) return restricted.error();
    if (const auto limited = limit_resources(limits, command.processes); !limited) return limited.error();
    return restrict_calls(command.processes > 0);  // last: the others need calls that it forbids
}

}  // namespace mugaika
