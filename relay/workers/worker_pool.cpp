#include "relay/workers/worker_pool.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <optional>
#include <utility>

#include "relay/async/waiting_line.hpp"
#include "relay/workers/forked_workers.hpp"
#include "sanitizer/mail/worker_life.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

enum class Wanted {
    any,
    fresh
};  // fresh: forked now, so that what befell the waiting ones does not count as the mail's
constexpr std::array attempts{Wanted::any, Wanted::fresh};

// The template reports how a worker ended a moment after its socket closed. Worth waiting for: "signal 31" is an
// attack.
constexpr std::chrono::milliseconds exit_report_patience{20};

// Larger ones leave one worker to the others, so that a handful of them makes nobody wait who sends a letter.
constexpr std::uint64_t large_mail_bytes = 1u << 20;
constexpr std::uint32_t places_for_large(std::uint32_t workers) noexcept { return std::max(workers, 2u) - 1; }

}  // namespace

struct WorkerPool::Impl : std::enable_shared_from_this<WorkerPool::Impl> {
    Impl(asio::io_context& i, std::string p, std::uint32_t n, WorkerLimits l, EventLog& e)
        : io(i),
          processes(i, std::move(p), l),
          workers(std::max(n, 1u)),
          events(e),
          line(i, workers),
          large(i, places_for_large(workers)) {}

    void put_back(std::unique_ptr<Worker>, const Extract&);
    void fork_ahead();
    WorkerFailure note_failure(const Worker&, const Error&, const MailTag&);

    static asio::awaitable<Result<WorkerAnswer>> ask(std::shared_ptr<Impl>, const Job&, const RawMail&, const MailTag&,
                                                     std::chrono::milliseconds patience);

    asio::io_context& io;
    ForkedWorkers processes;
    std::uint32_t workers;
    EventLog& events;
    WaitingLine line;   // as many places as workers: who has one finds or forks a worker
    WaitingLine large;  // before that line, for large mails
};

void WorkerPool::Impl::put_back(std::unique_ptr<Worker> worker, const Extract& extract) {
    if (!may_live_on(extract) || worker->mails_done() >= processes.limits().mails_max) return;  // and it is killed
    processes.put_back(std::move(worker));  // the one used last has its pages at hand
}

// After the answer went out, so that no mail waits for a fork. A failure shows at the next mail, which tries again.
void WorkerPool::Impl::fork_ahead() {
    const auto replace = [weak = weak_from_this()] {
        const std::shared_ptr<Impl> self = weak.lock();
        if (self != nullptr) (void)self->processes.fork_until(self->line.free_places());
    };
    asio::post(io, replace);
}

WorkerFailure WorkerPool::Impl::note_failure(const Worker& worker, const Error& error, const MailTag& tag) {
    const std::optional<std::string> exit_words = processes.take_exit_words(worker);
    const std::string words = exit_words ? error.words() + ", " + *exit_words : error.words();
    const Reason reason = reason_for_mail(error);
    if (reason == Reason::worker_late) {
        events.write(event::WorkerLimited{tag, "wall_clock"});
    } else if (exit_words == "signal " + std::to_string(SIGXCPU)) {
        events.write(event::WorkerLimited{tag, "cpu"});
    } else {
        events.write(event::WorkerDied{tag, words});
    }
    return {reason, words};
}

asio::awaitable<Result<WorkerAnswer>> WorkerPool::Impl::ask(std::shared_ptr<Impl> impl, const Job& job,
                                                            const RawMail& mail, const MailTag& tag,
                                                            std::chrono::milliseconds patience) {
    const Clock::time_point until = Clock::now() + patience;
    std::optional<WaitingLine::Place> among_large;
    if (mail.size() > large_mail_bytes) {
        std::optional<WaitingLine::Place> entered = co_await impl->large.enter(until);
        if (!entered) co_return Error(Fault::timeout, "no worker free in time");
        among_large.emplace(std::move(*entered));
    }
    std::optional<WaitingLine::Place> place = co_await impl->line.enter(until);
    if (!place) co_return Error(Fault::timeout, "no worker free in time");
    WorkerAnswer answer;
    for (const Wanted wanted : attempts) {
        Result<std::unique_ptr<Worker>> taken = wanted == Wanted::any ? impl->processes.take() : impl->processes.fork();
        if (!taken) co_return taken.error();
        std::unique_ptr<Worker> worker = std::move(*taken);
        Result<Extract> extract = co_await worker->ask(job, mail, impl->processes.limits());
        impl->fork_ahead();
        if (extract) {
            impl->put_back(std::move(worker), *extract);
            answer.extract = std::move(*extract);
            answer.failure.reset();
            break;
        }
        asio::steady_timer report(impl->io, exit_report_patience);
        constexpr auto token = asio::as_tuple(asio::use_awaitable);
        co_await report.async_wait(token);
        const std::string earlier = answer.failure ? answer.failure->words + "; again: " : std::string();
        answer.failure = impl->note_failure(*worker, extract.error(), tag);
        answer.failure->words.insert(0, earlier);
    }
    // The next mail goes to the worker before this one is composed, or the worker would wait for that.
    const bool large_waited = among_large && among_large->give_on();
    if (place->give_on() || large_waited) {
        constexpr auto token = asio::as_tuple(asio::use_awaitable);
        co_await asio::post(impl->io, token);
    }
    co_return answer;
}

WorkerPool::WorkerPool(asio::io_context& io, std::string worker_program, std::uint32_t workers, WorkerLimits limits,
                       EventLog& events)
    : impl_(std::make_shared<Impl>(io, std::move(worker_program), workers, limits, events)) {}

WorkerPool::~WorkerPool() = default;

Result<void> WorkerPool::start() {
    const Result<void> started = impl_->processes.start();
    if (!started) return started.error();
    return impl_->processes.fork_until(impl_->workers);
}

const std::string& WorkerPool::sandbox_words() const { return impl_->processes.sandbox_words(); }

WorkerPool::Counts WorkerPool::counts() const noexcept {
    return {impl_->workers - impl_->line.free_places(), impl_->processes.ready()};
}

asio::awaitable<Result<WorkerAnswer>> WorkerPool::ask(const Job& job, const RawMail& mail, const MailTag& tag,
                                                      std::chrono::milliseconds patience) {
    return Impl::ask(impl_, job, mail, tag, patience);
}

}  // namespace mugaika
