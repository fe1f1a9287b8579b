// One SMTP connection to a next hop as pure dialogue: it says what is to be sent, read or closed, and the caller
// (relay/outbound) moves the bytes and keeps the time. Two operations, each pipelined where the next hop offers it
// (RFC 2920): verify = MAIL, RCPT, RSET; deliver = MAIL, RCPT…, DATA, content. A recipient who is refused means that
// nothing is sent; one who is too many for one mail is left over for another.
//
// The next hop is not trusted: a byte that was not asked for, an early reply, a reply of the wrong kind ends the
// connection and the operation fails (AC-247). Words of replies come cleaned from relay/smtp/reply_reader.
//
//   session.start_deliver(…);
//   while: next() == send → write output(), sent();   next() == receive → received(bytes) or lost(why)
//   start_tls → make the handshake as the TlsMode wants it, then secured() or lost(insecure, why)
//   idle → result(), the connection is good for another operation;   close → close it, result()
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "policy/mail_address.hpp"
#include "policy/matrix.hpp"
#include "policy/tls_policy.hpp"
#include "relay/smtp/content_writer.hpp"
#include "relay/smtp/envelope.hpp"
#include "relay/smtp/reply.hpp"
#include "relay/smtp/reply_reader.hpp"

namespace mugaika::smtp {

enum class ClientOperation : std::uint8_t { greet, verify, deliver, quit };

// Whom an answer about a recipient holds for.
enum class AnswerAbout : std::uint8_t {
    transaction,  // nobody else: the sender, the connection or the mail was refused, or nobody answered
    pair,         // this sender and this recipient
    recipient,    // the recipient, whoever the sender is
};

// How the last operation ended.
struct ClientResult {
    const Outcome* outcome = nullptr;  // the row of the matrix; none: the next hop said yes to everything
    Reply reply;                       // to give to our sender; their words stand in it marked as theirs
    std::string why;                   // for the log: which step, and their words
    std::vector<std::size_t> refused;  // deliver: indexes of the recipients refused
    std::vector<std::size_t> taken;    // deliver: of those who have the mail; fewer than all when they were too many
    AnswerAbout about = AnswerAbout::transaction;  // verify
    bool may_repeat = false;                       // not taken for sure, and another host may take it
    bool host_failed = false;                      // the connection or host failed before any content was sent
    bool ask_fresh = false;                        // another connection may hear another answer; this one is worn
    bool too_large = false;                        // deliver: refused for its size
    bool come_again = false;                       // so says the host itself, even of a connection that was fresh
};

// The row for a failure of the connection, for the stage in which it is felt.
const Outcome& connection_outcome(ClientOperation, Failure) noexcept;

class ClientSession {
public:
    enum class Next : std::uint8_t { send, receive, start_tls, idle, close };

    // Starts by waiting for the greeting, then says EHLO, or HELO where that is not known, and STARTTLS (RFC 3207) as
    // the mode wants it. With `required` and `verify` nothing of a mail is said before secured(): AC-026. When TLS that
    // was offered fails under `opportunistic`, that connection is over too; another without TLS may follow.
    ClientSession(std::string our_hostname, const NextHopLimits&, TlsMode = TlsMode::none);
    ClientSession(const ClientSession&) = delete;  // output() views it
    ClientSession& operator=(const ClientSession&) = delete;

    Next next() const noexcept { return next_; }
    ClientOperation operation() const noexcept { return operation_; }
    const ClientResult& result() const noexcept { return result_; }

    bool offers_dsn() const noexcept { return dsn_; }              // once greeted
    std::uint64_t size_max() const noexcept { return size_max_; }  // of a mail, in bytes, once greeted; 0: none said
    std::size_t refusals() const noexcept { return refusals_; }    // 4xx and 5xx that it has said to commands of mails

