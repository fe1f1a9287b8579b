#include "relay/outbound/pool.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <optional>
#include <utility>

namespace mugaika {
namespace {

namespace asio = boost::asio;
using Next = smtp::ClientSession::Next;

void start(smtp::ClientSession& session, const Transaction& transaction) {
    if (transaction.operation == smtp::ClientOperation::verify) {
        session.start_verify(*transaction.envelope, *transaction.recipient);
    } else {
        session.start_deliver(*transaction.envelope, transaction.content);
    }
}

TransactionAnswer failed(const Transaction& transaction, Failure failure, std::string why) {
    TransactionAnswer answer;
    const Outcome& row = smtp::connection_outcome(transaction.operation, failure);
    answer.result.outcome = &row;
    answer.result.reply = smtp::reply_from(row);
    answer.result.why = std::move(why);
    return answer;
}

// Nothing was asked yet: what went wrong at the door, in the row of what was to be asked.
TransactionAnswer not_opened(const Transaction& transaction, Connection& connection) {
    const smtp::ClientResult& greeting = connection.session().result();
    TransactionAnswer answer = failed(transaction, greeting.outcome->failure, connection.peer() + ": " + greeting.why);
    if (answer.result.outcome->ending == Ending::next_hop_answer) answer.result.reply = greeting.reply;
    answer.result.host_failed = true;
    answer.result.may_repeat = true;
    return answer;
}

TransactionAnswer answer_of(Connection& connection) {
    TransactionAnswer answer{connection.session().result(), connection.peer(), connection.wire().tls_facts()};
    if (answer.result.outcome != nullptr) answer.result.why = connection.peer() + ": " + answer.result.why;
    return answer;
}

// Of answers that all leave the mail with its sender, which one is told: a host that judged the mail knows more than
// one that sent us away, and that one more than one that was not there.
int worth(const TransactionAnswer& answer) noexcept {
    if (!answer.result.host_failed) return 2;
    const Failure failure = answer.result.outcome->failure;
    return failure == Failure::refused_for_now || failure == Failure::not_admitted ? 1 : 0;
}

// Owns the pool because the connection refers to its limits.
asio::awaitable<void> quit(std::shared_ptr<Pool>, std::unique_ptr<Connection> connection,
                           std::chrono::steady_clock::time_point until) {
    connection->session().start_quit();
    co_await connection->run(until);
}

}  // namespace

Pool::Pool(asio::io_context& io, NextHops hops, std::string our_hostname, const NextHopLimits& limits, EventLog& events)
    : io_(io),
      hops_(std::move(hops)),
      hostname_(std::move(our_hostname)),
      limits_(limits),
      events_(events),
      line_(io, std::max<std::size_t>(hops_.connections_max, 1)),
      avoided_until_(hops_.hosts.size()),
      offers_dsn_(hops_.hosts.size()),
      size_max_(hops_.hosts.size()),
      is_down_(hops_.hosts.size()),
      is_admitted_(hops_.hosts.size(), true),
      idle_deadline_(io, [this] { end_long_idle(); }) {}

asio::awaitable<TransactionAnswer> Pool::run(Transaction transaction) {
    const std::shared_ptr<Pool> self = shared_from_this();
    const Clock::time_point place_until = std::min(transaction.until, Clock::now() + limits_.reply_timeout);
    const std::optional<WaitingLine::Place> place = co_await line_.enter(place_until);
    if (!place) co_return failed(transaction, Failure::busy, "no connection free in time");

    Asked asked;
    std::unique_ptr<Connection> pooled = take_idle();
    if (pooled != nullptr) {
        start(pooled->session(), transaction);
        co_await pooled->run(transaction.until);
        TransactionAnswer answer = answer_of(*pooled);
        const std::size_t host = pooled->host();
        const smtp::ClientResult& result = answer.result;
        put_back(std::move(pooled));
        note_admission(host, result);
        if (!result.may_repeat && !result.ask_fresh) co_return answer;
        if (result.host_failed) idle_.clear();  // the others are as old, and likely as dead
        if (!result.host_failed && !result.ask_fresh) asked.host = host;
        asked.answer = std::move(answer);
    }
    TransactionAnswer answer = co_await ask_hosts(transaction, asked);
    co_return answer;
}

asio::awaitable<TransactionAnswer> Pool::ask_hosts(Transaction transaction, Asked asked) {
    if (hops_.tls.mode != TlsMode::none && transaction.tls == nullptr) {
        co_return failed(transaction, Failure::insecure, "what this route wants of TLS was not loaded");
    }
    std::string earlier;  // what went wrong at hosts before, for the log
    if (asked.answer) earlier = asked.answer->result.why + "; ";
    std::optional<TransactionAnswer> best;
    if (asked.host) best = std::move(asked.answer);
    const std::vector<std::size_t> hosts = hosts_in_order();
    for (const std::size_t host : hosts) {
        if (host == asked.host) continue;
        TransactionAnswer answer = co_await ask_host(host, transaction);
        const std::string whole_story = earlier + answer.result.why;
        const bool is_final = !answer.result.may_repeat;
        if (is_final || !best || worth(answer) >= worth(*best)) best = std::move(answer);
        best->result.why = whole_story;
        if (is_final || Clock::now() >= transaction.until) break;
        earlier = whole_story + "; ";
    }
    if (!best) best = failed(transaction, Failure::unavailable, "no next hop");
    co_return std::move(*best);
}

// On a fresh connection, and on a second one where the host wants to be visited again.
asio::awaitable<TransactionAnswer> Pool::ask_host(std::size_t host, Transaction transaction) {
    for (bool again = false;; again = true) {
        std::unique_ptr<Connection> connection = co_await open(host, transaction.tls, transaction.until);
        const bool opened = connection->session().next() == Next::idle;
        if (opened) {
            offers_dsn_[host] = connection->session().offers_dsn();
            size_max_[host] = connection->session().size_max();
            start(connection->session(), transaction);
            co_await connection->run(transaction.until);
        }
        TransactionAnswer answer = opened ? answer_of(*connection) : not_opened(transaction, *connection);
        const smtp::ClientResult& result = answer.result;
        const bool in_time = Clock::now() < transaction.until;  // else the mail was late, which is not the host's fault
        if (in_time) note_health(host, result.host_failed ? Health::down : Health::up, result.why);
        note_admission(host, result);
        put_back(std::move(connection));
        if (again || !result.come_again || !in_time) co_return answer;
    }
}

// An opportunistic handshake that failed leaves a connection of unknown state; the mail goes on a fresh one (RFC 3207
// 4.1), in the clear, and the log says so.
asio::awaitable<std::unique_ptr<Connection>> Pool::open(std::size_t host, std::shared_ptr<const TlsClientContext> tls,
                                                        Clock::time_point until) {
    std::unique_ptr<Connection> connection = connection_to(host, std::move(tls));
    co_await connection->open(until);
    const smtp::ClientResult& greeting = connection->session().result();
    const bool insecure = greeting.outcome != nullptr && greeting.outcome->failure == Failure::insecure;
    const std::optional<TlsFacts> secured = connection->wire().tls_facts();
    if (greeting.outcome == nullptr && secured) events_.write(event::NextHopSecured{connection->peer(), *secured});
    if (!insecure) co_return connection;
    const bool goes_on = hops_.tls.mode == TlsMode::opportunistic;
    events_.write(event::NextHopTlsFailed{connection->peer(), greeting.why, goes_on});
    if (!goes_on) co_return connection;
    connection = connection_to(host, nullptr);
    co_await connection->open(until);
    co_return connection;
}

std::unique_ptr<Connection> Pool::connection_to(std::size_t host, std::shared_ptr<const TlsClientContext> tls) {
    const auto& [name, port] = hops_.hosts[host];
    return std::make_unique<Connection>(io_, hostname_, Peer{name, port, host, hops_.source_address}, limits_,
                                        std::move(tls));
}

// A host that failed is tried last for a while, and again in its place after that: fail-over and fail-back.
void Pool::note_health(std::size_t host, Health health, std::string_view why) {
    const bool down = health == Health::down;
    avoided_until_[host] = down ? Clock::now() + limits_.host_avoided_for : Clock::time_point();
    if (is_down_[host] == down) return;
    is_down_[host] = down;
    const auto& [name, port] = hops_.hosts[host];
    const std::string text = name + ":" + std::to_string(port);
    if (down) {
        events_.write(event::NextHopDown{text, std::string(why)});
    } else {
        events_.write(event::NextHopUp{text});
    }
}

// Said once until the host takes something again: it wants TLS, a login or another address of us, and no sender can
// mend that.
void Pool::note_admission(std::size_t host, const smtp::ClientResult& result) {
    const bool refused = result.outcome != nullptr && result.outcome->failure == Failure::not_admitted;
    if (!refused && result.outcome != nullptr) return;
    const bool was_admitted = is_admitted_[host];
    is_admitted_[host] = !refused;
    if (!refused || !was_admitted) return;
    const auto& [name, port] = hops_.hosts[host];
    events_.write(event::NextHopNotAdmitted{name + ":" + std::to_string(port), result.why});
}

std::size_t Pool::preferred_host() const {
    const std::vector<std::size_t> hosts = hosts_in_order();
    return hosts.empty() ? 0 : hosts.front();
}

std::vector<std::size_t> Pool::hosts_in_order() const {
    std::vector<std::size_t> hosts;
    const Clock::time_point now = Clock::now();
    for (const bool avoided : {false, true}) {
        for (std::size_t host = 0; host < avoided_until_.size(); ++host) {
            if ((avoided_until_[host] > now) == avoided) hosts.push_back(host);
        }
    }
    return hosts;
}

bool Pool::offers_dsn() const {
    const auto greeted = [](const std::optional<bool>& offered) { return offered.has_value(); };
    const auto refused = [](const std::optional<bool>& offered) { return offered == false; };
    return std::any_of(offers_dsn_.begin(), offers_dsn_.end(), greeted) &&
           std::none_of(offers_dsn_.begin(), offers_dsn_.end(), refused);
}

std::uint64_t Pool::size_max() const {
    std::uint64_t least = 0;
    for (const std::uint64_t said : size_max_) {
        if (said != 0 && (least == 0 || said < least)) least = said;
    }
    return least;
}

bool Pool::known_down() const {
    const Clock::time_point now = Clock::now();
    return std::all_of(avoided_until_.begin(), avoided_until_.end(), [now](auto until) { return until > now; });
}

// The one used last, so that what is not needed grows old. Connections to a less preferred host end once a more
// preferred one may be tried again: under steady load they would otherwise be used for ever.
std::unique_ptr<Connection> Pool::take_idle() {
    const std::size_t preferred = preferred_host();
    while (!idle_.empty()) {
        std::unique_ptr<Connection> connection = std::move(idle_.back().connection);
        idle_.pop_back();
        if (connection->host() > preferred) {
            say_goodbye(std::move(connection));
        } else if (connection->is_quiet()) {
            return connection;
        }
    }
    return nullptr;
}

void Pool::put_back(std::unique_ptr<Connection> connection) {
    if (connection->session().next() != Next::idle) return;  // closed already
    connection->count_mail();
    const smtp::ClientSession& session = connection->session();
    // Postfix answers a client slowly after its tenth error, and hangs up after its twentieth.
    const bool worn = session.result().ask_fresh || session.refusals() >= limits_.refusals_per_connection_max;
    if (stopping_ || worn || connection->mails() >= limits_.mails_per_connection_max) {
        return say_goodbye(std::move(connection));
    }
    idle_.push_back({std::move(connection), Clock::now() + limits_.idle_timeout});
    idle_deadline_.set(idle_.front().until);
}

void Pool::say_goodbye(std::unique_ptr<Connection> connection) {
    const Clock::time_point until = Clock::now() + std::min(limits_.reply_timeout, limits_.connect_timeout);
    asio::co_spawn(io_, quit(shared_from_this(), std::move(connection), until), asio::detached);
}

void Pool::end_long_idle() {
    const Clock::time_point now = Clock::now();
    while (!idle_.empty() && idle_.front().until <= now) {
        say_goodbye(std::move(idle_.front().connection));
        idle_.pop_front();
    }
    if (!idle_.empty()) idle_deadline_.set(idle_.front().until);
}

void Pool::stop() {
    stopping_ = true;
    idle_deadline_.clear();
    for (Idle& idle : idle_) say_goodbye(std::move(idle.connection));
    idle_.clear();
}

}  // namespace mugaika
