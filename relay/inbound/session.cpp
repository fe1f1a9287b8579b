#include "relay/inbound/session.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <utility>

#include "policy/matrix.hpp"
#include "policy/reason.hpp"
#include "relay/async/disk.hpp"
#include "relay/log/address_texts.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Clock = Deadline::Clock;
using boost::system::error_code;

constexpr std::string_view disconnected = "disconnected";

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

// Printable ASCII always fits.
PlainLine plain(std::string helo) { return PlainLine::from(std::move(helo)).value(); }

}  // namespace

Session::Session(Sessions& shared, Sessions::Arrival& arrival)
    : shared_(shared),
      id_(shared.next_id()),
      access_(std::move(arrival.access)),
      address_(arrival.client),
      client_(address_.text()),
      seat_(std::move(arrival.seat)),
      settings_(shared.settings_),
      wire_(std::move(arrival.socket)),
      protocol_(settings_->hostname, settings_->postmaster, settings_->limits),
      deadline_(shared.io_, [this] { cancel(); }),
      patience_(limits(), client_limits(), Clock::now()) {
    error_code error;
    wire_.socket().non_blocking(true, error);  // read_available() reads what is there and never waits
    if (error) lost_ = disconnected;
    if (settings_->tls && settings_->tls->is_offered()) protocol_.offer_tls();
    shared_.sessions_.insert(this);
}

Session::~Session() { shared_.sessions_.erase(this); }

void Session::stop_if_idle() {
    if (waiting_ && !protocol_.in_transaction()) cancel();
}

void Session::cancel() noexcept {
    error_code ignored;
    wire_.socket().cancel(ignored);
}

asio::awaitable<void> Session::run() {
    using Next = smtp::ServerSession::Next;
    if (any_contains(access_->proxy_protocol_from, address_)) {
        const bool named = co_await read_proxy_header();
        if (!named) co_return;
    }
    hop_is_trusted_ = any_contains(access_->xclient_from, address_);
    if (hop_is_trusted_) protocol_.trust_hop();
    co_await hold_greeting();
    if (!read_available()) co_return;  // AC-021: who speaks before the greeting is noticed
    for (bool open = true; open;) {
        const Next next = protocol_.next();
        if (protocol_.engaged()) say_opened();
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
            case Next::append_data: {
                co_await append();
                break;
            }
            case Next::drop_data:
                drop_mail();
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
            case Next::name_client:
                name_client();
                break;
            case Next::close:
                open = false;
                break;
        }
    }
}

// What comes is at most one read more than a header may have.
asio::awaitable<bool> Session::read_proxy_header() {
    std::string bytes;
    ProxyHeader header;
    bool gone = false;
    deadline_.set(Clock::now() + client_limits().proxy_header_timeout);
    waiting_ = true;
    while (!gone && header.state == ProxyHeader::State::incomplete) {
        error_code error = co_await wire_.wait_readable();
        const std::size_t came = error ? 0 : wire_.read_some(asio::buffer(shared_.read_buffer_), error);
        gone = error && error != asio::error::would_block;
        bytes.append(shared_.read_buffer_.data(), came);
        header = mugaika::read_proxy_header(bytes);
    }
    waiting_ = false;
    const bool late = deadline_.passed();
    deadline_.clear();
    if (gone && !late && !shared_.stopping_) {
        lost_ = disconnected;
        co_return false;
    }
    take_proxy_header(header, bytes);
    co_return true;
}

void Session::take_proxy_header(const ProxyHeader& header, std::string_view bytes) {
    switch (header.state) {
        case ProxyHeader::State::incomplete:
            if (shared_.stopping_) return protocol_.end(outcome<Stage::command, Failure::stopping>());
            return refuse({&outcome<Stage::connect, Failure::timeout>(), "proxy_protocol_from"});
        case ProxyHeader::State::malformed:
            return refuse({&outcome<Stage::connect, Failure::malformed>(), "proxy_protocol_from"});
        case ProxyHeader::State::complete:
            break;
    }
    if (header.client) become(*header.client, {}, "PROXY");
    const auto refusal = header.client ? shared_.arrive(address_, *access_, seat_) : std::nullopt;
    if (refusal) return refuse(*refusal);
    // Words of a client that did not wait for the greeting, which is noticed there.
    if (bytes.size() > header.bytes) protocol_.receive(bytes.substr(header.bytes));
}

void Session::refuse(const Refusal& refusal) {
    say_opened();
    shared_.say_refused(address_, refusal);
    protocol_.end(*refusal.row);
}

// From here on this is the client: for limits, events and Received.
void Session::become(const IpAddress& client, const smtp::ClientAttributes& said, std::string_view through) {
    say_opened();
    shared_.events_.write(event::SessionClientNamed{id_, client_, client.text(), said.name.value_or(""),
                                                    said.helo.value_or(""), std::string(through)});
    address_ = client;
    client_ = address_.text();
}

