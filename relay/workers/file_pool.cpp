#include "relay/workers/file_pool.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <functional>
#include <optional>
#include <utility>
#include <variant>

#include "relay/async/waiting_line.hpp"
#include "relay/workers/forked_workers.hpp"
#include "sanitizer/worker/exchange.hpp"
#include "sanitizer/worker/file_client.hpp"
#include "sanitizer/worker/file_wire.hpp"

namespace mugaika {

namespace asio = boost::asio;

struct FilePool::Impl : std::enable_shared_from_this<FilePool::Impl> {
    Impl(asio::io_context& i, FilePrograms programs, std::uint32_t n, WorkerLimits limits, EventLog& e)
        : io(i),
          codecs(i, std::move(programs.codec), limits),
          checkers(i, std::move(programs.checker), limits),
          workers(std::max(n, 1u)),
          events(e),
          line(i, workers) {}

    template <class Answer>
    asio::awaitable<Result<Answer>> ask_twice(ForkedWorkers&, const Worker::Question&, const FileJob&, const MailTag&,
                                              const std::function<Result<Answer>(std::string_view)>& believe);
    asio::awaitable<FileResult> rebuild_in_turn(const FileJob&, const PartRow&, const RawMail&, const MailTag&);
    asio::awaitable<FileResult> check(FileMade, const FileJob&, const MailTag&);
    void fork_ahead();

    asio::io_context& io;
    ForkedWorkers codecs;
    ForkedWorkers checkers;
    std::uint32_t workers;
    EventLog& events;
    WaitingLine line;
};

// Each process answers once.
template <class Answer>
asio::awaitable<Result<Answer>> FilePool::Impl::ask_twice(
    ForkedWorkers& processes, const Worker::Question& question, const FileJob& job, const MailTag& tag,
    const std::function<Result<Answer>(std::string_view)>& believe) {
    Result<Answer> answer = Error(Fault::unavailable, "not asked");
    for (const bool fresh : {false, true}) {
        Result<std::unique_ptr<Worker>> worker = fresh ? processes.fork() : processes.take();
        if (!worker) {
            events.file_failed(tag, job.path, worker.error().words());
            co_return worker.error();
        }
        const Result<std::string> payload = co_await (*worker)->exchange(question, processes.limits());
        answer = payload ? believe(*payload) : Result<Answer>(payload.error());
        if (answer) break;
        events.file_failed(tag, job.path, answer.error().words());
    }
    co_return answer;
}

asio::awaitable<FileResult> FilePool::Impl::rebuild_in_turn(const FileJob& job, const PartRow& row, const RawMail& mail,
                                                            const MailTag& tag) {
    const Worker::Question question{encode_file_job(job), mail.descriptor(), FrameKind::file_answer, mail.size()};
    const std::function<Result<FileOutcome>(std::string_view)> believe = [&](std::string_view payload) {
        return believe_file(payload, job, row);
    };
    Result<FileOutcome> outcome = co_await ask_twice(codecs, question, job, tag, believe);
    if (!outcome) co_return FileResult(not_made_by(outcome.error()));
    if (auto* why = std::get_if<FileNotMade>(&*outcome)) co_return FileResult(std::move(*why));
    FileResult result = co_await check(std::move(std::get<FileMade>(*outcome)), job, tag);
    co_return result;
}

asio::awaitable<FileResult> FilePool::Impl::check(FileMade made, const FileJob& job, const MailTag& tag) {
    const Result<RawMail> file = RawMail::from_bytes(made.untrusted_bytes);
    if (!file) co_return FileResult(not_checked_by(file.error()));
    const CheckJob asked{made.kind, file->size()};
    const Worker::Question question{encode_check_job(asked), file->descriptor(), FrameKind::check_answer, file->size()};
    const std::function<Result<CheckAnswer>(std::string_view)> believe = decode_check_answer;
    const Result<CheckAnswer> answer = co_await ask_twice(checkers, question, job, tag, believe);
    if (!answer) co_return FileResult(not_checked_by(answer.error()));
    FileResult result = checked(std::move(made), *answer);
    const auto* refused = std::get_if<FileNotMade>(&result);
    if (refused != nullptr) events.check_refused(tag, job.path, refused->words);
    co_return result;
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

FilePool::FilePool(asio::io_context& io, FilePrograms programs, std::uint32_t workers, WorkerLimits limits,
                   EventLog& events)
    : impl_(std::make_shared<Impl>(io, std::move(programs), workers, limits, events)) {}

FilePool::~FilePool() = default;

Result<void> FilePool::start() {
    for (ForkedWorkers* processes : {&impl_->codecs, &impl_->checkers}) {
        if (const auto started = processes->start(); !started) return started.error();
        if (const auto forked = processes->fork_until(impl_->workers); !forked) return forked.error();
    }
    return {};
}

std::uint32_t FilePool::workers() const noexcept { return impl_->workers; }

asio::awaitable<FileResult> FilePool::rebuild(const FileJob& job, const PartRow& row, const RawMail& mail,
                                              const MailTag& tag, std::chrono::steady_clock::time_point until) {
    const std::shared_ptr<Impl> impl = impl_;
    std::optional<WaitingLine::Place> place = co_await impl->line.enter(until);
    if (!place) co_return FileResult(FileNotMade{Reason::codec_late, "its turn did not come in time"});
    FileResult result = co_await impl->rebuild_in_turn(job, row, mail, tag);
    impl->fork_ahead();
    co_return result;
}

}  // namespace mugaika
