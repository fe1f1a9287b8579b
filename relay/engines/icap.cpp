#include "relay/engines/icap.hpp"

#include <algorithm>
#include <utility>

#include "policy/ascii.hpp"

namespace mugaika {

namespace asio = boost::asio;

namespace {

constexpr std::size_t idle_max = 16;
constexpr std::size_t preview_max = 64u << 10;
constexpr std::chrono::seconds options_kept{3600};  // when the service does not say how long

// May the next request go over this connection?
bool stays_open(const IcapReply& reply) noexcept { return !reply.closes && reply.status < 300; }

}  // namespace

Icap::Icap(asio::io_context& io, EngineAddress address, IcapService service, std::size_t changed_bytes_max)
    : io_(io),
      address_(std::move(address)),
      service_(std::move(service)),
      changed_bytes_max_(changed_bytes_max),
      name_("icap " + address_.text() + service_.path) {}

// A connection that was used before may have been closed by the other side just now: then, and only then, the file is
// sent once more over a new one.
asio::awaitable<Result<ScanAnswer>> Icap::scan(const FileToScan& file, Clock::time_point until) {
    for (std::unique_ptr<Line> line = take_idle();; line = nullptr) {
        if (line == nullptr) {
            Result<std::unique_ptr<Line>> opened = co_await open(until);
            if (!opened) co_return opened.error();
            line = *std::move(opened);
        }
        Result<IcapReply> reply = co_await ask(*line, file, until);
        const bool went_away = !reply && reply.error().fault() == Fault::disconnected;
        if (went_away && line->was_used && !line->has_answered) continue;
        if (!reply) co_return reply.error();
        if (stays_open(*reply) && idle_.size() < idle_max) {
            line->was_used = true;
            idle_.push_back(std::move(line));
        }
        co_return judge_icap_reply(*std::move(reply), service_.method, file.untrusted_bytes);
    }
}

asio::awaitable<Result<std::unique_ptr<Icap::Line>>> Icap::open(Clock::time_point until) {
    auto line = std::make_unique<Line>(io_, changed_bytes_max_);
    const Result<void> connected = co_await line->stream.connect(address_, until);
    if (!connected) co_return connected.error();
    if (!options_ || options_->until <= Clock::now()) {
        const Result<void> learnt = co_await learn_options(*line, until);
        if (!learnt) co_return learnt.error();
    }
    co_return line;
}

// Those that the other side has closed, or on which it says what nobody asked, are of no use.
std::unique_ptr<Icap::Line> Icap::take_idle() noexcept {
    while (!idle_.empty()) {
        std::unique_ptr<Line> line = std::move(idle_.back());
        idle_.pop_back();
        if (line->stream.is_quiet()) return line;
    }
    return nullptr;
}

// RFC 3507 4.10.
asio::awaitable<Result<void>> Icap::learn_options(Line& line, Clock::time_point until) {
    const std::string request = icap_options_request(service_);
    const Result<void> sent = co_await line.stream.write(request, until);
    const Result<IcapReply> reply = co_await receive_after(sent, line, until);
    if (!reply) co_return reply.error();
    if (reply->status != 200) co_return Error(Fault::unavailable, "ICAP OPTIONS: " + reply->words);
    const std::string methods = ascii::to_lower(reply->methods);
    if (methods.find(to_string(service_.method)) == std::string::npos) {
        co_return Error(Fault::unavailable,
                        "ICAP: the service does not know " + std::string(to_string(service_.method)));
    }
    std::optional<std::size_t> preview = reply->preview;
    if (preview) preview = std::min(*preview, preview_max);
    options_ = Options{preview, Clock::now() + reply->options_ttl.value_or(options_kept)};
    co_return Result<void>();
}

asio::awaitable<Result<IcapReply>> Icap::ask(Line& line, const FileToScan& file, Clock::time_point until) {
    line.has_answered = false;
    const std::optional<std::size_t> preview = options_ ? options_->preview : std::nullopt;
    if (preview) {
        Result<IcapReply> reply = co_await ask_with_preview(line, file, *preview, until);
        co_return reply;
    }
    const std::string head = icap_request_head(service_, file, std::nullopt);
    Result<void> sent = co_await line.stream.write(head, until);
    if (sent) {
        Result<void> rest = co_await send_rest(line, file.untrusted_bytes, until);
        sent = std::move(rest);
    }
    Result<IcapReply> reply = co_await receive_after(sent, line, until);
    co_return reply;
}

// RFC 3507 4.5: the beginning first; the service says whether it wants the rest.
asio::awaitable<Result<IcapReply>> Icap::ask_with_preview(Line& line, const FileToScan& file, std::size_t preview,
                                                          Clock::time_point until) {
    const std::string_view first = file.untrusted_bytes.substr(0, preview);
    const bool is_all = first.size() == file.untrusted_bytes.size();
    std::string begin = icap_request_head(service_, file, preview);
    if (!first.empty()) begin.append(icap_chunk_head(first.size())).append(first).append("\r\n");
    begin += is_all ? icap_preview_is_all : icap_preview_end;
    const Result<void> sent = co_await line.stream.write(begin, until);
    Result<IcapReply> reply = co_await receive_after(sent, line, until);
    if (!reply || reply->status != 100) co_return reply;
    if (is_all) co_return Error(Fault::protocol, "ICAP: it wants more than the file");
    const Result<void> rest_sent = co_await send_rest(line, file.untrusted_bytes.substr(first.size()), until);
    Result<IcapReply> final_reply = co_await receive_after(rest_sent, line, until);
    co_return final_reply;
}

asio::awaitable<Result<void>> Icap::send_rest(Line& line, std::string_view untrusted_rest, Clock::time_point until) {
    if (!untrusted_rest.empty()) {
        const std::string head = icap_chunk_head(untrusted_rest.size());
        const Result<void> announced = co_await line.stream.write(head, until);
        if (!announced) co_return announced.error();
        const Result<void> written = co_await line.stream.write(untrusted_rest, until);
        if (!written) co_return written.error();
    }
    const std::string end = (untrusted_rest.empty() ? "" : "\r\n") + std::string(icap_body_end);
    Result<void> ended = co_await line.stream.write(end, until);
    co_return ended;
}

// A service that forbids a file need not read it to its end.
asio::awaitable<Result<IcapReply>> Icap::receive_after(const Result<void>& sent, Line& line, Clock::time_point until) {
    if (!sent && sent.error().fault() != Fault::disconnected) co_return sent.error();
    Result<IcapReply> reply = co_await receive(line, until);
    if (!sent && (!reply || reply->found.empty())) co_return sent.error();
    if (reply && !sent) reply->closes = true;
    co_return reply;
}

asio::awaitable<Result<IcapReply>> Icap::receive(Line& line, Clock::time_point until) {
    for (;;) {
        const Result<std::string_view> bytes = co_await line.stream.read_some(until);
        if (!bytes) co_return bytes.error();
        if (bytes->empty()) co_return Error(Fault::disconnected, "ICAP: it ended without an answer");
        line.has_answered = true;
        const std::size_t taken = line.reader.read(*bytes);
        if (!line.reader.broken().empty()) {
            co_return Error(line.reader.is_too_large() ? Fault::limit : Fault::protocol,
                            "ICAP: " + std::string(line.reader.broken()));
        }
        if (std::optional<IcapReply> reply = line.reader.take()) {
            if (taken != bytes->size()) co_return Error(Fault::protocol, "ICAP: it says more than was asked");
            co_return *std::move(reply);
        }
    }
}

}  // namespace mugaika
