#include "relay/inbound/sessions.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <exception>
#include <random>
#include <utility>

#include "relay/inbound/session.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

IpAddress ip_address(const asio::ip::address& address) {
    return address.is_v4() ? IpAddress(address.to_v4().to_bytes()) : IpAddress(address.to_v6().to_bytes());
}

// A flood of refusals is a line a minute; health checks are one an hour.
constexpr std::chrono::minutes pause_of_refusals{1};
constexpr std::chrono::hours pause_of_idle_sessions{1};
constexpr std::size_t spool_turns = 2;  // of large mails that are digested and written at a time

std::string hex(std::uint32_t number) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text(8, '0');
    for (auto at = text.rbegin(); at != text.rend(); ++at, number >>= 4) *at = digits[number & 0xf];
    return text;
}

}  // namespace

Sessions::Sessions(asio::io_context& io, asio::thread_pool& spool, Inbound::Settings settings, MailTaker& taker,
                   EventLog& events, TaskLedger& tasks)
    : io_(io),
      spool_(spool),
      taker_(taker),
      events_(events),
      tasks_(tasks),
      ledger_(settings.clients),
      refused_lines_(pause_of_refusals, settings.clients.remembered_max),
      idle_lines_(pause_of_idle_sessions, settings.clients.remembered_max),
      memory_(std::make_shared<MemoryPurse>(settings.limits.memory_bytes_together_max)),
      id_prefix_(std::random_device()()),
      turns_(io, spool_turns) {
    use(std::move(settings));
}

void Sessions::use(Inbound::Settings settings) {
    ledger_.use(settings.clients);
    memory_->use(settings.limits.memory_bytes_together_max);
    access_.clear();
    for (const Inbound::Listener& listener : settings.listen) {
        access_.emplace(ListenAddress(listener.address, listener.port),
                        std::make_shared<const ClientAccess>(listener.access));
    }
    settings_ = std::make_shared<const Inbound::Settings>(std::move(settings));
}

void Sessions::serve(tcp::socket socket, const ListenAddress& listener) {
    const auto known = access_.find(listener);
    if (known == access_.end()) return;  // its listener went in this moment
    std::shared_ptr<const ClientAccess> access = known->second;
    error_code error;
    const tcp::endpoint peer = socket.remote_endpoint(error);
    if (error) return;  // gone already
    const IpAddress client = ip_address(peer.address());
    ClientLedger::Seat seat;
    std::optional<Refusal> refusal;
    if (sessions_.size() >= settings_->limits.sessions_max) {
        refusal = Refusal{&outcome<Stage::connect, Failure::limit>(), "sessions_max"};
    } else if (!any_contains(access->proxy_protocol_from, client)) {
        refusal = arrive(client, *access, seat);
    }
    if (refusal) return refuse(std::move(socket), client, *refusal);
    socket.set_option(tcp::no_delay(true), error);
    auto arrival = std::make_shared<Arrival>(Arrival{std::move(socket), client, std::move(seat), std::move(access)});
    asio::co_spawn(io_, run(shared_from_this(), std::move(arrival)), asio::detached);
}

std::optional<Refusal> Sessions::arrive(const IpAddress& client, const ClientAccess& access, ClientLedger::Seat& seat) {
    if (!access.allows(client)) return Refusal{&outcome<Stage::connect, Failure::refused>(), "allow"};
    return this->seat(client, access, seat);
}

std::optional<Refusal> Sessions::seat(const IpAddress& client, const ClientAccess& access, ClientLedger::Seat& seat) {
    seat = {};
    if (access.denies(client)) return Refusal{&outcome<Stage::connect, Failure::refused>(), "deny"};
    if (any_contains(access.xclient_from, client)) return std::nullopt;
    constexpr const Outcome& too_often = outcome<Stage::connect, Failure::too_often>();
    if (!ledger_.may_connect(client, std::chrono::steady_clock::now())) {
        return Refusal{&too_often, "connections_per_minute_per_address"};
    }
    seat = ledger_.connect(client);
    if (seat) return std::nullopt;
    return Refusal{&too_often, "connections_per_address_max"};
}

// The root of a session and its only catch: one session dies, not the server.
asio::awaitable<void> Sessions::run(std::shared_ptr<Sessions> shared, std::shared_ptr<Arrival> arrival) {
    Session session(*shared, *arrival);
    arrival.reset();
    std::string fault;
    try {
        co_await session.run();
        session.drop_mail();
    } catch (...) {
        fault = words_of(std::current_exception());
        shared->tasks_.note("session", fault);
    }
    session.close(!fault.empty());
    shared->say_ended(session, fault);
}

void Sessions::say_ended(Session& session, const std::string& fault) {
    if (fault.empty() && session.did_nothing()) {
        ++idle_;
        const std::uint64_t times = idle_lines_.add({session.address(), nullptr, {}}, std::chrono::steady_clock::now());
        if (times > 0) events_.write(event::SessionIdle{session.client(), times});
        return;
    }
    session.say_opened();
    const std::string why = fault.empty() ? session.why_ended() : "local error: " + fault;
    events_.write(event::SessionClosed{session.id(), session.client(), session.mails(), why});
}

void Sessions::refuse(tcp::socket socket, const IpAddress& client, const Refusal& refusal) {
    const smtp::Reply reply = smtp::reply_from(*refusal.row);
    error_code ignored;  // best effort: nobody waits for a client that is not wanted
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(reply.line()), ignored);
    say_refused(client, refusal);
}

void Sessions::say_refused(const IpAddress& client, const Refusal& refusal) {
    const auto now = std::chrono::steady_clock::now();
    const std::uint64_t times = refused_lines_.add({client, refusal.row, refusal.why}, now);
    if (times == 0) return;
    events_.write(
        event::SessionRefused{client.text(), smtp::reply_from(*refusal.row), std::string(refusal.why), times});
}

void Sessions::say_refused(const std::vector<SummedLines::Sum>& sums) {
    for (const auto& [name, times] : sums) {
        events_.write(
            event::SessionRefused{name.client.text(), smtp::reply_from(*name.row), std::string(name.why), times});
    }
}

void Sessions::say_idle(const std::vector<SummedLines::Sum>& sums) {
    for (const auto& [name, times] : sums) events_.write(event::SessionIdle{name.client.text(), times});
}

asio::awaitable<Rounds> Sessions::say_sums() {
    const auto now = std::chrono::steady_clock::now();
    say_refused(refused_lines_.due(now));
    say_idle(idle_lines_.due(now));
    co_return Rounds::go_on;
}

void Sessions::stop() {
    stopping_ = true;
    say_refused(refused_lines_.rest());
    say_idle(idle_lines_.rest());
    for (Session* session : sessions_) session->stop_if_idle();
}

void Sessions::cut_off() {
    stopping_ = true;
    for (Session* session : sessions_) session->cut_off();
}

std::string Sessions::next_id() { return hex(id_prefix_) + hex(ids_++); }

}  // namespace mugaika