    // What to write, all of it and in this order, after a look at whether bytes came that were not asked for; views of
    // this object and of the content, valid until sent().
    std::array<std::string_view, 2> output() const noexcept { return output_; }
    void sent();
    // How many replies were read so far: each may take its time, its bytes may not.
    std::size_t replies() const noexcept { return replies_; }
    // Is the answer to the end of data awaited? It may take longer than others (RFC 5321 4.5.3.2.6).
    bool awaits_final_reply() const noexcept { return state_ == State::final_reply; }

    // Bytes that arrived, whenever they did; those that were not asked for are a protocol failure.
    void received(std::string_view untrusted_bytes);
    // After start_tls: what the next hop offered in the clear is forgotten and asked for again.
    void secured();
    // The connection is of no use any more: disconnected, timeout, malformed or insecure.
    void lost(Failure, std::string_view why);

    // Only while idle. Starting is free of I/O; what cannot be asked of this next hop is idle again at once.
    void start_verify(const Envelope&, const MailAddress& recipient);
    // The content is GatedMail's: ASCII, not dot-stuffed, clean line ends. With other line ends it is not sent, an
    // outcome of the gate. It must stay alive and unchanged until the operation ends.
    void start_deliver(const Envelope&, std::string_view content);
    void start_quit();

private:
    enum class State : std::uint8_t { greeting, ehlo, helo, starttls, commands, content, final_reply, quit, rest };
    enum class Verb : std::uint8_t { mail, rcpt, data, rset };
    struct Command {
        Verb verb;
        std::string line;
    };

    void on_reply(const NextHopReply&);
    void on_greeting(const Reply&);
    void on_ehlo(const NextHopReply&);
    void on_helo(const Reply&);
    void on_starttls(const Reply&);
    void on_command_reply(const Reply&);
    void on_mail(const Reply&);
    void on_rcpt(const Reply&);
    void on_data(const Reply&);
    void on_rset(const Reply&);
    void refuse_recipient(const Reply&);
    bool is_goodbye_behind_answer(std::string_view untrusted_bytes) const noexcept;
    bool is_not_admitted() const noexcept;
    void on_final_reply(const Reply&);

    void begin(ClientOperation);
    bool is_beyond_next_hop(bool needs_smtputf8, std::size_t content_bytes);
    std::string mail_line(const Envelope&, bool needs_smtputf8, std::size_t content_bytes) const;
    void greeted();
    void learn_extensions(const std::vector<std::string>& ehlo_lines);

    void say(State, std::string line);
    void send_batch();
    void end_batch();
    void send_content();
    void rest();
    void refuse(std::string_view step, const Reply& theirs);
    void refuse_ourselves(const Outcome&, Reply);
    void turned_away(std::string_view step, const Reply& theirs);
    void fail(Failure, std::string_view why);

    std::string hostname_;
    std::size_t pipelined_commands_max_;
    ReplyReader reader_;
    std::size_t replies_ = 0;
    std::size_t refusals_ = 0;
    TlsMode tls_;
    bool secured_ = false;

    // What the next hop offers.
    bool pipelining_ = false;
    bool size_ = false;
    bool smtputf8_ = false;
    bool starttls_ = false;
    bool dsn_ = false;
    std::uint64_t size_max_ = 0;  // 0: none said

    ClientOperation operation_ = ClientOperation::greet;
    State state_ = State::greeting;
    Next next_ = Next::receive;
    ClientResult result_;

    std::vector<Command> commands_;  // of this operation
    std::size_t commands_sent_ = 0;
    std::size_t commands_answered_ = 0;
    std::size_t recipients_answered_ = 0;
    bool mail_refused_ = false;
    bool too_many_ = false;      // for one mail, said the next hop of some of them
    bool data_awaited_ = false;  // 354 was said
    std::vector<std::size_t> accepted_;

    std::optional<ContentWriter> content_;
    std::string line_buffer_;
    std::array<std::string_view, 2> output_{};
};

}  // namespace mugaika::smtp
