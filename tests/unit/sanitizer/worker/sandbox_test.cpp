#include "sanitizer/worker/sandbox.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <ctime>
#include <vector>

#include "tests/support/skipped.hpp"

using namespace mugaika;

namespace {

constexpr int job_socket = 3;

// Wait status of a child that enters the sandbox and then does `attempt`; it exits 0 when it comes back from that, and
// 99 when it could not enter. Descriptor 3 is a socket whose other end is closed.
template <class Attempt>
int status_of(Attempt attempt, const WorkerLimits& limits = {}) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0 || ::dup2(ends[0], job_socket) < 0) ::_exit(98);
        std::signal(SIGABRT, SIG_DFL);  // Catch has handlers
        if (!enter_sandbox(job_socket, limits)) ::_exit(99);
        attempt();
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status;
}

bool killed_by_filter(int status) { return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS; }
bool came_back(int status) { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }

bool is_sanitizer_build() {
    const auto words = probe_sandbox();
    return words && words->find("sanitizer build") != std::string::npos;
}

}  // namespace

TEST_CASE("the sandbox says what it can do here and can be entered") {
    const auto words = probe_sandbox();
    REQUIRE(words.has_value());
    CAPTURE(*words);
    CHECK(words->find("seccomp") != std::string::npos);
    CHECK(came_back(status_of([] {})));
}

TEST_CASE("everything beyond memory and the job socket is the end of the process") {
    struct Case {
        const char* what;
        void (*attempt)();
    };
    const std::vector<Case> cases{
        {"open", [] { ::syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY); }},
        {"open by the old call", [] { ::syscall(SYS_open, "/etc/passwd", O_RDONLY); }},
        {"stat a path", [] { ::syscall(SYS_newfstatat, AT_FDCWD, "/etc/passwd", nullptr, 0); }},
        {"create a file", [] { ::syscall(SYS_openat, AT_FDCWD, "/tmp/x", O_CREAT | O_RDWR, 0600); }},
        {"socket", [] { ::syscall(SYS_socket, AF_INET, SOCK_STREAM, 0); }},
        {"socketpair", [] { ::syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, nullptr); }},
        {"connect", [] { ::syscall(SYS_connect, job_socket, nullptr, 0); }},
        {"sendto elsewhere", [] { ::syscall(SYS_sendto, job_socket, "x", 1, 0, nullptr, 0); }},
        {"sendmsg", [] { ::syscall(SYS_sendmsg, job_socket, nullptr, 0); }},
        {"fork", [] { ::syscall(SYS_fork); }},
        {"vfork", [] { ::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }},
        {"clone3", [] { ::syscall(SYS_clone3, nullptr, 0); }},
        {"execve", [] { ::syscall(SYS_execve, "/bin/true", nullptr, nullptr); }},
        {"kill another", [] { ::syscall(SYS_kill, 1, 0); }},
        {"tgkill another", [] { ::syscall(SYS_tgkill, 1, 1, 0); }},
        {"ptrace", [] { ::syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0); }},
        {"process_vm_readv", [] { ::syscall(SYS_process_vm_readv, 1, nullptr, 0, nullptr, 0, 0); }},
        {"pidfd_open", [] { ::syscall(SYS_pidfd_open, 1, 0); }},
        {"clock_settime", [] { ::syscall(SYS_clock_settime, CLOCK_REALTIME, nullptr); }},
        {"nanosleep", [] { ::syscall(SYS_nanosleep, nullptr, nullptr); }},
        {"executable mmap", [] { ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }},
        {"mprotect to executable",
         [] {
             void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
             ::mprotect(page, 4096, PROT_READ | PROT_EXEC);
         }},
        {"pkey_mprotect", [] { ::syscall(SYS_pkey_mprotect, nullptr, 0, PROT_EXEC, 0); }},
        {"read another descriptor", [] { ::syscall(SYS_read, 0, nullptr, 0); }},
        {"receive from another descriptor", [] { ::syscall(SYS_recvmsg, 0, nullptr, 0); }},
        {"write to another descriptor", [] { ::syscall(SYS_pwrite64, 0, "x", 1, 0); }},
        {"dup the job socket", [] { ::syscall(SYS_dup, job_socket); }},
        {"ioctl", [] { ::syscall(SYS_ioctl, job_socket, 0, 0); }},
        {"fcntl", [] { ::syscall(SYS_fcntl, job_socket, F_GETFD); }},
        {"prctl", [] { ::syscall(SYS_prctl, 0, 0, 0, 0, 0); }},
        {"another seccomp", [] { ::syscall(SYS_seccomp, 0, 0, nullptr); }},
        {"setrlimit", [] { ::syscall(SYS_prlimit64, 0, RLIMIT_CPU, nullptr, nullptr); }},
        {"io_uring", [] { ::syscall(SYS_io_uring_setup, 1, nullptr); }},
        {"bpf", [] { ::syscall(SYS_bpf, 0, nullptr, 0); }},
        {"userfaultfd", [] { ::syscall(SYS_userfaultfd, 0); }},
        {"mount", [] { ::syscall(SYS_mount, nullptr, nullptr, nullptr, 0, nullptr); }},
        {"unshare", [] { ::syscall(SYS_unshare, 0); }},
        {"setuid", [] { ::syscall(SYS_setuid, 0); }},
        {"a call by the x32 numbers", [] { ::syscall(0x40000000 | SYS_getpid); }},
    };
    for (const Case& c : cases) {
        CAPTURE(c.what);
        CHECK(killed_by_filter(status_of(c.attempt)));
    }
    // In a sanitizer's build its reports go to standard error, so write is open to it.
    if (!is_sanitizer_build()) CHECK(killed_by_filter(status_of([] { ::syscall(SYS_write, 2, "x", 1); })));
}

