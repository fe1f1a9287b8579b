#include "sanitizer/worker/template.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>

#include "sanitizer/mail/raw_mail.hpp"
#include "sanitizer/worker/control.hpp"
#include "sanitizer/worker/descriptor_passing.hpp"
#include "sanitizer/worker/sandbox.hpp"

namespace mugaika {
namespace {

using control::Report;
using control::ReportKind;

constexpr int job_socket_number = 3;  // in a worker, where the template has its control socket

// Dies with the parent, cannot be looked into, cannot gain rights. A parent that is gone already shows as the end of a
// socket.
void bind_to_parent() noexcept {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::prctl(PR_SET_DUMPABLE, 0);
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

// The relay hands out the next mail and answers people: a worker that wakes up does not push it aside. A third more
// mails a second on two cores; where it is not allowed, the work is done all the same.
void give_way_to_relay() noexcept {
    const sched_param none{};
    ::sched_setscheduler(0, SCHED_BATCH, &none);
}

// The terminal's and the service manager's signals are for the relay, which ends us when it has finished its mails.
void ignore_signals() noexcept {
    for (const int signal : {SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGUSR1, SIGUSR2}) std::signal(signal, SIG_IGN);
}

void close_all_from(unsigned first) noexcept { ::syscall(SYS_close_range, first, ~0u, 0); }

bool silence_standard_streams() noexcept {
    const FileDescriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    return null.is_open() && ::dup2(null.get(), STDIN_FILENO) >= 0 && ::dup2(null.get(), STDOUT_FILENO) >= 0;
}

FileDescriptor child_signals() noexcept {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    return FileDescriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

void unblock_signals() noexcept {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

int run_body(const WorkerBody& body, const WorkerLimits& limits) noexcept {
    try {
        return body(job_socket_number, limits);
    } catch (const std::exception&) {
        return EX_SOFTWARE;  // what went wrong was inside a mail; only that it did is believed
    }
}

// The forked side. Standard error goes too: it is the relay's journal, and a taken-over worker could write there.
[[noreturn]] void become_worker(pid_t parent, int job_socket, const WorkerBody& body, const WorkerLimits& limits) {
    bind_to_parent();
    if (::getppid() != parent) ::_exit(EX_UNAVAILABLE);
    if (::dup2(job_socket, job_socket_number) < 0 || ::dup2(STDIN_FILENO, STDERR_FILENO) < 0) ::_exit(EX_OSERR);
    close_all_from(job_socket_number + 1);
    unblock_signals();
    ::_exit(run_body(body, limits));
}

class Template {
public:
    Template(int control_socket, const WorkerBody& body) : control_(control_socket), body_(body) {}

    int run() {
        if (!receive_start()) return EX_PROTOCOL;
        const Report readiness = try_sandbox();
        if (!send(readiness) || readiness.kind != ReportKind::ready) return EX_UNAVAILABLE;
        for (;;) {
            std::array<pollfd, 2> waiting{{{control_, POLLIN, 0}, {children_.get(), POLLIN, 0}}};
            if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return EX_OSERR;
            if (waiting[1].revents != 0) report_exits();
            if (waiting[0].revents != 0 && !answer_request()) return EX_OK;
        }
    }

private:
    bool receive_start() {
        control::Start start;
        if (::recv(control_, &start, sizeof(start), 0) != static_cast<ssize_t>(sizeof(start))) return false;
        if (start.version.view() != MUGAIKA_VERSION) {
            Report report;
            report.words = {std::string("the program is version " MUGAIKA_VERSION)};
            send(report);
            return false;
        }
        limits_.cpu = std::chrono::seconds(start.cpu_seconds);
        limits_.memory_bytes = start.memory_bytes;
        limits_.answer_bytes_max = start.answer_bytes_max;
        limits_.mails_max = start.mails_max;
        return true;
    }

    // A kernel or a container may refuse what it claims to have. Better to know now than by workers that die on mails.
    Report try_sandbox() {
        Report report;
        const auto words = probe_sandbox();
        report.words = {words ? *words : words.error().words()};
        if (!words) return report;
        const pid_t child = ::fork();
        if (child == 0) {
            // The trial's one open descriptor does for a job socket: nothing is read from it.
            ::_exit(enter_sandbox(job_socket_number, limits_) ? EX_OK : EX_UNAVAILABLE);
        }
        int status = 0;
        if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0) {
            report.words = {"a process cannot enter the sandbox here (" + *words + ")"};
            return report;
        }
        report.kind = ReportKind::ready;
        return report;
    }

    // False when the relay is gone.
    bool answer_request() {
        control::ForkRequest request;
        const ssize_t received = ::recv(control_, &request, sizeof(request), MSG_DONTWAIT);
        if (received < 0) return errno == EAGAIN || errno == EINTR;
        if (received == 0) return false;
        return fork_worker();
    }

    bool fork_worker() {
        std::array<int, 2> ends{-1, -1};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return report_not_forked(errno);
        const FileDescriptor relay_end(ends[0]);
        FileDescriptor worker_end(ends[1]);
        const pid_t self = ::getpid();
        const pid_t child = ::fork();
        if (child == 0) become_worker(self, worker_end.get(), body_, limits_);
        if (child < 0) return report_not_forked(errno);
        worker_end.reset();
        // The child cannot be reaped in between, so the number is its own.
        const FileDescriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
        if (!pidfd.is_open()) {
            const int why = errno;
            ::kill(child, SIGKILL);
            return report_not_forked(why);
        }
        Report report;
        report.kind = ReportKind::forked;
        report.pid = child;
        std::array<int, control::descriptor_count> descriptors{};
        descriptors[control::descriptor_pidfd] = pidfd.get();
        descriptors[control::descriptor_job_socket] = relay_end.get();
        return send_with_descriptors(control_, bytes_of(report), descriptors) > 0;
    }

    bool report_not_forked(int why) {
        Report report;
        report.kind = ReportKind::not_forked;
        report.status = why;
        return send(report);
    }

    void report_exits() {
        signalfd_siginfo ignored{};
        while (::read(children_.get(), &ignored, sizeof(ignored)) > 0) {
        }
        Report report;
        report.kind = ReportKind::exited;
        while ((report.pid = ::waitpid(-1, &report.status, WNOHANG)) > 0) {
            // Never waits: these are for the log, and a relay that does not read them must still get its workers.
            ::send(control_, &report, sizeof(report), MSG_NOSIGNAL | MSG_DONTWAIT);
        }
    }

    bool send(const Report& report) const noexcept {
        return ::send(control_, &report, sizeof(report), MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof(report));
    }

    static std::string_view bytes_of(const Report& report) noexcept {
        return {reinterpret_cast<const char*>(&report), sizeof(report)};
    }

    int control_;
    const WorkerBody& body_;
    WorkerLimits limits_;
    FileDescriptor children_ = child_signals();
};

}  // namespace

int run_template(int control_socket, const WorkerBody& body) {
    bind_to_parent();
    give_way_to_relay();
    ignore_signals();
    close_all_from(static_cast<unsigned>(control_socket) + 1);
    if (!silence_standard_streams()) return EX_OSERR;
    return Template(control_socket, body).run();
}

}  // namespace mugaika
