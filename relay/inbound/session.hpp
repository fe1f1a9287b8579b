// One client connection: a coroutine that moves bytes between its socket and a ServerSession, keeps the deadlines and
// collects the mail; it never looks at what the bytes mean. Lives in Sessions::run(), and ends with it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "policy/client_access.hpp"
#include "policy/ip_address.hpp"
#include "relay/async/deadline.hpp"
#include "relay/async/waiting_line.hpp"
#include "relay/inbound/client_ledger.hpp"
#include "relay/inbound/inbound.hpp"
#include "relay/inbound/patience.hpp"
#include "relay/inbound/proxy_header.hpp"
#include "relay/inbound/sessions.hpp"
#include "relay/smtp/client_attributes.hpp"
#include "relay/smtp/server_session.hpp"
#include "relay/tls/wire.hpp"

namespace mugaika {

class Session {
public:
    Session(Sessions&, Sessions::Arrival&);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    boost::asio::awaitable<void> run();
    void stop_if_idle();
    void cut_off();
    void close(bool after_fault) noexcept;
    void drop_mail();  // what came of a mail that will not be taken

    const std::string& id() const noexcept { return id_; }
    const std::string& client() const noexcept { return client_; }
    const IpAddress& address() const noexcept { return address_; }
    std::uint32_t mails() const noexcept { return protocol_.mails(); }
    std::string why_ended() const;
    // As health checks do: it came, said nothing that matters and went by itself. Sessions log those together.
    bool did_nothing() const noexcept;
    void say_opened();  // once; before any other event of this session

private:
    // False: the connection is of no use any more, lost_ says why.
    boost::asio::awaitable<bool> read_proxy_header();
    void take_proxy_header(const ProxyHeader&, std::string_view bytes);
    void refuse(const Refusal&);
    void become(const IpAddress& client, const smtp::ClientAttributes&, std::string_view through);
    void name_client();
    boost::asio::awaitable<void> hold_greeting();
    boost::asio::awaitable<void> hold_answer();
    boost::asio::awaitable<bool> send();
    boost::asio::awaitable<bool> receive();
    boost::asio::awaitable<bool> start_tls();
    boost::asio::awaitable<void> await_turn();
    bool read_available();
    boost::asio::awaitable<void> verify();
    bool may_mail();
    void refuse_recipient(std::string_view why);
    boost::asio::awaitable<void> take();
    std::optional<ReceivedMail> finish_mail();
    void note_forwarded(ReceivedMail&);
    boost::asio::awaitable<void> append();
    event::MessageDeferred deferred(const Outcome&, const smtp::Reply&, std::string why) const;
    void log_refused_mail();

    RawMailWriter new_mail() const;
    const SmtpLimits& limits() const noexcept { return settings_->limits; }
    const ClientLimits& client_limits() const noexcept { return settings_->clients; }
    MailTag tag() const { return {"", id_, ""}; }
    void cancel() noexcept;

    Sessions& shared_;
    const std::string id_;
    const std::shared_ptr<const ClientAccess> access_;
    IpAddress address_;
    std::string client_;  // the same as text
    ClientLedger::Seat seat_;
    const std::shared_ptr<const Inbound::Settings> settings_;
    Wire wire_;
    smtp::ServerSession protocol_;
    Deadline deadline_;
    Patience patience_;
    bool hop_is_trusted_ = false;  // whoever it names as its client
    bool waiting_ = false;         // for bytes of the client
    bool cut_off_ = false;
    bool opened_said_ = false;
    std::string_view lost_;
    std::optional<RawMailWriter> mail_;
    std::optional<WaitingLine::Place> turn_;  // of a mail that has outgrown memory, from reading to written
    std::string spool_words_;                 // what went wrong with mail_

    std::shared_ptr<const Config> config_;  // of the mail under way
    StageTimes times_;                      // of it
    StageTimes::Clock::time_point content_began_;
    std::uint64_t config_of_ = 0;            // its number
    std::uint64_t counted_transaction_ = 0;  // for mails_per_minute_per_address
    std::size_t errors_seen_ = 0;
};

}  // namespace mugaika
