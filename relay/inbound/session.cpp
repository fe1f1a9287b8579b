#include "relay/inbound/session.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <random>
#include <utility>

#include "policy/matrix.hpp"
#include "policy/reason.hpp"
#include "relay/deadline.hpp"
#include "relay/smtp/server_session.hpp"
#include "relay/tls/wire.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Clock = Deadline::Clock;
using boost::system::error_code;

const Outcome& spool_outcome(const Error& error) noexcept {
    return error.fault() == Fault::disk_full ? outcome<Stage::spool, Failure::disk_full>()
                                             : outcome<Stage::spool, Failure::io>();
}

Reason reason_of(const Outcome& row) noexcept {
    switch (row.failure) {
        case Failure::loop:
            return Reason::too_many_hops;
        case Failure::malformed:
            return Reason::stray_cr_or_lf;
        default:
            return Reason::none;
    }
}

// IPv4 clients of an IPv6 socket are shown as what they are.
std::string client_text(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
    }
    return address.to_string();
}

std::string hex(std::uint32_t number) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(8, '0');
    for (auto at = text.rbegin(); at != text.rend(); ++at, number >>= 4) *at = digits[number & 0xf];
    return text;
}

}  // namespace

class Session {
public:
    Session(Sessions& shared, tcp::socket socket, std::string client)
        : shared_(shared),
          id_(shared.next_id()),
          client_(std::move(client)),
          settings_(shared.settings_),
          wire_(std::move(socket)),
          protocol_(settings_->hostname, settings_->postmaster, settings_->limits),
          deadline_(shared.io_, [this] { cancel(); }) {
        error_code error;
        wire_.socket().non_blocking(true, error);  // read_available() reads what is there and never waits
        if (error) lost_ = "disconnected";
        if (settings_->tls && settings_->tls->is_offered()) protocol_.offer_tls();
        shared_.sessions_.insert(this);
    }
    ~Session() { shared_.sessions_.erase(this); }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    asio::awaitable<void> run();
    void stop_if_idle() {
        if (waiting_ && !protocol_.in_transaction()) cancel();
    }
    void cut_off();
    void close(bool after_fault) noexcept;

    const std::string& id() const noexcept { return id_; }
    const std::string& client() const noexcept { return client_; }
    std::uint32_t mails() const noexcept { return protocol_.mails(); }
    std::string why_ended() const;

private:
    // False: the connection is of no use any more, lost_ says why.
    asio::awaitable<bool> send();
    asio::awaitable<bool> receive();
    asio::awaitable<bool> start_tls();
    bool read_available();
    asio::awaitable<void> verify();
    asio::awaitable<void> take();
    std::optional<ReceivedMail> finish_mail();
    void append();
    void log_refused_mail();

    Clock::time_point read_deadline();
    RawMailWriter new_mail() const { return {settings_->spool_dir, limits().memory_bytes_max}; }
    const SmtpLimits& limits() const noexcept { return settings_->limits; }
    MailTag tag() const { return {"", id_, ""}; }
    void cancel() noexcept {
        error_code ignored;
        wire_.socket().cancel(ignored);
    }

    Sessions& shared_;
    const std::string id_;
    const std::string client_;
    const std::shared_ptr<const Inbound::Settings> settings_;
    Wire wire_;
    smtp::ServerSession protocol_;
    Deadline deadline_;
    bool waiting_ = false;  // for bytes of the client
    bool cut_off_ = false;
    std::string_view lost_;
    std::optional<RawMailWriter> mail_;
    std::string spool_words_;  // what went wrong with mail_

    std::uint64_t progress_seen_ = 0;
    std::uint64_t transactions_seen_ = 0;
    std::shared_ptr<const Config> config_;  // of the mail under way
    std::uint64_t config_of_ = 0;           // its number
    Clock::time_point progress_at_ = Clock::now();
    Clock::time_point transaction_began_;
};

asio::awaitable<void> Session::run() {
    using Next = smtp::ServerSession::Next;
    if (!read_available()) co_return;  // AC-021: who speaks before the greeting is noticed
    for (bool open = true; open;) {
        const Next next = protocol_.next();
        switch (next) {
            case Next::need_input: {
                const bool received = co_await receive();
                open = received;
                break;
            }
            case Next::send: {
                const bool sent = co_await send();
                open = sent;
                break;
            }
            case Next::verify_recipient: {
                co_await verify();
                break;
            }
            case Next::append_data:
                append();
                break;
            case Next::drop_data:
                mail_.reset();
                break;
            case Next::mail_refused:
                log_refused_mail();
                break;
            case Next::take_mail: {
                co_await take();
                break;
            }
            case Next::start_tls: {
                const bool secured = co_await start_tls();
                open = secured;
                break;
            }
            case Next::close:
                open = false;
                break;
        }
    }
}

