#include "sanitizer/worker/sandbox.hpp"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <vector>

#if defined(__has_feature)
#define MUGAIKA_CLANG_FEATURE(x) __has_feature(x)
#else
#define MUGAIKA_CLANG_FEATURE(x) 0
#endif

namespace mugaika {
namespace {

// Sanitizers reserve terabytes of address space and report through calls of their own. Never true in a release.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || MUGAIKA_CLANG_FEATURE(address_sanitizer) || \
    MUGAIKA_CLANG_FEATURE(thread_sanitizer) || MUGAIKA_CLANG_FEATURE(memory_sanitizer)
constexpr bool sanitizer_build = true;
#else
constexpr bool sanitizer_build = false;
#endif

// ---- Landlock, by its system calls: the C library has no words for them, and its headers stop at an older ABI

struct LandlockRuleset {
    std::uint64_t handled_access_fs;
    std::uint64_t handled_access_net;
    std::uint64_t scoped;
};

constexpr unsigned landlock_ask_version = 1;

int landlock_abi() noexcept {
    const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, landlock_ask_version);
    return abi > 0 ? static_cast<int>(abi) : 0;
}

// Everything that this ABI can handle; a ruleset that handles a right and never grants it forbids it.
LandlockRuleset everything(int abi) noexcept {
    std::uint64_t fs = (1u << 13) - 1;              // ABI 1: execute … make_sym
    if (abi >= 2) fs |= 1u << 13;                   // refer
    if (abi >= 3) fs |= 1u << 14;                   // truncate
    if (abi >= 5) fs |= 1u << 15;                   // ioctl_dev
    const std::uint64_t net = abi >= 4 ? 3 : 0;     // bind and connect TCP
    const std::uint64_t scoped = abi >= 6 ? 3 : 0;  // abstract unix sockets, signals
    return {fs, net, scoped};
}

Result<void> forbid_by_landlock() {
    const int abi = landlock_abi();
    if (abi == 0) return {};  // said in the sandbox words; seccomp alone forbids the same
    const LandlockRuleset rules = everything(abi);
    // An older kernel takes the longer struct as long as what it does not know is zero.
    const auto ruleset = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0));
    if (ruleset < 0) return error_from_errno("landlock_create_ruleset", errno);
    const long restricted = ::syscall(SYS_landlock_restrict_self, ruleset, 0);
    const int why = errno;
    ::close(ruleset);
    if (restricted != 0) return error_from_errno("landlock_restrict_self", why);
    return {};
}

// ---- resource limits

Result<void> set_limit(int resource, std::uint64_t value) {
    const rlimit limit{value, value};
    if (::setrlimit(static_cast<__rlimit_resource_t>(resource), &limit) != 0)
        return error_from_errno("setrlimit", errno);
    return {};
}

Result<void> set_limits(const WorkerLimits& limits) {
    struct Row {
        int resource;
        std::uint64_t value;
    };
    const std::array rows{
        Row{RLIMIT_CPU, static_cast<std::uint64_t>(limits.cpu.count())},
        Row{RLIMIT_AS, sanitizer_build ? RLIM_INFINITY : limits.memory_bytes},
        Row{RLIMIT_NOFILE, 16},  // 0, 1, 2, the job socket and the mail
        Row{RLIMIT_FSIZE, 0},
        Row{RLIMIT_CORE, 0},  // a core is a mail on a disk
        Row{RLIMIT_NPROC, 0},
        Row{RLIMIT_MEMLOCK, 0},
        Row{RLIMIT_MSGQUEUE, 0},
    };
    for (const Row& row : rows) {
        if (const auto set = set_limit(row.resource, row.value); !set) return set.error();
    }
    return {};
}

// ---- seccomp

struct Rule {
    int call;
    std::vector<scmp_arg_cmp> only_if = {};
};

scmp_arg_cmp argument_is(unsigned argument, int value) {
    return {argument, SCMP_CMP_EQ, static_cast<scmp_datum_t>(value), 0};
}