void Session::name_client() {
    const smtp::ClientAttributes& said = protocol_.named();
    become(said.address.value_or(address_), said, "XCLIENT");
    protocol_.client_named();
    const auto refusal = said.address ? shared_.seat(address_, *access_, seat_) : std::nullopt;
    if (refusal) refuse(*refusal);
}

// Whoever speaks ends the wait, and gets what he deserves. Trusted hops do not wait.
asio::awaitable<void> Session::hold_greeting() {
    if (client_limits().greeting_delay == std::chrono::seconds(0) || !seat_) co_return;
    deadline_.set(Clock::now() + client_limits().greeting_delay);
    waiting_ = true;
    const error_code ended = co_await wire_.wait_readable();
    waiting_ = false;
    deadline_.clear();
    if (ended && ended != asio::error::operation_aborted) lost_ = disconnected;
}

// A session of many refusals waits for each further one: guessing names (AC-041) becomes slow, for the price of a
// timer.
asio::awaitable<void> Session::hold_answer() {
    const bool refused = std::exchange(errors_seen_, protocol_.errors()) != protocol_.errors();
    if (!refused || errors_seen_ <= limits().errors_max / 2) co_return;
    asio::steady_timer pause(shared_.io_, client_limits().error_delay);
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<bool> Session::send() {
    turn_.reset();  // whoever is slow to listen, or made to wait, keeps nobody else from his
    co_await hold_answer();
    const std::array<std::string_view, 2> bytes = {protocol_.bytes(), {}};
    deadline_.set(Clock::now() + limits().command_timeout);
    const error_code error = co_await wire_.write(bytes);
    if (error) lost_ = deadline_.passed() ? "timeout of writing" : disconnected;
    deadline_.clear();
    if (protocol_.reading_data()) content_began_ = Clock::now();  // the last answer was 354 (AC-022)
    co_return !error;
}

// Waits until there is something to read and only then takes a buffer: an idle session costs its object and no more.
asio::awaitable<bool> Session::receive() {
    turn_.reset();
    if (cut_off_ || (shared_.stopping_ && !protocol_.in_transaction())) {
        protocol_.end(outcome<Stage::command, Failure::stopping>());
        co_return true;
    }
    const Clock::time_point deadline = patience_.deadline(protocol_, Clock::now());
    deadline_.set(deadline);
    waiting_ = true;
    const error_code error = co_await wire_.wait_readable();
    waiting_ = false;
    deadline_.clear();
    // Not passed(): a client that always has something to say leaves the timer no turn.
    if (Clock::now() >= deadline) {
        protocol_.end(protocol_.reading_data() ? outcome<Stage::data, Failure::timeout>()
                                               : outcome<Stage::command, Failure::timeout>());
        co_return true;
    }
    if (error == asio::error::operation_aborted) co_return true;  // stop(): the next round sees it
    co_await await_turn();
    co_return read_available();
}

// Mails that have outgrown memory have much to digest and write, and a disk under load makes a writer wait: a few of
// them go on at a time, away from the network thread, so that everybody who has little to say is answered (AC-257).
// A turn is taken before the bytes are read: who waits for it holds none.
asio::awaitable<void> Session::await_turn() {
    if (!mail_ || !mail_->is_in_file()) co_return;
    std::optional<WaitingLine::Place> turn = co_await shared_.turns_.enter(Clock::time_point::max());
    if (turn) turn_.emplace(std::move(*turn));
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
        shared_.events_.write(event::SessionSecured{id_, client_, wire_.tls_facts().value()});
        protocol_.secured();
        co_return true;
    }
    lost_ = late ? "timeout of the TLS handshake" : "TLS handshake failed";
    const std::string why = late ? "timeout" : wire_.why_not_secured(error);
    shared_.events_.write(event::SessionTlsFailed{id_, client_, why});
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
        lost_ = disconnected;
        return false;
    }
    // Asked until the client has said EHLO, not with every read: it looks at every route.
    if (protocol_.helo().empty()) protocol_.offer_dsn(shared_.taker_.offers_dsn());
    patience_.received(bytes);
    protocol_.receive({shared_.read_buffer_.data(), bytes});
    return true;
}

asio::awaitable<void> Session::verify() {
    if (std::exchange(config_of_, protocol_.transactions()) != protocol_.transactions()) {
        config_ = shared_.taker_.config();
        times_ = {};
    }
    if (!may_mail()) {
        refuse_recipient("mails_per_minute_per_address");
        co_return;
    }
    const smtp::Envelope& so_far = protocol_.envelope();
    const MailAddress& recipient = protocol_.recipient();
    const std::string_view session = id_;
    std::shared_ptr<const Config> config = config_;
    const Clock::time_point asked = Clock::now();
    const smtp::Reply reply = co_await shared_.taker_.verify(std::move(config), so_far, recipient, session);
    times_.end(Stage::recipient, asked);
    // After the question, so that only domains of ours are counted, and only who is there.
    if (reply.positive() && !shared_.ledger_.may_receive(recipient.domain(), Clock::now())) {
        refuse_recipient("recipients_per_minute_per_domain");
        co_return;
    }
    protocol_.answer(reply);
}

