// The internet side: listeners and SMTP server sessions on Asio. Moves bytes only; the protocol is relay/smtp's. Knows
// RawMail, never SanitizedMail.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "policy/limits.hpp"
#include "policy/result.hpp"
#include "relay/log/events.hpp"
#include "relay/smtp/envelope.hpp"
#include "relay/smtp/reply.hpp"
#include "relay/tls/server_context.hpp"
#include "sanitizer/mail/plain_text.hpp"
#include "sanitizer/mail/raw_mail.hpp"

namespace mugaika {

// A mail that was read to its real end.
struct ReceivedMail {
    ReceivedMail(smtp::Envelope e, RawMail r) : envelope(std::move(e)), raw(std::move(r)) {}
    smtp::Envelope envelope;
    RawMail raw;
    std::string session;
    std::string client_address;
    PlainLine client_helo;
    std::string protocol;  // "SMTP", "ESMTP", "UTF8SMTP", the last two with "S" behind it after STARTTLS
    std::chrono::system_clock::time_point received_at;
};

// What inbound asks of the rest of the relay. Implemented by MailFlow, which keeps the deadlines of its own work
// (NextHopLimits::transaction_timeout, SmtpLimits::mail_deadline): a session waits for as long as it takes. A client
// that goes away meanwhile is noticed when it is answered.
class MailTaker {
public:
    virtual ~MailTaker() = default;
    // RCPT: may this recipient be added to `so_far`? 250, or the answer to give. Never throws.
    virtual boost::asio::awaitable<smtp::Reply> verify(const smtp::Envelope& so_far, const MailAddress& recipient,
                                                       std::string_view session) = 0;
    // The end of data: deliver or hold durably, then answer. 250 is a promise kept already. Never throws.
    virtual boost::asio::awaitable<smtp::Reply> take(ReceivedMail) = 0;
};

class Inbound {
public:
    struct Settings {
        std::string hostname;
        MailAddress postmaster;                                     // who gets mail for <Postmaster>
        std::vector<std::pair<std::string, std::uint16_t>> listen;  // address, port (0: any; see ports())
        std::string spool_dir;                                      // for unlinked temporary files
        SmtpLimits limits;
        std::shared_ptr<const TlsServerContext> tls = nullptr;  // none: STARTTLS is not offered
    };
    Inbound(boost::asio::io_context&, Settings, MailTaker&, EventLog&);
    ~Inbound();

    Result<void> start();                      // bind and listen; Fault::unavailable says which address and why
    std::vector<std::uint16_t> ports() const;  // as bound
    void stop();                               // no new sessions; idle ones get 421, running mails finish
    std::size_t sessions() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mugaika
