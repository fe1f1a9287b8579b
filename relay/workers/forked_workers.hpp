// The processes of one program: its template, and what was forked from it ahead of need. Forking blocks the one thread
// that runs the io_context for the template's answer, well under a millisecond.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "policy/limits.hpp"
#include "policy/result.hpp"
#include "relay/workers/worker.hpp"
#include "sanitizer/worker/worker_template.hpp"

namespace mugaika {

class ForkedWorkers {
public:
    ForkedWorkers(boost::asio::io_context&, std::string program, WorkerLimits);

    Result<void> start();  // the template; Fault::unavailable when the program cannot be run
    // One that waits, or else a new one.
    Result<std::unique_ptr<Worker>> take();
    // Forked now, so that what befell the waiting ones does not count as the job's. A template that cannot fork any
    // more is started again, once.
    Result<std::unique_ptr<Worker>> fork();
    void put_back(std::unique_ptr<Worker>);  // for the next job, before all others
    Result<void> fork_until(std::size_t ready);

    std::size_t ready() const noexcept { return ready_.size(); }
    const WorkerLimits& limits() const noexcept { return limits_; }
    const std::string& sandbox_words() const noexcept { return sandbox_words_; }
    // How it ended, when the template has said so: "signal 31".
    std::optional<std::string> take_exit_words(const Worker&);

private:
    boost::asio::io_context& io_;
    std::string program_;
    WorkerLimits limits_;
    std::optional<WorkerTemplate> template_;
    std::deque<std::unique_ptr<Worker>> ready_;
    std::string sandbox_words_;
};

}  // namespace mugaika
