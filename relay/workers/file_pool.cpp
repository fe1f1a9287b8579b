#include "relay/workers/file_pool.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <functional>
#include <optional>
#include <utility>
#include <variant>

#include "relay/async/disk.hpp"
#include "relay/async/waiting_line.hpp"
#include "relay/workers/forked_workers.hpp"
#include "sanitizer/worker/exchange.hpp"
#include "sanitizer/worker/file_client.hpp"
#include "sanitizer/worker/file_wire.hpp"

namespace mugaika {

namespace asio = boost::asio;

namespace {

// Above it the bytes of a file are read, copied and digested beside the network thread; a digest of so much takes it
// less than half a millisecond.
constexpr std::size_t at_once_bytes_max = 256u << 10;

// Copied, since what is done beside the network thread may outlast whoever asked.
struct AskedFile {
    FileJob job;
    PartRow row;
};

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

    template <class Answer>
    asio::awaitable<Result<Answer>> ask_twice(ForkedWorkers&, const Worker::Question&, const FileJob&, const MailTag&,
                                              std::function<Result<Answer>(std::string_view)> believe);
    template <class Work>
    asio::awaitable<std::invoke_result_t<Work>> with_bytes(std::size_t bytes, Work);
    asio::awaitable<FileResult> rebuild_in_turn(const FileJob&, const PartRow&, const RawMail&, const MailTag&);
    asio::awaitable<FileResult> check(FileMade, const FileJob&, const MailTag&);
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

// Each process answers once.
template <class Answer>
asio::awaitable<Result<Answer>> FilePool::Impl::ask_twice(ForkedWorkers& processes, const Worker::Question& question,
                                                          const FileJob& job, const MailTag& tag,
                                                          std::function<Result<Answer>(std::string_view)> believe) {
    Result<Answer> answer = Error(Fault::unavailable, "not asked");
    for (const bool fresh : {false, true}) {
        Result<std::unique_ptr<Worker>> worker = fresh ? processes.fork() : processes.take();
        if (!worker) {
            events.file_failed(tag, job.path, worker.error().words());
            co_return worker.error();
        }
        Result<std::string> payload = co_await (*worker)->exchange(question, processes.limits());
        if (payload) {
            const std::size_t bytes = payload->size();
            auto work = [believe, told = *std::move(payload)] { return believe(told); };
            Result<Answer> believed = co_await with_bytes(bytes, std::move(work));
            answer = std::move(believed);
        } else {
            answer = payload.error();
        }
        if (answer) break;
        events.file_failed(tag, job.path, answer.error().words());
    }
    co_return answer;
}

asio::awaitable<FileResult> FilePool::Impl::rebuild_in_turn(const FileJob& job, const PartRow& row, const RawMail& mail,
                                                            const MailTag& tag) {
    const Worker::Question question{encode_file_job(job), mail.descriptor(), FrameKind::file_answer, mail.size()};
    const auto asked = std::make_shared<const AskedFile>(AskedFile{job, row});
    std::function<Result<FileOutcome>(std::string_view)> believe = [asked](std::string_view payload) {
        return believe_file(payload, asked->job, asked->row);
    };
    Result<FileOutcome> outcome = co_await ask_twice(codecs, question, job, tag, std::move(believe));
    if (!outcome) co_return FileResult(not_made_by(outcome.error()));
    if (auto* why = std::get_if<FileNotMade>(&*outcome)) co_return FileResult(std::move(*why));
    if (auto* seen = std::get_if<MembersSeen>(&*outcome)) co_return FileResult(std::move(*seen));
    FileResult result = co_await check(std::move(std::get<FileMade>(*outcome)), job, tag);
    co_return result;
}

asio::awaitable<FileResult> FilePool::Impl::check(FileMade made, const FileJob& job, const MailTag& tag) {
    const std::size_t bytes = made.untrusted_bytes.size();
    const auto shared = std::make_shared<FileMade>(std::move(made));
    auto copy = [shared] { return RawMail::from_bytes(shared->untrusted_bytes); };
    const Result<RawMail> file = co_await with_bytes(bytes, std::move(copy));
    if (!file) co_return FileResult(not_checked_by(file.error()));
    const CheckJob asked{shared->kind, file->size()};
    const Worker::Question question{encode_check_job(asked), file->descriptor(), FrameKind::check_answer, file->size()};
    std::function<Result<CheckAnswer>(std::string_view)> believe = decode_check_answer;
    const Result<CheckAnswer> answer = co_await ask_twice(checkers, question, job, tag, std::move(believe));
    if (!answer) co_return FileResult(not_checked_by(answer.error()));
    auto compare = [shared, seen = *answer] { return checked(std::move(*shared), seen); };
    FileResult result = co_await with_bytes(bytes, std::move(compare));
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

asio::awaitable<FileResult> FilePool::rebuild(const FileJob& job, const PartRow& row, const RawMail& mail,
                                              const MailTag& tag, std::chrono::steady_clock::time_point until) {
    const std::shared_ptr<Impl> impl = impl_;
    // A free place is no turn any more when the time for all files is over.
    std::optional<WaitingLine::Place> place;
    if (std::chrono::steady_clock::now() < until) {
        std::optional<WaitingLine::Place> given = co_await impl->line.enter(until);
        if (given) place.emplace(*std::move(given));
    }
    if (!place) co_return FileResult(FileNotMade{Reason::codec_late, "its turn did not come in time"});
    FileResult result = co_await impl->rebuild_in_turn(job, row, mail, tag);
    impl->fork_ahead();
    co_return result;
}

}  // namespace mugaika
