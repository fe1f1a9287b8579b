// The LGWAN side: pooled SMTP client connections on Asio. Knows GatedMail, never RawMail. The protocol is relay/smtp's.
// Everything happens on the one thread that runs the io_context.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "policy/limits.hpp"
#include "policy/tls_facts.hpp"
#include "policy/tls_policy.hpp"
#include "relay/log/event_log.hpp"
#include "relay/smtp/envelope.hpp"
#include "relay/smtp/reply.hpp"
#include "relay/tls/client_context.hpp"
#include "sanitizer/mail/sanitized_mail.hpp"

namespace mugaika {

// A next-hop list in order of preference, and how connections to it are secured; what is equal shares a pool. Each
// transaction opens its connections with the TLS context that it brings, which is no part of what is equal: a list
// stays the same list when its files were read anew.
struct NextHops {
    std::vector<std::pair<std::string, std::uint16_t>> hosts;
    TlsPolicy tls = {};
    std::string source_address = "";                                // our own address, "": the system's choice
    std::size_t connections_max = 64;                               // to all hosts together
    std::shared_ptr<const TlsClientContext> tls_context = nullptr;  // of `tls`; without it only TlsMode::none works

    auto key() const { return std::tie(hosts, tls, source_address, connections_max); }
    friend bool operator==(const NextHops& a, const NextHops& b) { return a.key() == b.key(); }
    friend bool operator<(const NextHops& a, const NextHops& b) { return a.key() < b.key(); }
};

// What became of a question about a recipient.
struct RecipientAnswer {
    smtp::Reply reply;                 // 250, or the answer to give
    const Outcome* outcome = nullptr;  // the row of the matrix, when it is not 250
    std::string why = {};              // for the log, when it is not 250: hosts and steps in order, peer words cleaned
};

struct Delivery {
    smtp::Reply reply;                 // to give to the sender; the next hop's words stand in it marked as its own
    std::string next_hop;              // "10.0.0.5:25" that was asked, "" when none could be
    std::optional<TlsFacts> tls;       // with it; nothing: in the clear, or nobody was asked
    bool delivered = false;            // a next hop took the mail for every recipient
    std::vector<std::size_t> taken;    // indexes of the recipients for whom one did; when not delivered, reply, outcome
                                       // and why speak of the rest, who have no copy or none that is known of
    const Outcome* outcome = nullptr;  // the row of the matrix, when not delivered
    bool too_large = false;            // nobody has it, and a smaller one might have been taken
    std::string why;                   // for the log: hosts and steps in order, peer words cleaned
};

class Outbound {
public:
    // The log must outlive it and every transaction.
    Outbound(boost::asio::io_context&, std::string our_hostname, NextHopLimits, EventLog&);
    ~Outbound();

    // MAIL, RCPT, RSET at the first next hop that says yes or no for good. Answers are believed for a while (limits):
    // yes for every sender, no for every sender only when it speaks of the recipient alone. Who asks the same meanwhile
    // waits for the same answer, as far as it is for that sender too. `session`: whose recipient it is; after one
    // time-out all further ones of the session are answered so at once for a while. "": nobody's.
    boost::asio::awaitable<RecipientAnswer> verify(NextHops, smtp::Envelope so_far, MailAddress recipient,
                                                   std::string session = "");

    // One pipelined transaction; further ones for those who are too many for one mail at this next hop, all of them
    // under one deadline. A recipient refused now means that nothing is sent to those still without the mail, its cache
    // entry is dropped and the answer is 451 (DESIGN 2.5). Hosts are tried in order until one takes it or says no for
    // good; once content was sent and no answer came no other is asked, and the answer is 451 (AC-245). The mail
    // outlives the awaited call.
    boost::asio::awaitable<Delivery> deliver(NextHops, smtp::Envelope, const GatedMail&);

    // After a reload: pools of other lists end, idle connections now, busy ones when they are done.
    void keep_only(const std::vector<NextHops>&);

    // Does the list report deliveries (RFC 3461), as far as is known? Not before its first connection.
    bool offers_dsn(const NextHops&) const;
    // The largest mail that every host of the list takes, in bytes, as far as they have said (RFC 1870); 0: none did.
    std::uint64_t size_max(const NextHops&) const;
    // Did every host of the list fail lately (NextHopLimits::host_avoided_for), and none answer since?
    bool known_down(const NextHops&) const;

    void stop();  // QUIT on idle connections now, on busy ones when they are done

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;  // shared with running transactions, which may end after us
};

}  // namespace mugaika
