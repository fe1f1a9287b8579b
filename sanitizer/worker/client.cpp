#include "sanitizer/worker/client.hpp"

#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <variant>

#include "sanitizer/worker/checked_extract.hpp"
#include "sanitizer/worker/control.hpp"
#include "sanitizer/worker/descriptor_passing.hpp"

namespace mugaika {
namespace {

using control::Report;
using control::ReportKind;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds start_timeout{20};  // loading tables on a busy machine
constexpr std::chrono::seconds fork_timeout{1};
constexpr std::chrono::milliseconds exit_report_timeout{200};
constexpr std::chrono::seconds end_timeout{1};
constexpr std::size_t exits_kept_max = 256;  // reports that nobody asked for

Error unavailable(std::string words) { return {Fault::unavailable, "mugaika-worker: " + std::move(words)}; }

// Waits until `fd` can be read. False at the deadline.
bool wait_readable(int fd, Clock::time_point deadline) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd waiting{fd, POLLIN, 0};
        const int ready = ::poll(&waiting, 1, static_cast<int>(std::clamp<decltype(left)>(left, 0, INT_MAX)));
        if (ready > 0) return true;
        if (ready == 0 && left <= 0) return false;
        if (ready < 0 && errno != EINTR) return true;  // the read that follows will say what is wrong
    }
}

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

// Empty environment: nothing that a user or a service file sets may change how mail is read. Signals as at login.
Result<pid_t> spawn(const std::string& program, int control_socket) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, control_socket, control::socket_number);
    posix_spawn_file_actions_addclosefrom_np(&actions, control::socket_number + 1);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::string name = program;
    std::array<char*, 2> arguments{name.data(), nullptr};
    std::array<char*, 1> environment{nullptr};
    pid_t pid = -1;
    const int failed =
        ::posix_spawn(&pid, program.c_str(), &actions, &attributes, arguments.data(), environment.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) return unavailable(error_from_errno("start " + program, failed).words());
    return pid;
}

