#include "sanitizer/worker/worker_template.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>

#include "sanitizer/worker/child_program.hpp"
#include "sanitizer/worker/control.hpp"
#include "sanitizer/worker/descriptor_passing.hpp"
#include "sanitizer/worker/wait_readable.hpp"

namespace mugaika {
namespace {

using control::Report;
using control::ReportKind;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds start_timeout{20};  // loading tables on a busy machine
constexpr std::chrono::seconds fork_timeout{1};
constexpr std::chrono::seconds end_timeout{1};
constexpr std::size_t exits_kept_max = 256;  // reports that nobody asked for

Error unavailable(std::string words) { return {Fault::unavailable, std::move(words)}; }

struct Received {
    Report report;
    std::array<FileDescriptor, control::descriptor_count> descriptors;
};

// One record that is there already; nothing when there is none, an Error when the template is gone.
Result<std::optional<Received>> receive_report(int control_socket) {
    Received received;
    const std::span<char> bytes(reinterpret_cast<char*>(&received.report), sizeof(received.report));
    const ssize_t got = receive_with_descriptors(control_socket, bytes, received.descriptors, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return std::optional<Received>();
    if (got == static_cast<ssize_t>(bytes.size())) return std::optional<Received>(std::move(received));
    return unavailable("the template process is gone");
}

std::string words_for_status(int status) {
    if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
    return "exit " + std::to_string(WEXITSTATUS(status));
}

// Calls into libraries are bound before the first fork, or each forked process would look up the same names.
ChildProgram template_of(const std::string& program, int control_socket) {
    return {program, control_socket, control::socket_number, false, "LD_BIND_NOW=1"};
}

bool send_start(int control_socket, const WorkerLimits& limits) {
    control::Start start;
    start.version = {std::string_view(MUGAIKA_VERSION)};
    start.cpu_seconds = static_cast<std::uint64_t>(limits.cpu.count());
    start.memory_bytes = limits.memory_bytes;
    start.answer_bytes_max = limits.answer_bytes_max;
    start.mails_max = limits.mails_max;
    return ::send(control_socket, &start, sizeof(start), MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof(start));
}

// The sandbox words, or why there is no template.
Result<std::string> wait_until_ready(int control_socket) {
    if (!wait_readable(control_socket, Clock::now() + start_timeout)) return unavailable("not ready in time");
    auto received = receive_report(control_socket);
    if (!received) return received.error();
    if (!received->has_value()) return unavailable("not ready in time");
    const Report& report = (*received)->report;
    if (report.kind != ReportKind::ready) return unavailable(std::string(report.words.view()));
    return std::string(report.words.view());
}

}  // namespace

WorkerProcess::WorkerProcess(pid_t pid, FileDescriptor pidfd, FileDescriptor socket)
    : pid_(pid), pidfd_(std::move(pidfd)), socket_(std::move(socket)) {}

WorkerProcess& WorkerProcess::operator=(WorkerProcess&& other) noexcept {
    if (this == &other) return *this;
    kill();
    pid_ = other.pid_;
    pidfd_ = std::move(other.pidfd_);
    socket_ = std::move(other.socket_);
    mails_done_ = other.mails_done_;
    return *this;
}

WorkerProcess::~WorkerProcess() { kill(); }

void WorkerProcess::kill() noexcept {
    if (pidfd_.is_open()) ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0);
}

Result<WorkerTemplate> WorkerTemplate::start(const std::string& program, const WorkerLimits& limits) {
    std::array<int, 2> ends{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return unavailable(error_from_errno("socketpair", errno).words());
    }
    FileDescriptor our_end(ends[0]);
    FileDescriptor its_end(ends[1]);
    const auto pid = start_child(template_of(program, its_end.get()));
    if (!pid) return pid.error();
    WorkerTemplate made;  // from here on there is a process to reap
    made.name_ = program.substr(program.rfind('/') + 1);
    made.pid_ = *pid;
    made.control_ = std::move(our_end);
    its_end.reset();
    send_start(made.control_.get(), limits);  // a template that is gone already shows in the next line
    auto words = wait_until_ready(made.control_.get());
    if (!words) {
        made.control_.reset();
        return Error(Fault::unavailable, words.error().words() + " (" + program + ", " +
                                             words_for_status(end_child(made.pid_, end_timeout)) + ")");
    }
    made.sandbox_words_ = *std::move(words);
    return made;
}

WorkerTemplate& WorkerTemplate::operator=(WorkerTemplate&& other) noexcept {
    if (this == &other) return *this;
    WorkerTemplate old(std::move(*this));  // ended when it goes out of scope
    pid_ = other.pid_;
    control_ = std::move(other.control_);
    name_ = std::move(other.name_);
    sandbox_words_ = std::move(other.sandbox_words_);
    exits_ = std::move(other.exits_);
    return *this;
}

WorkerTemplate::~WorkerTemplate() {
    if (!control_.is_open()) return;
    control_.reset();
    end_child(pid_, end_timeout);
}

Error WorkerTemplate::no_worker(const std::string& words) const { return unavailable(name_ + ": " + words); }

Result<WorkerProcess> WorkerTemplate::fork_worker() {
    read_old_reports();
    const control::ForkRequest request;
    if (::send(control_.get(), &request, sizeof(request), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        return no_worker(error_from_errno("ask for a fork", errno).words());
    }
    const Clock::time_point deadline = Clock::now() + fork_timeout;
    while (wait_readable(control_.get(), deadline)) {
        auto received = receive_report(control_.get());
        if (!received) return no_worker(received.error().words());
        if (!received->has_value()) continue;
        auto& [report, descriptors] = **received;
        if (report.kind == ReportKind::forked) {
            return WorkerProcess(report.pid, std::move(descriptors[control::descriptor_pidfd]),
                                 std::move(descriptors[control::descriptor_job_socket]));
        }
        if (report.kind == ReportKind::not_forked) {
            return no_worker(error_from_errno("fork", report.status).words());
        }
        remember_exit(report.pid, report.status);
    }
    return no_worker("no process in time");
}

// A worker that was forked too late for its request ends here, with its job socket. False when the template is gone.
bool WorkerTemplate::read_old_reports() {
    for (;;) {
        const auto received = receive_report(control_.get());
        if (!received || !received->has_value()) return received.has_value();
        const Report& report = (*received)->report;
        if (report.kind == ReportKind::exited) remember_exit(report.pid, report.status);
    }
}

void WorkerTemplate::remember_exit(pid_t worker, int status) {
    if (exits_.size() >= exits_kept_max) exits_.erase(exits_.begin());
    exits_.emplace_back(worker, words_for_status(status));
}

std::optional<std::string> WorkerTemplate::take_exit_words(pid_t worker, std::chrono::milliseconds patience) {
    const Clock::time_point deadline = Clock::now() + patience;
    for (;;) {
        const bool more_may_come = read_old_reports();
        const auto found = std::find_if(exits_.begin(), exits_.end(), [&](const auto& e) { return e.first == worker; });
        if (found != exits_.end()) {
            std::string words = std::move(found->second);
            exits_.erase(found);
            return words;
        }
        if (!more_may_come || !wait_readable(control_.get(), deadline)) return std::nullopt;
    }
}

Result<std::string> find_program(std::string_view name) {
    const std::string file(name);
    std::array<char, PATH_MAX> self{};
    const ssize_t length = ::readlink("/proc/self/exe", self.data(), self.size());
    if (length < 0) return unavailable(error_from_errno("find the running program", errno).words());
    const std::string_view program(self.data(), static_cast<std::size_t>(length));
    const std::string folder(program.substr(0, program.rfind('/')));
    std::string tried;
    for (const std::string& path :
         {folder + "/" + file, folder + "/../libexec/mugaika/" + file, "/usr/libexec/mugaika/" + file}) {
        if (::access(path.c_str(), X_OK) == 0) return path;
        tried += (tried.empty() ? "" : ", ") + path;
    }
    return unavailable(file + ": not found; looked for " + tried);
}

}  // namespace mugaika
