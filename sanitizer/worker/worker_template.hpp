// The relay's side of the processes that read hostile bytes: a template process of each program, started once, and
// what is forked from it for each job. Without Asio, so that the relay (asynchronously) and `mugaika sanitize`
// (blocking) share it. Not thread-safe.
//
//   relay ──posix_spawn──> mugaika-worker, -codec, -checker (template: tables loaded, waits on its control socket)
//         <──control: SEQPACKET──>  'F' fork one  →  {pid, pidfd, socket}      {exit of pid: status}
//         <──one STREAM socket per forked process──>  job frame + descriptor  →  answer frame
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/limits.hpp"
#include "policy/result.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {

// One forked worker. Destroying it kills the process (SIGKILL through the pidfd), whatever it is doing.
class WorkerProcess {
public:
    WorkerProcess(pid_t pid, FileDescriptor pidfd, FileDescriptor socket);
    WorkerProcess(WorkerProcess&&) noexcept = default;
    WorkerProcess& operator=(WorkerProcess&&) noexcept;
    ~WorkerProcess();

    pid_t pid() const noexcept { return pid_; }
    int socket() const noexcept { return socket_.get(); }  // non-blocking STREAM socket, owned here
    std::uint32_t mails_done() const noexcept { return mails_done_; }
    void count_mail() noexcept { ++mails_done_; }
    void kill() noexcept;

private:
    pid_t pid_ = -1;
    FileDescriptor pidfd_;
    FileDescriptor socket_;
    std::uint32_t mails_done_ = 0;
};

// The template process. Starting it takes tens of milliseconds, forking from it well under one.
class WorkerTemplate {
public:
    // `program` is the path of one of the three. Fails with Fault::unavailable and words that say what was tried. The
    // kernel ends the template with the thread that started it, so call it on one that stays.
    static Result<WorkerTemplate> start(const std::string& program, const WorkerLimits&);
    WorkerTemplate(WorkerTemplate&&) noexcept = default;
    WorkerTemplate& operator=(WorkerTemplate&&) noexcept;
    ~WorkerTemplate();  // closes the control socket; template and workers end by themselves, and it is reaped

    Result<WorkerProcess> fork_worker();  // blocks for the template's answer, at most one second
    pid_t pid() const noexcept { return pid_; }
    // Says what the sandbox could and could not do on this kernel ("seccomp, landlock abi 4"), for relay.started.
    const std::string& sandbox_words() const noexcept { return sandbox_words_; }

    // How a worker of this template ended, if the template reports it within `patience`: "signal 31", "exit 3". For
    // events only.
    std::optional<std::string> take_exit_words(pid_t worker, std::chrono::milliseconds patience = {});

private:
    WorkerTemplate() = default;
    Error no_worker(const std::string& words) const;
    bool read_old_reports();
    void remember_exit(pid_t worker, int status);

    pid_t pid_ = -1;
    FileDescriptor control_;
    std::string name_;  // of the program, for words
    std::string sandbox_words_;
    std::vector<std::pair<pid_t, std::string>> exits_;
};

// Where a program of ours ("mugaika-worker") lies: next to the running program, in ../libexec/mugaika, or in
// /usr/libexec/mugaika.
Result<std::string> find_program(std::string_view name);

}  // namespace mugaika
