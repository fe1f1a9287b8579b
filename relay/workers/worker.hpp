// One forked process on Asio: a job goes in, an answer comes out, within the wall clock. Destroying it kills the
// process.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "policy/limits.hpp"
#include "policy/result.hpp"
#include "relay/async/deadline.hpp"
#include "sanitizer/mail/job.hpp"
#include "sanitizer/mail/raw_mail.hpp"
#include "sanitizer/worker/exchange.hpp"

namespace mugaika {

class Worker {
public:
    // Fails with Fault::unavailable when Asio cannot watch the socket.
    static Result<std::unique_ptr<Worker>> adopt(boost::asio::io_context&, WorkerProcess);
    ~Worker();

    // One mail. The Error says what became of the worker, which is then to be destroyed:
    //   disconnected  it died      timeout  it did not answer in time      protocol  it answered nonsense
    // The answer is read in pieces up to WorkerLimits::answer_bytes_max; the length it announces allocates nothing.
    boost::asio::awaitable<Result<Extract>> ask(const Job&, const RawMail&, const WorkerLimits&);

    // The same for any frame: the payload of the answer, not yet believed.
    struct Question {
        std::string frame;
        int descriptor;       // goes with it; lent for the call
        FrameKind answer;     // of which kind the answer is
        std::uint64_t bytes;  // that the process will read; the wall clock grows with them
    };
    boost::asio::awaitable<Result<std::string>> exchange(Question, const WorkerLimits&);

    pid_t pid() const noexcept { return process_.pid(); }
    std::uint32_t mails_done() const noexcept { return process_.mails_done(); }

private:
    Worker(boost::asio::io_context&, WorkerProcess);

    boost::asio::awaitable<Result<std::string>> read_answer(FrameKind, std::size_t answer_bytes_max);
    boost::asio::awaitable<Result<void>> read_exactly(std::string& into, std::size_t bytes);
    Error lost() const;

    WorkerProcess process_;
    boost::asio::posix::stream_descriptor stream_;  // lent the socket that process_ owns
    Deadline deadline_;
};

}  // namespace mugaika