// A mail is counted when it first names a recipient. A trusted hop is not counted.
bool Session::may_mail() {
    if (!seat_ || counted_transaction_ == protocol_.transactions()) return true;
    if (!shared_.ledger_.may_mail(address_, Clock::now())) return false;
    counted_transaction_ = protocol_.transactions();
    return true;
}

void Session::refuse_recipient(std::string_view why) {
    const smtp::Reply reply = smtp::reply_from(outcome<Stage::recipient, Failure::too_often>());
    shared_.events_.write(event::RecipientRefused{tag(), protocol_.envelope().sender_text(),
                                                  protocol_.recipient().text(), reply, std::string(why)});
    protocol_.answer(reply);
}

RawMailWriter Session::new_mail() const {
    return RawMailWriter({settings_->spool_dir, limits().memory_bytes_max, settings_->disk_free_min, shared_.memory_});
}

// What is in memory stays here. The piece that makes the file is written here too: one for each mail.
asio::awaitable<void> Session::append() {
    if (!mail_) mail_.emplace(new_mail());
    Result<void> appended;
    if (mail_->is_in_file()) {
        auto write = [this] { return mail_->append(protocol_.bytes()); };
        Result<void> written = co_await on_disk(shared_.spool_, std::move(write));
        appended = std::move(written);
    } else {
        appended = mail_->append(protocol_.bytes());
    }
    if (appended) co_return;
    spool_words_ = appended.error().words();
    drop_mail();
    protocol_.spool_failed(spool_outcome(appended.error()));
}

// To give the blocks of a large file back takes the file system its time.
void Session::drop_mail() {
    if (mail_ && mail_->is_in_file()) asio::post(shared_.spool_, [dropped = std::move(*mail_)] {});
    mail_.reset();
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
    turn_.reset();
    Result<RawMail> raw = std::move(writer).finish();
    times_.end(Stage::data, content_began_);
    if (!raw) {
        const Outcome& row = spool_outcome(raw.error());
        const smtp::Reply reply = smtp::reply_from(row);
        shared_.events_.write(deferred(row, reply, raw.error().words()));
        protocol_.answer(reply);
        return std::nullopt;
    }
    const std::string_view protocol = protocol_.protocol();
    ReceivedMail received(protocol_.take_envelope(), std::move(*raw));
    received.session = id_;
    received.client_address = client_;
    received.client_helo = plain(protocol_.named().helo.value_or(protocol_.helo()));
    received.protocol = protocol;
    received.tls = wire_.tls_facts();
    received.from_trusted_hop = hop_is_trusted_;
    note_forwarded(received);
    received.received_at = std::chrono::system_clock::now();
    received.config = std::move(config_);
    received.times = times_;
    return received;
}

// XFORWARD speaks of this mail only, and limits nobody: it goes to the log and to Received.
void Session::note_forwarded(ReceivedMail& received) {
    const smtp::ClientAttributes& said = protocol_.forwarded();
    if (said.address_said) received.client_address = said.address ? said.address->text() : std::string();
    if (said.helo) received.client_helo = plain(*said.helo);
    if (!said.protocol.value_or("").empty()) received.protocol = *said.protocol;
    if (!said.address_said && !said.name && !said.helo) return;
    shared_.events_.write(event::SessionClientNamed{id_, client_, received.client_address, said.name.value_or(""),
                                                    received.client_helo.str(), "XFORWARD"});
}

event::MessageDeferred Session::deferred(const Outcome& row, const smtp::Reply& reply, std::string why) const {
    const smtp::Envelope& envelope = protocol_.envelope();
    return {tag(),
            envelope.sender_text(),
            address_texts(envelope.recipients),
            row.stage,
            row.failure,
            reply,
            std::move(why),
            times_};
}

void Session::log_refused_mail() {
    times_.end(Stage::data, content_began_);
    const Outcome& row = protocol_.refused_by();
    const smtp::Reply reply = smtp::reply_from(row);
    if (row.stage == Stage::spool) {
        shared_.events_.write(deferred(row, reply, spool_words_));
    } else {
        const smtp::Envelope& envelope = protocol_.envelope();
        shared_.events_.write(event::MessageRefused{tag(), envelope.sender_text(), address_texts(envelope.recipients),
                                                    reason_of(row), reply, times_});
    }
}

bool Session::did_nothing() const noexcept {
    const bool went_by_itself = protocol_.ended_by() == nullptr && (lost_.empty() || lost_ == disconnected);
    return went_by_itself && !opened_said_ && !protocol_.engaged();
}

void Session::say_opened() {
    if (!std::exchange(opened_said_, true)) shared_.events_.write(event::SessionOpened{id_, client_});
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

}  // namespace mugaika
