// The dialogue of one client as a value: bytes go in, the next thing to do comes out. No sockets, no clock, no mail
// beyond the bytes at hand. RFC 5321, with PIPELINING (RFC 2920), SIZE (1870), 8BITMIME (6152), SMTPUTF8 (6531),
// ENHANCEDSTATUSCODES (2034) and STARTTLS (3207).
//
//   for (;;) switch (session.next()) {
//       need_input       wait for bytes (reading_data() says which deadline), then receive() them, or end() it
//       send             write bytes(), all of them
//       verify_recipient ask about recipient() as an addition to envelope(), then answer()
//       append_data      append bytes() to the mail, begun with the first of them; if that fails, spool_failed()
//       drop_data        forget the mail begun: it will be refused
//       mail_refused     the end was read and the mail is refused, for refused_by(); envelope() is still there, for the
//                        log
//       take_mail        take_envelope(), hand the mail over (empty, if none was begun), then answer()
//       start_tls        make the TLS handshake, then secured(); when it fails, close the connection
//       name_client      a trusted hop said XCLIENT: named() is the client now; client_named(), or end() it
//       close            close the connection
//   }
//
// The order of input is kept: while a question is open, pipelined commands wait; next() repeats it until answer().
// Replies are gathered and sent when input is needed, so the answers of a pipelined group go out in one piece.
// LIMITS: SmtpLimits; holds at most one command line and the bytes of one receive(), nothing while idle.
// AC-021 ... AC-042.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/limits.hpp"
#include "policy/matrix.hpp"
#include "relay/smtp/client_attributes.hpp"
#include "relay/smtp/command.hpp"
#include "relay/smtp/data_reader.hpp"
#include "relay/smtp/envelope.hpp"
#include "relay/smtp/reply.hpp"

namespace mugaika::smtp {

class ServerSession {
public:
    enum class Next : std::uint8_t {
        need_input,
        send,
        verify_recipient,
        append_data,
        drop_data,
        mail_refused,
        take_mail,
        start_tls,
        name_client,
        close
    };

    // All must outlive the session. Bytes received before the first next() came before the greeting (AC-021).
    ServerSession(const std::string& our_hostname, const MailAddress& postmaster, const SmtpLimits&);

    // Both before the first next().
    void offer_tls() noexcept { tls_offered_ = true; }
    void trust_hop() noexcept { hop_trusted_ = true; }  // it may say XCLIENT and XFORWARD
    // Said at the next EHLO, and true until the one after.
    void offer_dsn(bool offered) noexcept { dsn_offered_ = offered; }

    Next next();
    std::string_view bytes() const noexcept { return bytes_; }  // until the next call of next()

    void receive(std::string_view untrusted_bytes);  // copied
    void answer(const Reply&);                       // to verify_recipient or take_mail
    void spool_failed(const Outcome&);               // the content is read on to its end, then refused with this
    void end(const Outcome&);                        // the caller gives up: say so and close
    // After start_tls: what was said in the clear is forgotten, RFC 3207 4.2; the counters of the limits go on.
    void secured();
    // After name_client: the session is as new, and greets again; the counters of the limits go on.
    void client_named();

    const Envelope& envelope() const noexcept { return envelope_; }
    const MailAddress& recipient() const { return asked_.value(); }  // in question
    Envelope take_envelope();                                        // protocol() is to be asked before
    const Outcome& refused_by() const noexcept { return *refused_by_; }

    const std::string& helo() const noexcept { return helo_; }  // printable ASCII, "" before HELO
    std::string_view protocol() const noexcept;                 // RFC 3848, RFC 6531: SMTP, ESMTP(S), UTF8SMTP(S)
    const ClientAttributes& named() const noexcept { return named_; }  // by XCLIENT, for the session
    const ClientAttributes& forwarded() const noexcept {
        return forwarded_;
    }                                                                 // by XFORWARD, until the mail is answered
    bool in_transaction() const noexcept { return in_transaction_; }  // from MAIL to the answer to its content
    bool reading_data() const noexcept { return state_ == State::data; }
    std::uint64_t progress() const noexcept { return progress_; }  // grows with each line, piece of content and answer
    std::uint64_t transactions() const noexcept { return transactions_; }  // MAIL commands taken
    std::uint32_t mails() const noexcept { return mails_; }                // answered with 2xx
    std::size_t errors() const noexcept { return errors_; }                // commands and recipients refused with 5xx
    const Outcome* ended_by() const noexcept { return ended_by_; }         // null: QUIT, or not ended
    // More was said than health checks say: a command beyond HELO, EHLO, NOOP, RSET and QUIT, or one that was refused.
    bool engaged() const noexcept { return engaged_; }

private:
    enum class State : std::uint8_t {
        greeting,
        command,
        recipient_asked,
        data,
        refused,
        mail_asked,
        tls_asked,
        name_asked,
        closing
    };

    Next flush_or(Next);
    Next flush();

    void greet();
    bool run_command();
    void run_line(std::string_view untrusted_line);
    void dispatch(const CommandLine&);
    void on_helo(const CommandLine&);
    void on_mail(std::string_view untrusted_argument);
    void on_rcpt(std::string_view untrusted_argument);
    void on_data(std::string_view argument);
    void on_rset();
    void on_starttls(std::string_view argument);
    void on_xclient(std::string_view untrusted_argument);
    void on_xforward(std::string_view untrusted_argument);
    void on_quit();

    std::optional<Next> run_data();
    std::optional<Next> finish_data();
    void answer_refused();
    void answer_recipient(const Reply&);
    void answer_mail(const Reply&);

    void say(int code, std::string_view enhanced, std::string_view words);
    void say(const Reply&);
    void refuse(const Outcome&);
    void count_error(const Reply&);
    void count_idle();
    void reset_transaction();
    std::string_view unread() const noexcept { return std::string_view(input_).substr(consumed_); }

    const std::string& hostname_;
    const MailAddress& postmaster_;
    const SmtpLimits& limits_;
    State state_ = State::greeting;
    const Outcome* ended_by_ = nullptr;
    bool engaged_ = false;

    std::string input_;
    std::size_t consumed_ = 0;  // of input_
    std::string output_;        // replies gathered
    std::string sending_;       // replies handed out
    std::string_view bytes_;

    std::string helo_;
    bool extended_ = false;  // EHLO, not HELO
    bool dsn_offered_ = false;
    bool dsn_said_ = false;  // to this client, at its EHLO
    bool tls_offered_ = false;
    bool secured_ = false;
    bool hop_trusted_ = false;
    ClientAttributes named_;
    ClientAttributes forwarded_;
    bool in_transaction_ = false;
    Envelope envelope_;
    std::optional<MailAddress> asked_;
    RecipientDsn asked_dsn_;

    std::optional<DataReader> reader_;
    bool spooling_ = false;  // content is handed out; false once the mail is to be refused
    const Outcome* spool_fault_ = nullptr;

    const Outcome* refused_by_ = nullptr;

    std::uint64_t progress_ = 0;
    std::size_t errors_ = 0;
    std::size_t idle_commands_ = 0;
    std::uint64_t transactions_ = 0;
    std::uint32_t mails_ = 0;
};

}  // namespace mugaika::smtp