asio::awaitable<bool> Session::send() {
    const std::array<std::string_view, 2> bytes = {protocol_.bytes(), {}};
    deadline_.set(Clock::now() + limits().command_timeout);
    const error_code error = co_await wire_.write(bytes);
    if (error) lost_ = deadline_.passed() ? "timeout of writing" : "disconnected";
    deadline_.clear();
    co_return !error;
}

// Waits until there is something to read and only then takes a buffer: an idle session costs its object and no more.
asio::awaitable<bool> Session::receive() {
    if (cut_off_ || (shared_.stopping_ && !protocol_.in_transaction())) {
        protocol_.end(outcome<Stage::command, Failure::stopping>());
        co_return true;
    }
    deadline_.set(read_deadline());
    waiting_ = true;
    const error_code error = co_await wire_.wait_readable();
    waiting_ = false;
    const bool late = deadline_.passed();
    deadline_.clear();
    if (late) {
        protocol_.end(protocol_.reading_data() ? outcome<Stage::data, Failure::timeout>()
                                               : outcome<Stage::command, Failure::timeout>());
        co_return true;
    }
    if (error == asio::error::operation_aborted) co_return true;  // stop(): the next round sees it
    co_return read_available();
}

// A handshake that fails leaves nothing to talk through: no answer is heard, neither in TLS nor in the clear.
static_assert(outcome<Stage::command, Failure::insecure>().ending == Ending::close);

asio::awaitable<bool> Session::start_tls() {
    deadline_.set(Clock::now() + limits().tls_handshake_timeout);
    waiting_ = true;
    SslHandle handshake = settings_->tls->new_session();
    const error_code error = co_await wire_.secure(std::move(handshake));
    waiting_ = false;
    const bool late = deadline_.passed();
    deadline_.clear();
    if (!error) {
        shared_.events_.session_secured(id_, client_, wire_.tls_version(), wire_.tls_cipher());
        protocol_.secured();
        co_return true;
    }
    lost_ = late ? "timeout of the TLS handshake" : "TLS handshake failed";
    const std::string why = late ? "timeout" : wire_.why_not_secured(error);
    shared_.events_.session_tls_failed(id_, client_, why);
    co_return false;
}

// A client that goes away is not answered, and nothing of its mail is kept (AC-019).
static_assert(outcome<Stage::command, Failure::disconnected>().ending == Ending::close);
static_assert(outcome<Stage::data, Failure::disconnected>().ending == Ending::close);

bool Session::read_available() {
    if (!lost_.empty()) return false;
    error_code error;
    const std::size_t bytes = wire_.read_some(asio::buffer(shared_.read_buffer_), error);
    if (must_wait(error)) return true;
    if (error) {
        lost_ = "disconnected";
        return false;
    }
    if (!protocol_.in_transaction()) protocol_.offer_dsn(shared_.taker_.offers_dsn());
    protocol_.receive({shared_.read_buffer_.data(), bytes});
    return true;
}

// A command has command_timeout for all of its bytes, content has data_timeout for each piece, and a transaction has
// its own limit: one byte a minute must not hold a session for ever.
Clock::time_point Session::read_deadline() {
    const Clock::time_point now = Clock::now();
    if (std::exchange(progress_seen_, protocol_.progress()) != protocol_.progress()) progress_at_ = now;
    if (std::exchange(transactions_seen_, protocol_.transactions()) != protocol_.transactions())
        transaction_began_ = now;
    const auto patience = protocol_.reading_data() ? limits().data_timeout : limits().command_timeout;
    if (!protocol_.in_transaction()) return progress_at_ + patience;
    return std::min(progress_at_ + patience, transaction_began_ + limits().transaction_timeout);
}

asio::awaitable<void> Session::verify() {
    const smtp::Envelope& so_far = protocol_.envelope();
    const MailAddress& recipient = protocol_.recipient();
    const std::string_view session = id_;
    if (std::exchange(config_of_, protocol_.transactions()) != protocol_.transactions()) {
        config_ = shared_.taker_.config();
    }
    std::shared_ptr<const Config> config = config_;
    const smtp::Reply reply = co_await shared_.taker_.verify(std::move(config), so_far, recipient, session);
    protocol_.answer(reply);
}

void Session::append() {
    if (!mail_) mail_.emplace(new_mail());
    const Result<void> appended = mail_->append(protocol_.bytes());
    if (appended) return;
    spool_words_ = appended.error().words();
    mail_.reset();
    protocol_.spool_failed(spool_outcome(appended.error()));
}

asio::awaitable<void> Session::take() {
    std::optional<ReceivedMail> received = finish_mail();
    if (!received) co_return;
    const smtp::Reply reply = co_await shared_.taker_.take(std::move(*received));
    protocol_.answer(reply);
}

