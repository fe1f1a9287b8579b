#include "relay/workers/file_pool.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <functional>
#include <iterator>
#include <optional>
#include <utility>
#include <variant>

#include "relay/async/disk.hpp"
#include "relay/workers/forked_workers.hpp"
#include "sanitizer/mail/sealed_file.hpp"
#include "sanitizer/worker/exchange.hpp"
#include "sanitizer/worker/file_client.hpp"
#include "sanitizer/worker/file_wire.hpp"

namespace mugaika {

namespace asio = boost::asio;

namespace {

// Above it the bytes of a file are read, copied and digested beside the network thread; a digest of so much takes it
// less than half a millisecond.
constexpr std::size_t at_once_bytes_max = 256u << 10;

using Outcomes = std::shared_ptr<std::vector<FileOutcome>>;

using SharpEnd = std::optional<FilePool::Time>;

// Several files together have their second try one by one.
constexpr std::size_t attempts_for(std::size_t files) noexcept { return files > 1 ? 1 : 2; }

FileNotMade not_in_time() { return {Reason::codec_late, "its turn did not come in time"}; }

// For the events of failed attempts.
struct Asked {
    const std::string& path;
    const MailTag& tag;
    std::size_t attempts;
    std::optional<FilePool::Time> sharp_end;
};

bool is_over(const Asked& asked) { return asked.sharp_end && std::chrono::steady_clock::now() >= *asked.sharp_end; }

bool is_list(const std::vector<FileOutcome>& told) noexcept {
    return told.size() == 1 && std::holds_alternative<MembersSeen>(told.front());
}

// What is left of the time for one question.
WorkerLimits limits_until(const Asked& asked, WorkerLimits limits, std::uint64_t bytes) {
    if (!asked.sharp_end) return limits;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*asked.sharp_end - std::chrono::steady_clock::now());
    limits.wall_clock = std::min(wall_clock_for(limits, bytes), std::max(left, std::chrono::milliseconds(1)));
    limits.wall_clock_per_mb = std::chrono::milliseconds(0);
    return limits;
}

}  // namespace

struct FilePool::Impl : std::enable_shared_from_this<FilePool::Impl> {
    Impl(asio::io_context& i, asio::thread_pool& c, FilePrograms programs, std::uint32_t n, WorkerLimits limits,
         EventLog& e)
        : io(i),
          compute(c),
          codecs(i, std::move(programs.codec), limits),
          checkers(i, std::move(programs.checker), limits),
          workers(std::max(n, 1u)),
          events(e),
          line(i, workers) {}

    // `kept`: the process that is asked first, where there is one; afterwards the one that has answered.
    template <class Answer>
    asio::awaitable<Result<Answer>> ask(ForkedWorkers&, const Worker::Question&, const Asked&,
                                        std::function<Result<Answer>(std::string_view)> believe,
                                        std::unique_ptr<Worker>& kept);
    template <class Work>
    asio::awaitable<std::invoke_result_t<Work>> with_bytes(std::size_t bytes, Work);
    asio::awaitable<std::optional<WaitingLine::Place>> turn(std::chrono::steady_clock::time_point until);
    asio::awaitable<Result<Outcomes>> ask_codec(const FileErrand&, JobBytes, const MailTag&, SharpEnd,
                                                std::unique_ptr<Worker>& kept);
    asio::awaitable<OutResult> take_out(const FileErrand&, JobBytes, const MailTag&, SharpEnd);
    asio::awaitable<std::vector<FileResult>> rebuild(const FileErrand&, JobBytes, const MailTag&, SharpEnd,
                                                     std::unique_ptr<Worker>& kept);
    asio::awaitable<std::vector<FileResult>> check(Outcomes, const FileErrand&, const MailTag&, SharpEnd);
    asio::awaitable<std::vector<FileResult>> check_each(Outcomes, const FileErrand&, const MailTag&, SharpEnd);
    void tell_refused(const std::vector<FileResult>&, const FileErrand&, const MailTag&);
    void fork_ahead();

