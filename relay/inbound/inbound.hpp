// The internet side: listeners and SMTP server sessions on Asio. Moves bytes only; the protocol is relay/smtp's. Knows
// RawMail, never SanitizedMail.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/client_access.hpp"
#include "policy/client_limits.hpp"
#include "policy/limits.hpp"
#include "policy/result.hpp"
#include "policy/tls_facts.hpp"
#include "relay/async/task_ledger.hpp"
#include "relay/log/event_log.hpp"
#include "relay/smtp/envelope.hpp"
#include "relay/smtp/reply.hpp"
#include "relay/tls/server_context.hpp"
#include "sanitizer/mail/file_descriptor.hpp"
#include "sanitizer/mail/plain_text.hpp"
#include "sanitizer/mail/raw_mail.hpp"

namespace mugaika {

struct Config;  // only handed on here: what it says is the taker's business

// A mail that was read to its real end.
struct ReceivedMail {
    ReceivedMail(smtp::Envelope e, RawMail r) : envelope(std::move(e)), raw(std::move(r)) {}
    smtp::Envelope envelope;
    RawMail raw;
    std::string session;
    std::string client_address;
    PlainLine client_helo;
    std::string protocol;           // "SMTP", "ESMTP", "UTF8SMTP", the last two with "S" behind it after STARTTLS
    std::optional<TlsFacts> tls;    // of the connection it came through
    bool from_trusted_hop = false;  // connected from ClientAccess::xclient_from
    std::shared_ptr<const Config> config;  // that of MailTaker when the mail began
    std::chrono::system_clock::time_point received_at;
    StageTimes times;  // so far
};

// What inbound asks of the rest of the relay. Implemented by MailFlow, which keeps the deadlines of its own work
// (NextHopLimits::transaction_timeout, SmtpLimits::mail_deadline): a session waits for as long as it takes. A client
// that goes away meanwhile is noticed when it is answered.
class MailTaker {
public:
    virtual ~MailTaker() = default;
    // What a mail that begins now keeps to its end, whatever is reloaded meanwhile.
    virtual std::shared_ptr<const Config> config() const = 0;
    // EHLO: may the client ask for delivery reports (RFC 3461)? Only when every route's next hop takes such wishes.
    virtual bool offers_dsn() const = 0;
    // RCPT: may this recipient be added to `so_far`? 250, or the answer to give. Never throws.
    virtual boost::asio::awaitable<smtp::Reply> verify(std::shared_ptr<const Config>, const smtp::Envelope& so_far,
                                                       const MailAddress& recipient, std::string_view session) = 0;
    // The end of data: deliver or hold durably, then answer. 250 is a promise kept already. Never throws.
    virtual boost::asio::awaitable<smtp::Reply> take(ReceivedMail) = 0;
};

class Inbound {
public:
    struct Listener {
        std::string address;
        std::uint16_t port = 0;  // 0: any; see ports()
        ClientAccess access = {};
    };
    struct Settings {
        std::string hostname;
        MailAddress postmaster;  // who gets mail for <Postmaster>
        std::vector<Listener> listen;
        std::string spool_dir;  // for unlinked temporary files
        SmtpLimits limits;
        std::shared_ptr<const TlsServerContext> tls = nullptr;  // none: STARTTLS is not offered
        ClientLimits clients = {};
        std::uint64_t disk_free_min = 0;  // SpoolRoom::disk_free_min
    };
    // Listeners are tasks of the ledger, faults of sessions are noted in it. On `spool` the temporary files of large
    // mails are written; it is joined before the io_context goes.
    Inbound(boost::asio::io_context&, boost::asio::thread_pool& spool, Settings, MailTaker&, EventLog&, TaskLedger&);
    ~Inbound();

    // Binds and listens; Fault::unavailable says which address and why. `passed`: sockets that listen already, each on
    // an address of Settings::listen (else Fault::configuration).
    Result<void> start(std::vector<FileDescriptor> passed = {});
    // New sessions follow these settings, running ones keep theirs. Addresses that stand in both stay open without a
    // gap; when a new one cannot be opened, or one that was passed would go, nothing changes.
    Result<void> reload(Settings);
    std::vector<std::uint16_t> ports() const;  // as bound, in the order of Settings::listen
    void stop();                               // no new sessions; idle ones get 421, running mails finish
    void cut_off();                            // all sessions get 421 now and end, whatever they were doing
    std::size_t sessions() const noexcept;
    std::uint64_t idle_sessions() const noexcept;  // that ended without a word that matters; since the start

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mugaika