scmp_arg_cmp argument_lacks(unsigned argument, int bits) {
    return {argument, SCMP_CMP_MASKED_EQ, static_cast<scmp_datum_t>(bits), 0};
}

// The whole of what a worker may ask of the kernel.
std::vector<Rule> allowed_calls(int job_socket) {
    std::vector<Rule> rules{
        // its work: jobs in, answers out
        {SCMP_SYS(recvmsg), {argument_is(0, job_socket)}},
        {SCMP_SYS(read), {argument_is(0, job_socket)}},
        {SCMP_SYS(write), {argument_is(0, job_socket)}},
        // the mail: measure, map, close. Not newfstatat, which takes a path
        {SCMP_SYS(fstat)},
        {SCMP_SYS(close)},
        // memory, never executable
        {SCMP_SYS(mmap), {argument_lacks(2, PROT_EXEC)}},
        {SCMP_SYS(mprotect), {argument_lacks(2, PROT_EXEC)}},
        {SCMP_SYS(munmap)},
        {SCMP_SYS(mremap)},
        {SCMP_SYS(madvise)},
        {SCMP_SYS(brk)},
        // the C library: once-flags and locks, hash seeds, the budget's own CPU clock where the vdso has none
        {SCMP_SYS(futex)},
        {SCMP_SYS(getrandom)},
        {SCMP_SYS(clock_gettime)},
        // going away, by exit or by abort(), which signals itself
        {SCMP_SYS(exit_group)},
        {SCMP_SYS(exit)},
        {SCMP_SYS(rt_sigprocmask)},
        {SCMP_SYS(rt_sigreturn)},
        {SCMP_SYS(getpid)},
        {SCMP_SYS(gettid)},
        {SCMP_SYS(tgkill), {argument_is(0, ::getpid())}},
    };
    if (sanitizer_build) {
        // pipe2 and write: how UBSan asks whether an object may be read before it looks at its type.
        for (const int call :
             {SCMP_SYS(write), SCMP_SYS(sched_yield), SCMP_SYS(sigaltstack), SCMP_SYS(rt_sigaction), SCMP_SYS(pipe2)}) {
            rules.push_back({call});
        }
    }
    return rules;
}

struct ReleaseFilter {
    void operator()(void* filter) const noexcept { seccomp_release(filter); }
};

Result<void> forbid_by_seccomp(int job_socket) {
    const std::unique_ptr<void, ReleaseFilter> filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
    if (!filter) return Error(Fault::unavailable, "seccomp: no filter can be made");
    for (const Rule& rule : allowed_calls(job_socket)) {
        const int added = seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, rule.call,
                                                 static_cast<unsigned>(rule.only_if.size()), rule.only_if.data());
        if (added != 0) return error_from_errno("seccomp_rule_add_array", -added);
    }
    // Calls by another architecture's numbers would slip past the table.
    if (seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0) {
        return Error(Fault::unavailable, "seccomp: foreign architectures cannot be refused");
    }
    if (const int loaded = seccomp_load(filter.get()); loaded != 0) return error_from_errno("seccomp_load", -loaded);
    return {};
}

}  // namespace

Result<std::string> probe_sandbox() {
    constexpr unsigned kills_processes = 3;  // seccomp_api_get(3): SCMP_ACT_KILL_PROCESS is there
    if (seccomp_api_get() < kills_processes) {
        return Error(Fault::unavailable, "this kernel has no seccomp filter that can kill a process");
    }
    const int abi = landlock_abi();
    std::string words = "no_new_privs, rlimits, seccomp, ";
    words += abi > 0 ? "landlock abi " + std::to_string(abi) : std::string("no landlock");
    if (sanitizer_build) words += ", sanitizer build: memory not limited, more calls allowed";
    return words;
}

Result<void> enter_sandbox(int job_socket, const WorkerLimits& limits) {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return error_from_errno("no_new_privs", errno);
    if (const auto restricted = forbid_by_landlock(); !restricted) return restricted.error();
    if (const auto limited = set_limits(limits); !limited) return limited.error();
    return forbid_by_seccomp(job_socket);  // last: the others need calls that it forbids
}

}  // namespace mugaika