    asio::io_context& io;
    asio::thread_pool& compute;
    ForkedWorkers codecs;
    ForkedWorkers checkers;
    std::uint32_t workers;
    EventLog& events;
    WaitingLine line;
};

template <class Work>
asio::awaitable<std::invoke_result_t<Work>> FilePool::Impl::with_bytes(std::size_t bytes, Work work) {
    if (bytes <= at_once_bytes_max) co_return work();
    auto done = co_await on_pool(compute, std::move(work));
    co_return done;
}

// Each process answers once, but for one that has listed an archive.
template <class Answer>
asio::awaitable<Result<Answer>> FilePool::Impl::ask(ForkedWorkers& processes, const Worker::Question& question,
                                                    const Asked& asked,
                                                    std::function<Result<Answer>(std::string_view)> believe,
                                                    std::unique_ptr<Worker>& kept) {
    Result<Answer> answer = Error(Fault::unavailable, "not asked");
    for (std::size_t attempt = 0; attempt < asked.attempts; ++attempt) {
        Result<std::unique_ptr<Worker>> worker = kept != nullptr ? std::move(kept)
                                                 : attempt > 0   ? processes.fork()
                                                                 : processes.take();
        if (!worker) {
            events.write(event::FileFailed{asked.tag, asked.path, worker.error().words()});
            co_return worker.error();
        }
        const WorkerLimits limits = limits_until(asked, processes.limits(), question.bytes);
        Result<std::string> payload = co_await (*worker)->exchange(question, limits);
        if (payload) {
            const std::size_t bytes = payload->size();
            auto work = [believe, told = *std::move(payload)] { return believe(told); };
            Result<Answer> believed = co_await with_bytes(bytes, std::move(work));
            answer = std::move(believed);
        } else {
            answer = payload.error();
        }
        if (answer) kept = *std::move(worker);
        if (answer || is_over(asked)) break;
        events.write(event::FileFailed{asked.tag, asked.path, answer.error().words()});
    }
    co_return answer;
}

asio::awaitable<Result<Outcomes>> FilePool::Impl::ask_codec(const FileErrand& errand, JobBytes bytes,
                                                            const MailTag& tag, SharpEnd end,
                                                            std::unique_ptr<Worker>& kept) {
    const Worker::Question question{encode_file_job(errand.job), bytes.descriptor, FrameKind::file_answer, bytes.count};
    // Copied, since what is done beside the network thread may outlast whoever asked.
    std::function<Result<Outcomes>(std::string_view)> believe =
        [copy = std::make_shared<const FileErrand>(errand)](std::string_view payload) -> Result<Outcomes> {
        Result<std::vector<FileOutcome>> told = believe_files(payload, *copy);
        if (!told) return told.error();
        return std::make_shared<std::vector<FileOutcome>>(*std::move(told));
    };
    const Asked asked{errand.job.path, tag, attempts_for(errand.rows.size()), end};
    Result<Outcomes> told = co_await ask(codecs, question, asked, std::move(believe), kept);
    co_return told;
}

asio::awaitable<OutResult> FilePool::Impl::take_out(const FileErrand& errand, JobBytes bytes, const MailTag& tag,
                                                    SharpEnd end) {
    const FileErrand asked = to_take_out(errand);
    std::unique_ptr<Worker> codec;
    Result<Outcomes> told = co_await ask_codec(asked, bytes, tag, end, codec);
    codec.reset();
    if (!told) co_return not_made_by(told.error());
    auto seal = [outcomes = *told] { return std::make_shared<OutResult>(taken_out(std::move(outcomes->front()))); };
    const std::shared_ptr<OutResult> out = co_await on_pool(compute, std::move(seal));
    co_return std::move(*out);
}

