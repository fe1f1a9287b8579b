// Codec workers and checkers, forked ahead of need and each used for one file. A pool of its own: a letter never waits
// for another mail's documents. Everything happens on the one thread that runs the io_context, but for what takes its
// time with the bytes of a large file.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/limits.hpp"
#include "policy/result.hpp"
#include "relay/async/waiting_line.hpp"
#include "relay/log/event_log.hpp"
#include "relay/workers/worker.hpp"
#include "sanitizer/mail/checked_file.hpp"
#include "sanitizer/mail/file_errand.hpp"
#include "sanitizer/mail/raw_mail.hpp"
#include "sanitizer/worker/file_client.hpp"

namespace mugaika {

struct FilePrograms {
    std::string codec;
    std::string checker;
};

class FilePool {
public:
    // A turn that is not over: of a process that has listed an archive, which is then asked about files in it. Empty,
    // or it keeps a place of the pool: whoever holds one goes on at once, or lets it go.
    class Turn;

    // `compute` reads, copies and digests large files, which would keep the network waiting; it outlives the pool.
    FilePool(boost::asio::io_context&, boost::asio::thread_pool& compute, FilePrograms, std::uint32_t workers,
             WorkerLimits, EventLog&);
    ~FilePool();

    Result<void> start();  // templates and first processes; Fault::unavailable when a program cannot be run

    std::uint32_t workers() const noexcept;  // files that are rebuilt at once

    // One result for each row, with one retry of each step in a process forked for it. Whatever fails is the failure of
    // one file: what comes back says so; where several were asked for together, each is asked for again alone. A file
    // whose turn has not come `until` then is late, and with a sharp end one that is not ready then: its process goes,
    // and nothing is said of that. Each failed attempt is an event. Errand, bytes and tag outlive the awaited call.
    using Time = std::chrono::steady_clock::time_point;
    boost::asio::awaitable<std::vector<FileResult>> rebuild(const FileErrand&, JobBytes, const MailTag&, Time until,
                                                            std::optional<Time> sharp_end = {});
    // The same for files of one mail that are asked for one after the other. Where the turn is not empty, the errand is
    // about files of the archive that was listed in it, and has no other turn; afterwards the turn is not empty where
    // the errand's one file is an archive that was listed now.
    boost::asio::awaitable<std::vector<FileResult>> rebuild(const FileErrand&, JobBytes, const MailTag&, Time until,
                                                            std::optional<Time> sharp_end, Turn&);

    // The one file of the errand as it is, for an engine; otherwise the same.
    boost::asio::awaitable<OutResult> take_out(const FileErrand&, JobBytes, const MailTag&, Time until,
                                               std::optional<Time> sharp_end = {});

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;  // shared with running rebuilds
};

class FilePool::Turn {
public:
    Turn() noexcept;
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    bool is_empty() const noexcept { return codec_ == nullptr; }

private:
    friend class FilePool;
    void keep(std::shared_ptr<Impl>, WaitingLine::Place);
    std::optional<WaitingLine::Place> take_place(Time until);

    std::shared_ptr<Impl> pool_;  // whose place it is
    std::optional<WaitingLine::Place> place_;
    std::unique_ptr<Worker> codec_;
};

}  // namespace mugaika