// Nothing when the spool failed at the very end; the client is answered then.
std::optional<ReceivedMail> Session::finish_mail() {
    RawMailWriter writer = mail_ ? std::move(*mail_) : new_mail();
    mail_.reset();
    Result<RawMail> raw = std::move(writer).finish();
    if (!raw) {
        const Outcome& row = spool_outcome(raw.error());
        const smtp::Reply reply = smtp::reply_from(row);
        shared_.events_.message_deferred(tag(), protocol_.envelope(), row, reply, raw.error().words());
        protocol_.answer(reply);
        return std::nullopt;
    }
    const std::string_view protocol = protocol_.protocol();
    ReceivedMail received(protocol_.take_envelope(), std::move(*raw));
    received.session = id_;
    received.client_address = client_;
    received.client_helo = PlainLine::from(protocol_.helo()).value();  // printable ASCII always fits
    received.protocol = protocol;
    received.received_at = std::chrono::system_clock::now();
    received.config = std::move(config_);
    return received;
}

void Session::log_refused_mail() {
    const Outcome& row = protocol_.refused_by();
    const smtp::Reply reply = smtp::reply_from(row);
    if (row.stage == Stage::spool) {
        shared_.events_.message_deferred(tag(), protocol_.envelope(), row, reply, spool_words_);
    } else {
        shared_.events_.message_refused(tag(), protocol_.envelope(), reply, reason_of(row));
    }
}

std::string Session::why_ended() const {
    if (!lost_.empty()) return std::string(lost_);
    const Outcome* row = protocol_.ended_by();
    if (row == nullptr) return "quit";
    return std::string(to_string(row->stage)) + ' ' + std::string(to_string(row->failure));
}

// A session that waits for its client is answered by its own coroutine. One whose mail is with the next hop will not
// get the answer any more: 421 tells its client to come again, which at worst is the same mail twice (RFC
// 5321 4.5.4.1).
void Session::cut_off() {
    if (waiting_) {
        cut_off_ = true;
        return cancel();
    }
    wire_.write_now(smtp::reply_from(outcome<Stage::command, Failure::stopping>()).line());
    close(false);
}

// Unread input would make close() a reset, and a reset may overtake our last answer.
void Session::close(bool after_fault) noexcept {
    if (after_fault) wire_.write_now(smtp::reply_from(outcome<Stage::command, Failure::internal>()).line());
    wire_.end_tls();
    error_code ignored;
    tcp::socket& socket = wire_.socket();
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    socket.read_some(asio::buffer(shared_.read_buffer_), ignored);
    socket.close(ignored);
}

Sessions::Sessions(asio::io_context& io, Inbound::Settings settings, MailTaker& taker, EventLog& events)
    : io_(io), taker_(taker), events_(events), id_prefix_(std::random_device()()) {
    use(std::move(settings));
}

void Sessions::use(Inbound::Settings settings) {
    settings_ = std::make_shared<const Inbound::Settings>(std::move(settings));
}

void Sessions::serve(tcp::socket socket) {
    error_code error;
    const tcp::endpoint peer = socket.remote_endpoint(error);
    if (error) return;  // gone already
    std::string client = client_text(peer.address());
    if (sessions_.size() >= settings_->limits.sessions_max) return refuse(std::move(socket), client);
    socket.set_option(tcp::no_delay(true), error);
    asio::co_spawn(io_, run(shared_from_this(), std::move(socket), std::move(client)), asio::detached);
}

// The root of a session and its only catch: one session dies, not the server.
asio::awaitable<void> Sessions::run(std::shared_ptr<Sessions> shared, tcp::socket socket, std::string client) {
    Session session(*shared, std::move(socket), std::move(client));
    shared->events_.session_opened(session.id(), session.client());
    std::string fault;
    try {
        co_await session.run();
    } catch (const std::exception& error) {
        fault = std::string("local error: ") + error.what();
    }
    session.close(!fault.empty());
    const std::string why = fault.empty() ? session.why_ended() : fault;
    shared->events_.session_closed(session.id(), session.client(), session.mails(), why);
}

void Sessions::refuse(tcp::socket socket, std::string_view client) {
    const smtp::Reply reply = smtp::reply_from(outcome<Stage::connect, Failure::limit>());
    error_code ignored;  // best effort: nobody waits for a client that is not wanted
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(reply.line()), ignored);
    events_.session_refused(client, reply, "sessions_max");
}

void Sessions::stop() {
    stopping_ = true;
    for (Session* session : sessions_) session->stop_if_idle();
}

void Sessions::cut_off() {
    stopping_ = true;
    for (Session* session : sessions_) session->cut_off();
}

std::string Sessions::next_id() { return hex(id_prefix_) + hex(ids_++); }

}  // namespace mugaika
