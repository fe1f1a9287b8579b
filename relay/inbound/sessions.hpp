// The client connections of one Inbound: who is let in, and what all of them share.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "policy/matrix.hpp"
#include "relay/async/keep_running.hpp"
#include "relay/async/waiting_line.hpp"
#include "relay/inbound/client_ledger.hpp"
#include "relay/inbound/inbound.hpp"
#include "relay/inbound/passed_sockets.hpp"
#include "relay/inbound/summed_lines.hpp"

namespace mugaika {

class Session;

// Why a client is not served: the row that answers it, and for the event the limit or list that says so.
struct Refusal {
    const Outcome* row;
    std::string_view why;
};

// For the thread of its io_context only. Taker and log must outlive it and every session.
class Sessions : public std::enable_shared_from_this<Sessions> {
public:
    Sessions(boost::asio::io_context&, boost::asio::thread_pool& spool, Inbound::Settings, MailTaker&, EventLog&,
             TaskLedger&);

    // A new connection; whom the listener's access or a limit does not let in is refused.
    void serve(boost::asio::ip::tcp::socket, const ListenAddress& listener);
    void use(Inbound::Settings);  // for sessions from now on
    void stop();                  // idle sessions end now, the others after their mail
    void cut_off();               // every session ends now
    std::size_t count() const noexcept { return sessions_.size(); }
    std::uint64_t idle() const noexcept { return idle_; }  // Inbound::idle_sessions
    boost::asio::awaitable<Rounds> say_sums();             // what SummedLines has due, to the log

private:
    friend class Session;
    // What is known of a connection before its session begins. One noun, so that a coroutine takes it by one name.
    struct Arrival {
        boost::asio::ip::tcp::socket socket;
        IpAddress client;
        ClientLedger::Seat seat;  // none: a trusted hop, which is not counted
        std::shared_ptr<const ClientAccess> access;
    };
    static boost::asio::awaitable<void> run(std::shared_ptr<Sessions>, std::shared_ptr<Arrival>);
    // Nothing, or why it is not served. `arrive` is for who connects, `seat` for whom a trusted hop names, whom `allow`
    // does not concern: both set the client's seat, which a trusted hop itself does not need.
    std::optional<Refusal> arrive(const IpAddress& client, const ClientAccess&, ClientLedger::Seat&);
    std::optional<Refusal> seat(const IpAddress& client, const ClientAccess&, ClientLedger::Seat&);
    void refuse(boost::asio::ip::tcp::socket, const IpAddress& client, const Refusal&);
    void say_refused(const IpAddress& client, const Refusal&);
    void say_ended(Session&, const std::string& fault);
    void say_refused(const std::vector<SummedLines::Sum>&);
    void say_idle(const std::vector<SummedLines::Sum>&);
    std::string next_id();

    boost::asio::io_context& io_;
    boost::asio::thread_pool& spool_;
    std::shared_ptr<const Inbound::Settings> settings_;  // shared with the sessions that began under it
    std::map<ListenAddress, std::shared_ptr<const ClientAccess>> access_;
    MailTaker& taker_;
    EventLog& events_;
    TaskLedger& tasks_;
    ClientLedger ledger_;
    SummedLines refused_lines_;
    SummedLines idle_lines_;
    std::uint64_t idle_ = 0;
    std::shared_ptr<MemoryPurse> memory_;  // shared with the mails that come in and are under way
    const std::uint32_t id_prefix_;        // random, so that ids differ from one run of the relay to the next
    std::uint32_t ids_ = 0;
    bool stopping_ = false;
    WaitingLine turns_;                      // of mails that have outgrown memory
    std::unordered_set<Session*> sessions_;  // each is in it from its constructor to its destructor
    // One for all: nobody else runs between a read and ServerSession::receive(), which copies.
    std::array<char, 64u << 10> read_buffer_;
};

}  // namespace mugaika
