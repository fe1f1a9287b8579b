#include "relay/workers/worker.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "sanitizer/worker/client.hpp"
#include "sanitizer/worker/wire.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t first_piece_bytes = 64u << 10;

// More than was asked: prepared for the next mail, perhaps.
bool has_more(int socket) noexcept {
    char byte = 0;
    return ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

}  // namespace

Result<std::unique_ptr<Worker>> Worker::adopt(asio::io_context& io, WorkerProcess process) {
    std::unique_ptr<Worker> worker(new Worker(io, std::move(process)));
    error_code error;
    worker->stream_.assign(worker->process_.socket(), error);
    if (error) return Error(Fault::unavailable, "worker socket: " + error.message());
    return worker;
}

Worker::Worker(asio::io_context& io, WorkerProcess process)
    : process_(std::move(process)), stream_(io), deadline_(io, [this] {
          process_.kill();
          error_code ignored;  // the read then ends by itself
          stream_.cancel(ignored);
      }) {}

Worker::~Worker() {
    if (stream_.is_open()) stream_.release();  // process_ closes it
}

asio::awaitable<Result<Extract>> Worker::ask(const Job& job, const RawMail& mail, const WorkerLimits& limits) {
    Question question{encode_job(job), mail.descriptor(), FrameKind::extract, mail.size()};
    const Result<std::string> payload = co_await exchange(std::move(question), limits);
    if (!payload) co_return payload.error();
    Result<Extract> extract = believe(*payload, job);
    co_return extract;
}

asio::awaitable<Result<std::string>> Worker::exchange(Question question, const WorkerLimits& limits) {
    const Result<void> sent = send_frame(process_, question.frame, question.descriptor);
    if (!sent) co_return Error(Fault::disconnected, sent.error().words());
    deadline_.set(Deadline::Clock::now() + wall_clock_for(limits, question.bytes));
    Result<std::string> payload = co_await read_answer(question.answer, limits.answer_bytes_max);
    deadline_.clear();
    if (!payload) co_return payload.error();
    process_.count_mail();
    if (has_more(process_.socket())) co_return Error(Fault::protocol, "more than one answer");
    co_return payload;
}

asio::awaitable<Result<std::string>> Worker::read_answer(FrameKind kind, std::size_t answer_bytes_max) {
    std::string header;
    const Result<void> header_read = co_await read_exactly(header, frame_header_bytes);
    if (!header_read) co_return header_read.error();
    const Result<std::size_t> bytes = decode_frame_header(header, kind, answer_bytes_max);
    if (!bytes) co_return Error(Fault::protocol, bytes.error().words());
    std::string payload;
    while (payload.size() < *bytes) {
        const std::size_t piece = std::min(*bytes - payload.size(), std::max(first_piece_bytes, payload.size()));
        const Result<void> read = co_await read_exactly(payload, piece);
        if (!read) co_return read.error();
    }
    co_return payload;
}

// Appends.
asio::awaitable<Result<void>> Worker::read_exactly(std::string& into, std::size_t bytes) {
    const std::size_t before = into.size();
    into.resize(before + bytes);
    const auto space = asio::buffer(into.data() + before, bytes);
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    const auto [error, got] = co_await asio::async_read(stream_, space, token);
    if (error) co_return lost();
    co_return Result<void>();
}

Error Worker::lost() const {
    if (deadline_.passed()) return {Fault::timeout, "no answer in time"};
    return {Fault::disconnected, "the worker went away"};
}

}  // namespace mugaika
