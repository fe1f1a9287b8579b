// The connections to one list of next hops. A transaction takes an idle connection or opens one, host by host in order
// of preference. What failed before any content was sent, or was refused for now, is asked again of the next candidate,
// each at most once: a pooled connection that turns out dead or worn is so replaced by a fresh one. What may have been
// taken, though no answer came, is not (AC-245).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "relay/async/deadline.hpp"
#include "relay/async/waiting_line.hpp"
#include "relay/outbound/connection.hpp"
#include "relay/outbound/outbound.hpp"
#include "relay/smtp/client_session.hpp"

namespace mugaika {

// What is to be asked of a next hop. Everything pointed to outlives the transaction.
struct Transaction {
    smtp::ClientOperation operation = smtp::ClientOperation::verify;
    const smtp::Envelope* envelope = nullptr;
    const MailAddress* recipient = nullptr;                 // verify
    std::chrono::steady_clock::time_point until{};          // its deadline
    std::string_view content;                               // deliver
    std::shared_ptr<const TlsClientContext> tls = nullptr;  // for connections that are opened for it
};

struct TransactionAnswer {
    smtp::ClientResult result;
    std::string next_hop;         // that answered, "" when none did
    std::optional<TlsFacts> tls;  // with it
};

// Lives in a shared_ptr: shared by Outbound and by running transactions and goodbyes, which may end after it.
class Pool : public std::enable_shared_from_this<Pool> {
public:
    Pool(boost::asio::io_context&, NextHops, std::string our_hostname, const NextHopLimits&, EventLog&);

    boost::asio::awaitable<TransactionAnswer> run(Transaction);
    bool offers_dsn() const;         // every host that was greeted so far did, and one was
    std::uint64_t size_max() const;  // the least that a host greeted so far has said; 0: none did
    bool known_down() const;         // every host failed lately, and none answered since
    void stop();                     // QUIT on idle connections now, on busy ones when they are done

private:
    using Clock = std::chrono::steady_clock;
    struct Idle {
        std::unique_ptr<Connection> connection;
        Clock::time_point until;
    };

    // What a pooled connection answered, when others are to be asked after it.
    struct Asked {
        std::optional<TransactionAnswer> answer;
        std::optional<std::size_t> host;  // not to be asked again
    };
    boost::asio::awaitable<TransactionAnswer> ask_hosts(Transaction, Asked);
    boost::asio::awaitable<TransactionAnswer> ask_host(std::size_t host, Transaction);
    boost::asio::awaitable<std::unique_ptr<Connection>> open(std::size_t host, std::shared_ptr<const TlsClientContext>,
                                                             Clock::time_point until);
    std::unique_ptr<Connection> connection_to(std::size_t host, std::shared_ptr<const TlsClientContext>);
    enum class Health { up, down };
    void note_health(std::size_t host, Health, std::string_view why);
    void note_admission(std::size_t host, const smtp::ClientResult&);
    std::vector<std::size_t> hosts_in_order() const;
    std::size_t preferred_host() const;
    std::unique_ptr<Connection> take_idle();
    void put_back(std::unique_ptr<Connection>);
    void say_goodbye(std::unique_ptr<Connection>);
    void end_long_idle();

    boost::asio::io_context& io_;
    NextHops hops_;
    std::string hostname_;
    NextHopLimits limits_;
    EventLog& events_;
    WaitingLine line_;
    std::vector<Clock::time_point> avoided_until_;  // by host
    std::vector<std::optional<bool>> offers_dsn_;   // by host; nothing: not greeted yet
    std::vector<std::uint64_t> size_max_;           // by host; 0: none said, or not greeted yet
    std::vector<bool> is_down_;                     // by host; for the log: what was said last
    std::vector<bool> is_admitted_;                 // by host; for the log: what was said last
    std::deque<Idle> idle_;                         // the longest idle first
    bool stopping_ = false;
    Deadline idle_deadline_;
};

}  // namespace mugaika