TEST_CASE("what a worker needs is there: its socket, memory, a clock to read, leaving") {
    CHECK(came_back(status_of([] {
        std::vector<char> memory(32u << 20, 'x');
        memory.resize(64u << 20);
        timespec now{};
        struct stat facts {};
        const bool fine = ::syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &now) == 0 &&
                          ::syscall(SYS_fstat, job_socket, &facts) == 0 && ::write(job_socket, "x", 1) == 1;
        if (!fine) ::_exit(1);
    })));
}

TEST_CASE("abort() inside the sandbox is seen as an abort") {
    const int status = status_of([] { std::abort(); });
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGABRT);
}

TEST_CASE("AC-238 a worker cannot take more memory than its limit") {
    if (is_sanitizer_build()) {
        mugaika::test::say_skipped("AC-238 memory of a worker: not limited in a sanitizer's build");
        return;
    }
    WorkerLimits limits;
    limits.memory_bytes = 256u << 20;
    CHECK(came_back(status_of(
        [] {
            const void* much = ::mmap(nullptr, 300u << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
            if (much != MAP_FAILED) ::_exit(1);
        },
        limits)));
}

TEST_CASE("AC-238 a worker that burns the processor is killed by its limit") {
    WorkerLimits limits;
    limits.cpu = std::chrono::seconds(1);
    const int status = status_of(
        [] {
            for (volatile unsigned turns = 0;;) turns = turns + 1;
        },
        limits);
    REQUIRE(WIFSIGNALED(status));
    CHECK((WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL));
}

// Read from outside: inside, the filter forbids the question. A core would be a mail on a disk.
TEST_CASE("each limit of a worker is set before the sandbox closes, and cannot be raised again") {
    WorkerLimits limits;
    limits.cpu = std::chrono::seconds(7);
    limits.memory_bytes = 300u << 20;
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::dup2(ends[0], job_socket);
        if (ends[1] != job_socket) ::close(ends[1]);
        char byte = enter_sandbox(job_socket, limits) ? 'y' : 'n';
        if (::write(job_socket, &byte, 1) == 1 && ::read(job_socket, &byte, 1) >= 0) ::_exit(0);
        ::_exit(1);
    }
    ::close(ends[0]);
    char entered = 'n';
    CHECK(::read(ends[1], &entered, 1) == 1);
    CHECK(entered == 'y');
    struct Row {
        const char* what;
        __rlimit_resource resource;
        rlim_t value;
    };
    const std::vector<Row> rows{
        {"processor time", RLIMIT_CPU, 7},    {"memory", RLIMIT_AS, 300u << 20},
        {"descriptors", RLIMIT_NOFILE, 16},   {"size of a file", RLIMIT_FSIZE, 0},
        {"size of a core", RLIMIT_CORE, 0},   {"processes", RLIMIT_NPROC, 0},
        {"locked memory", RLIMIT_MEMLOCK, 0}, {"message queues", RLIMIT_MSGQUEUE, 0},
    };
    for (const Row& row : rows) {
        if (row.resource == RLIMIT_AS && is_sanitizer_build()) continue;
        CAPTURE(row.what);
        rlimit set{1, 1};
        CHECK(::prlimit(child, row.resource, nullptr, &set) == 0);
        CHECK(set.rlim_cur == row.value);
        CHECK(set.rlim_max == row.value);
    }
    ::close(ends[1]);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(came_back(status));
}