asio::awaitable<std::vector<FileResult>> FilePool::Impl::rebuild(const FileErrand& errand, JobBytes bytes,
                                                                 const MailTag& tag, SharpEnd end,
                                                                 std::unique_ptr<Worker>& kept) {
    Result<Outcomes> told = co_await ask_codec(errand, bytes, tag, end, kept);
    std::vector<FileResult> results;
    if (told) {
        if (!is_list(**told)) kept.reset();
        std::vector<FileResult> checked = co_await check(*told, errand, tag, end);
        results = std::move(checked);
    } else if (errand.rows.size() == 1) {
        results.emplace_back(not_made_by(told.error()));
    }
    co_return results;
}

asio::awaitable<std::vector<FileResult>> FilePool::Impl::check(Outcomes told, const FileErrand& errand,
                                                               const MailTag& tag, SharpEnd end) {
    const auto checking = std::make_shared<const Checking>(checking_of(*told));
    const std::size_t bytes = checking->bytes;
    const std::size_t count = checking->job.files.size();
    std::vector<CheckAnswer> answers;
    if (count > 0) {
        auto copy = [told, checking] { return sealed_file(checking->untrusted_files); };
        const Result<FileDescriptor> files = co_await with_bytes(bytes, std::move(copy));
        if (!files) co_return std::vector<FileResult>(told->size(), not_checked_by(files.error()));
        const Worker::Question question{encode_check_job(checking->job), files->get(), FrameKind::check_answer,
                                        checking->bytes};
        std::function<Result<std::vector<CheckAnswer>>(std::string_view)> believe = [count](std::string_view payload) {
            return decode_check_answers(payload, count);
        };
        const Asked asked{errand.job.path, tag, attempts_for(count), end};
        std::unique_ptr<Worker> checker;
        Result<std::vector<CheckAnswer>> said = co_await ask(checkers, question, asked, std::move(believe), checker);
        checker.reset();
        if (!said && is_over(asked)) co_return std::vector<FileResult>(told->size(), not_in_time());
        if (!said && told->size() > 1) {
            std::vector<FileResult> each = co_await check_each(told, errand, tag, end);
            co_return each;
        }
        if (!said) co_return std::vector<FileResult>(1, not_checked_by(said.error()));
        answers = *std::move(said);
    }
    auto compare = [told, answers] { return checked(std::move(*told), answers); };
    std::vector<FileResult> results = co_await with_bytes(bytes, std::move(compare));
    tell_refused(results, errand, tag);
    co_return results;
}

// One of them may have cost the checker its life, or its answer.
asio::awaitable<std::vector<FileResult>> FilePool::Impl::check_each(Outcomes told, const FileErrand& errand,
                                                                    const MailTag& tag, SharpEnd end) {
    std::vector<FileResult> results;
    for (std::size_t i = 0; i < told->size(); ++i) {
        auto one = std::make_shared<std::vector<FileOutcome>>();
        one->push_back(std::move((*told)[i]));
        const FileErrand about_it = alone(errand, i);
        std::vector<FileResult> result = co_await check(std::move(one), about_it, tag, end);
        results.push_back(std::move(result.front()));
    }
    co_return results;
}

void FilePool::Impl::tell_refused(const std::vector<FileResult>& results, const FileErrand& errand,
                                  const MailTag& tag) {
    for (std::size_t i = 0; i < results.size(); ++i) {
        const auto* refused = std::get_if<FileNotMade>(&results[i]);
        if (refused == nullptr || refused->why != Reason::check_failed) continue;
        events.write(event::CheckRefused{tag, errand.rows[i].facts.path, refused->words});
    }
}

// After an answer went out, so that no file waits for a fork. A failure shows at the next file, which tries again.
void FilePool::Impl::fork_ahead() {
    const auto replace = [weak = weak_from_this()] {
        const std::shared_ptr<Impl> self = weak.lock();
        if (self == nullptr) return;
        (void)self->codecs.fork_until(self->line.free_places());
        (void)self->checkers.fork_until(self->line.free_places());
    };
    asio::post(io, replace);
}

