#include "relay/workers/forked_workers.hpp"

#include <utility>

namespace mugaika {

ForkedWorkers::ForkedWorkers(boost::asio::io_context& io, std::string program, WorkerLimits limits)
    : io_(io), program_(std::move(program)), limits_(limits) {}

Result<void> ForkedWorkers::start() {
    ready_.clear();  // children of an earlier template end with it
    template_.reset();
    Result<WorkerTemplate> started = WorkerTemplate::start(program_, limits_);
    if (!started) return started.error();
    template_.emplace(std::move(*started));
    sandbox_words_ = template_->sandbox_words();
    return {};
}

Result<std::unique_ptr<Worker>> ForkedWorkers::take() {
    if (ready_.empty()) return fork();
    std::unique_ptr<Worker> worker = std::move(ready_.front());
    ready_.pop_front();
    return worker;
}

Result<std::unique_ptr<Worker>> ForkedWorkers::fork() {
    if (template_) {
        Result<WorkerProcess> process = template_->fork_worker();
        if (process) return Worker::adopt(io_, std::move(*process));
    }
    const Result<void> started = start();
    if (!started) return Error(Fault::unavailable, started.error().words());
    Result<WorkerProcess> process = template_->fork_worker();
    if (!process) return Error(Fault::unavailable, process.error().words());
    return Worker::adopt(io_, std::move(*process));
}

void ForkedWorkers::put_back(std::unique_ptr<Worker> worker) { ready_.push_front(std::move(worker)); }

Result<void> ForkedWorkers::fork_until(std::size_t ready) {
    while (ready_.size() < ready) {
        Result<std::unique_ptr<Worker>> worker = fork();
        if (!worker) return worker.error();
        ready_.push_back(std::move(*worker));
    }
    return {};
}

std::optional<std::string> ForkedWorkers::take_exit_words(const Worker& worker) {
    if (!template_) return std::nullopt;
    return template_->take_exit_words(worker.pid());
}

}  // namespace mugaika
