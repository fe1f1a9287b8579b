// Workers forked ahead of need, driven by Asio: a mail goes to a free worker, the answer comes back checked. A worker
// is replaced after WorkerLimits::mails_max plain mails and at once after an anomaly, a complex format or a failure;
// so such a mail never shares an address space with another. Everything happens on the one thread that runs the
// io_context; forking blocks it for the template's answer, well under a millisecond.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "policy/limits.hpp"
#include "policy/result.hpp"
#include "relay/log/event_log.hpp"
#include "sanitizer/mail/raw_mail.hpp"
#include "sanitizer/worker/client.hpp"

namespace mugaika {

class WorkerPool {
public:
    WorkerPool(boost::asio::io_context&, std::string worker_program, std::uint32_t workers, WorkerLimits, EventLog&);
    ~WorkerPool();

    Result<void> start();  // template and first workers; Fault::unavailable when the program cannot be run
    const std::string& sandbox_words() const;
    struct Counts {
        std::size_t busy = 0;   // reading a mail, or about to
        std::size_t ready = 0;  // forked and waiting
    };
    Counts counts() const noexcept;

    // One mail, with one retry in a worker forked for it. Waits for a free worker at most `patience`, first come first
    // served; but mails over 1 MB never take the last worker, when there are two. The Error is busy (Fault::timeout) or
    // unavailable: a fault of ours, 451. Each failed attempt is an event, worker.limited (wall_clock, cpu) or
    // worker.died. Job, mail and tag outlive the awaited call.
    boost::asio::awaitable<Result<WorkerAnswer>> ask(const Job&, const RawMail&, const MailTag&,
                                                     std::chrono::milliseconds patience);

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;  // shared with running asks
};

}  // namespace mugaika