FilePool::FilePool(asio::io_context& io, asio::thread_pool& compute, FilePrograms programs, std::uint32_t workers,
                   WorkerLimits limits, EventLog& events)
    : impl_(std::make_shared<Impl>(io, compute, std::move(programs), workers, limits, events)) {}

FilePool::~FilePool() = default;

Result<void> FilePool::start() {
    for (ForkedWorkers* processes : {&impl_->codecs, &impl_->checkers}) {
        if (const auto started = processes->start(); !started) return started.error();
        if (const auto forked = processes->fork_until(impl_->workers); !forked) return forked.error();
    }
    return {};
}

std::uint32_t FilePool::workers() const noexcept { return impl_->workers; }

// A free place is no turn any more when the time for all files is over.
asio::awaitable<std::optional<WaitingLine::Place>> FilePool::Impl::turn(std::chrono::steady_clock::time_point until) {
    std::optional<WaitingLine::Place> place;
    if (std::chrono::steady_clock::now() < until) {
        std::optional<WaitingLine::Place> given = co_await line.enter(until);
        if (given) place.emplace(*std::move(given));
    }
    co_return place;
}

asio::awaitable<OutResult> FilePool::take_out(const FileErrand& errand, JobBytes bytes, const MailTag& tag, Time until,
                                              std::optional<Time> sharp_end) {
    const std::shared_ptr<Impl> impl = impl_;
    std::optional<WaitingLine::Place> place = co_await impl->turn(until);
    if (!place) co_return not_in_time();
    OutResult out = co_await impl->take_out(errand, bytes, tag, sharp_end);
    impl->fork_ahead();
    co_return out;
}

asio::awaitable<std::vector<FileResult>> FilePool::rebuild(const FileErrand& errand, JobBytes bytes, const MailTag& tag,
                                                           Time until, std::optional<Time> sharp_end) {
    Turn turn;
    std::vector<FileResult> results = co_await rebuild(errand, bytes, tag, until, sharp_end, turn);
    co_return results;
}

asio::awaitable<std::vector<FileResult>> FilePool::rebuild(const FileErrand& errand, JobBytes bytes, const MailTag& tag,
                                                           Time until, std::optional<Time> sharp_end, Turn& turn) {
    const std::shared_ptr<Impl> impl = impl_;
    std::vector<FileResult> results;
    // What is not answered for together is asked for alone, in a turn of its own.
    for (bool together = true; results.size() < errand.rows.size(); together = false) {
        std::optional<WaitingLine::Place> place = turn.take_place(until);
        if (!place) {
            std::optional<WaitingLine::Place> given = co_await impl->turn(until);
            if (given) place.emplace(*std::move(given));
        }
        if (!place) {
            results.resize(errand.rows.size(), not_in_time());
            break;
        }
        const FileErrand asked = together ? errand : alone(errand, results.size());
        std::vector<FileResult> more = co_await impl->rebuild(asked, bytes, tag, sharp_end, turn.codec_);
        std::move(more.begin(), more.end(), std::back_inserter(results));
        if (!turn.is_empty()) turn.keep(impl, *std::move(place));
        impl->fork_ahead();
    }
    co_return results;
}

FilePool::Turn::Turn() noexcept = default;
FilePool::Turn::~Turn() = default;

void FilePool::Turn::keep(std::shared_ptr<Impl> pool, WaitingLine::Place place) {
    pool_ = std::move(pool);
    place_.emplace(std::move(place));
}

// Nothing where there is none, or its time is over; there is no process then.
std::optional<WaitingLine::Place> FilePool::Turn::take_place(Time until) {
    std::optional<WaitingLine::Place> place;
    if (place_ && Time::clock::now() < until) {
        place.emplace(*std::move(place_));
    } else {
        codec_.reset();
    }
    place_.reset();
    return place;
}

}  // namespace mugaika