// After the control socket was closed: the template leaves by itself; one that does not is killed. Returns wait status.
int reap(pid_t pid) {
    const FileDescriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (pidfd.is_open() && !wait_readable(pidfd.get(), Clock::now() + end_timeout)) ::kill(pid, SIGKILL);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
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

// ---- one mail

WorkerFailure failed(Reason reason, std::string words) { return {reason, std::move(words)}; }

// The payload of one answer frame. Grows as bytes come in, not by what the worker says is coming.
std::variant<std::string, WorkerFailure> read_answer(int socket, Clock::time_point deadline, std::size_t bytes_max) {
    std::string frame;
    std::size_t expected = frame_header_bytes;
    std::array<char, 65536> chunk;
    while (frame.size() < expected) {
        // Asked of the clock too: a worker that always has one more byte ready would never be late for poll.
        const bool late = Clock::now() > deadline || !wait_readable(socket, deadline);
        if (late) return failed(Reason::worker_late, "no answer in time");
        const ssize_t got = ::recv(socket, chunk.data(), chunk.size(), MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (got <= 0) return failed(Reason::worker_died, "ended without an answer");
        const bool has_header = frame.size() >= frame_header_bytes;
        frame.append(chunk.data(), static_cast<std::size_t>(got));
        if (has_header || frame.size() < frame_header_bytes) continue;
        const auto length = decode_frame_header(frame.substr(0, frame_header_bytes), FrameKind::extract, bytes_max);
        if (!length) return failed(Reason::worker_nonsense, length.error().words());
        expected += *length;
    }
    const bool more = frame.size() > expected || ::recv(socket, chunk.data(), 1, MSG_DONTWAIT | MSG_PEEK) > 0;
    if (more) return failed(Reason::worker_nonsense, "bytes after the answer");
    frame.erase(0, frame_header_bytes);
    return frame;
}

WorkerAnswer answered(WorkerFailure failure) { return {std::nullopt, std::move(failure)}; }

// An Error is ours: the job could not be handed over for another cause than the worker's death.
Result<WorkerAnswer> attempt(WorkerProcess& worker, const Job& job, const RawMail& mail, const WorkerLimits& limits) {
    const Clock::time_point deadline = Clock::now() + wall_clock_for(limits, mail.size());
    if (const auto sent = send_job(worker, job, mail); !sent) {
        if (sent.error().fault() != Fault::disconnected) return sent.error();
        return answered(failed(Reason::worker_died, sent.error().words()));
    }
    auto payload = read_answer(worker.socket(), deadline, limits.answer_bytes_max);
    if (auto* failure = std::get_if<WorkerFailure>(&payload)) return answered(std::move(*failure));
    auto extract = decode_extract(std::get<std::string>(payload));
    if (!extract) return answered(failed(Reason::worker_nonsense, extract.error().words()));
    auto checked = check_extract(*std::move(extract), job);
    if (!checked) return answered(failed(Reason::worker_nonsense, checked.error().words()));
    return WorkerAnswer{*std::move(checked), std::nullopt};
}

// In a fresh worker, which ends with the attempt.
Result<WorkerAnswer> ask_once(WorkerTemplate& workers, const Job& job, const RawMail& mail,
                              const WorkerLimits& limits) {
    auto worker = workers.fork_worker();
    if (!worker) return worker.error();
    auto answer = attempt(*worker, job, mail, limits);
    if (answer && answer->failure && answer->failure->reason == Reason::worker_died) {
        const auto how = workers.take_exit_words(worker->pid(), exit_report_timeout);
        answer->failure->words += ", " + how.value_or("unknown how");
    }
    return answer;
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
    const auto pid = spawn(program, its_end.get());
    if (!pid) return pid.error();
    WorkerTemplate made;  // from here on there is a process to reap
    made.pid_ = *pid;
    made.control_ = std::move(our_end);
    its_end.reset();
    send_start(made.control_.get(), limits);  // a template that is gone already shows in the next line
    auto words = wait_until_ready(made.control_.get());
    if (!words) {
        made.control_.reset();
        return Error(Fault::unavailable,
                     words.error().words() + " (" + program + ", " + words_for_status(reap(made.pid_)) + ")");
    }
    made.sandbox_words_ = *std::move(words);
    return made;
}

WorkerTemplate& WorkerTemplate::operator=(WorkerTemplate&& other) noexcept {
    if (this == &other) return *this;
    WorkerTemplate old(std::move(*this));  // ended when it goes out of scope
    pid_ = other.pid_;
    control_ = std::move(other.control_);
    sandbox_words_ = std::move(other.sandbox_words_);
    exits_ = std::move(other.exits_);
    return *this;
}

WorkerTemplate::~WorkerTemplate() {
    if (!control_.is_open()) return;
    control_.reset();
    reap(pid_);
}

Result<WorkerProcess> WorkerTemplate::fork_worker() {
    read_old_reports();
    const control::ForkRequest request;
    if (::send(control_.get(), &request, sizeof(request), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        return unavailable(error_from_errno("ask for a fork", errno).words());
    }
    const Clock::time_point deadline = Clock::now() + fork_timeout;
    while (wait_readable(control_.get(), deadline)) {
        auto received = receive_report(control_.get());
        if (!received) return received.error();
        if (!received->has_value()) continue;
        auto& [report, descriptors] = **received;
        if (report.kind == ReportKind::forked) {
            return WorkerProcess(report.pid, std::move(descriptors[control::descriptor_pidfd]),
                                 std::move(descriptors[control::descriptor_job_socket]));
        }
        if (report.kind == ReportKind::not_forked) return unavailable(error_from_errno("fork", report.status).words());
        remember_exit(report.pid, report.status);
    }
    return unavailable("no worker in time");
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

Result<std::string> find_worker_program() {
    std::array<char, PATH_MAX> self{};
    const ssize_t length = ::readlink("/proc/self/exe", self.data(), self.size());
    if (length < 0) return unavailable(error_from_errno("find the running program", errno).words());
    const std::string_view program(self.data(), static_cast<std::size_t>(length));
    const std::string folder(program.substr(0, program.rfind('/')));
    std::string tried;
    for (const std::string& path : {folder + "/mugaika-worker", folder + "/../libexec/mugaika/mugaika-worker",
                                    std::string("/usr/libexec/mugaika/mugaika-worker")}) {
        if (::access(path.c_str(), X_OK) == 0) return path;
        tried += (tried.empty() ? "" : ", ") + path;
    }
    return unavailable("not found; looked for " + tried);
}

Result<void> send_job(WorkerProcess& worker, const Job& job, const RawMail& mail) {
    const std::string frame = encode_job(job);
    if (frame.size() > job_bytes_max) return Error(Fault::limit, "the job is too long for a worker");
    const ssize_t sent = send_with_descriptors(worker.socket(), frame, std::array{mail.descriptor()}, MSG_DONTWAIT);
    if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return Error(Fault::disconnected, "the worker is gone");
    if (sent < 0) return error_from_errno("send a job", errno);
    if (static_cast<std::size_t>(sent) != frame.size()) return Error(Fault::io, "a job was sent in part");
    return {};
}

std::chrono::milliseconds wall_clock_for(const WorkerLimits& limits, std::uint64_t mail_bytes) noexcept {
    const std::uint64_t megabytes = (mail_bytes + (1u << 20) - 1) >> 20;
    return limits.wall_clock + limits.wall_clock_per_mb * (megabytes > 1 ? megabytes - 1 : 0);
}

Result<WorkerAnswer> ask_worker(WorkerTemplate& workers, const Job& job, const RawMail& mail,
                                const WorkerLimits& limits) {
    auto first = ask_once(workers, job, mail, limits);
    if (!first || first->extract) return first;
    auto second = ask_once(workers, job, mail, limits);
    if (second && second->failure) {
        second->failure->words = first->failure->words + "; again: " + second->failure->words;
    }
    return second;
}

}  // namespace mugaika
