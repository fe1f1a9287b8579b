#include "relay/engines/clamd.hpp"

#include <algorithm>

#include "relay/engines/clamd_reply.hpp"

namespace mugaika {

namespace asio = boost::asio;

namespace {

constexpr std::size_t piece_bytes = 256u << 10;

}  // namespace

asio::awaitable<Result<ScanAnswer>> Clamd::scan(const FileToScan& file, Clock::time_point until) {
    EngineStream stream(io_);
    const Result<void> connected = co_await stream.connect(address_, until);
    if (!connected) co_return connected.error();
    const Result<void> sent = co_await send(stream, file.untrusted_bytes, until);
    if (!sent && sent.error().fault() != Fault::disconnected) co_return sent.error();
    // Where it took no more it may have said why: a file over its StreamMaxLength.
    Result<ScanAnswer> answer = co_await receive(stream, until);
    if (answer && !sent) co_return sent.error();  // about what it has not read it can say nothing
    co_return answer;
}

asio::awaitable<Result<void>> Clamd::send(EngineStream& stream, std::string_view untrusted_bytes,
                                          Clock::time_point until) {
    std::string head = "zINSTREAM";
    head += '\0';
    while (!untrusted_bytes.empty()) {
        const std::string_view piece = untrusted_bytes.substr(0, piece_bytes);
        untrusted_bytes.remove_prefix(piece.size());
        head += clamd_piece_head(piece.size());
        const Result<void> announced = co_await stream.write(head, until);
        if (!announced) co_return announced.error();
        const Result<void> written = co_await stream.write(piece, until);
        if (!written) co_return written.error();
        head.clear();
    }
    head += clamd_piece_head(0);
    Result<void> ended = co_await stream.write(head, until);
    co_return ended;
}

asio::awaitable<Result<ScanAnswer>> Clamd::receive(EngineStream& stream, Clock::time_point until) {
    std::string reply;
    while (reply.find('\0') == std::string::npos) {
        const Result<std::string_view> bytes = co_await stream.read_some(until);
        if (!bytes) co_return bytes.error();
        if (bytes->empty()) co_return Error(Fault::disconnected, "clamd ended without an answer");
        reply += *bytes;
        if (reply.size() > clamd_reply_bytes_max)
            co_return Error(Fault::protocol, "an answer of clamd that is too long");
    }
    co_return read_clamd_reply(std::string_view(reply).substr(0, reply.find('\0')));
}

}  // namespace mugaika
