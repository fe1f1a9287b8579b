#include "relay/smtp/server_session.hpp"

#include <algorithm>
#include <utility>

#include "policy/ascii.hpp"

namespace mugaika::smtp {
namespace {

// Replies gathered past this are sent before more commands are read: a flood of commands must not become a heap of
// answers.
constexpr std::size_t output_bytes_max = 4096;

// No command begins so. A TLS ClientHello or other binary would wait for its line end until a timeout (AC-042).
bool begins_no_command(char c) noexcept {
    return !ascii::is_ascii({&c, 1}) || (ascii::is_control(c) && c != '\r' && c != '\n');
}

// Ten thousand idle sessions shall not keep their buffers; clear() and assignment would.
void give_back(std::string& buffer) noexcept { std::string().swap(buffer); }

bool is_small_talk(Verb verb) noexcept {
    return verb == Verb::helo || verb == Verb::ehlo || verb == Verb::noop || verb == Verb::rset || verb == Verb::quit;
}

bool has_control(std::string_view line) noexcept { return std::any_of(line.begin(), line.end(), ascii::is_control); }

}  // namespace

ServerSession::ServerSession(const std::string& our_hostname, const MailAddress& postmaster, const SmtpLimits& limits)
    : hostname_(our_hostname), postmaster_(postmaster), limits_(limits) {}

ServerSession::Next ServerSession::next() {
    give_back(sending_);
    bytes_ = {};
    for (;;) {
        if (output_.size() >= output_bytes_max) return flush();
        switch (state_) {
            case State::greeting:
                greet();
                break;
            case State::command:
                if (!run_command()) return flush_or(Next::need_input);
                break;
            case State::data: {
                const std::optional<Next> due = run_data();
                if (due) return *due;
                break;
            }
            case State::refused:
                answer_refused();
                break;
            case State::recipient_asked:
                return Next::verify_recipient;
            case State::mail_asked:
                return flush_or(Next::take_mail);
            case State::tls_asked:
                return flush_or(Next::start_tls);
            case State::name_asked:
                return Next::name_client;
            case State::closing:
                return flush_or(Next::close);
        }
    }
}

ServerSession::Next ServerSession::flush_or(Next due) {
    if (!output_.empty()) return flush();
    if (due == Next::need_input && unread().empty()) {
        give_back(input_);
        consumed_ = 0;
    }
    return due;
}

ServerSession::Next ServerSession::flush() {
    sending_ = std::exchange(output_, {});
    bytes_ = sending_;
    return Next::send;
}

void ServerSession::receive(std::string_view untrusted_bytes) {
    input_.erase(0, consumed_);
    consumed_ = 0;
    input_ += untrusted_bytes;
}

void ServerSession::end(const Outcome& row) {
    say(reply_from(row));
    ended_by_ = &row;
    engaged_ = true;
    state_ = State::closing;
}

std::string_view ServerSession::protocol() const noexcept {
    if (envelope_.smtputf8) return secured_ ? "UTF8SMTPS" : "UTF8SMTP";
    if (!extended_) return "SMTP";
    return secured_ ? "ESMTPS" : "ESMTP";
}

// --- Commands

void ServerSession::greet() {
    if (!unread().empty()) return end(outcome<Stage::command, Failure::unsynchronised>());
    say(220, "", hostname_ + " ESMTP mugaika");
    state_ = State::command;
}

// False when no whole line has come yet. A line that ends in a bare LF ends the session: to go on would be to guess
// where the client's next line begins (AC-030).
bool ServerSession::run_command() {
    const std::string_view rest = unread();
    if (rest.empty()) return false;
    const std::size_t lf = rest.substr(0, limits_.command_line_bytes_max).find('\n');
    if (begins_no_command(rest.front())) {
        end(outcome<Stage::command, Failure::not_smtp>());
    } else if (lf != std::string_view::npos) {
        ++progress_;
        consumed_ += lf + 1;
        run_line(rest.substr(0, lf));
    } else if (rest.size() >= limits_.command_line_bytes_max) {
        end(outcome<Stage::command, Failure::overlong>());
    } else {
        return false;
    }
    return true;
}

void ServerSession::run_line(std::string_view untrusted_line) {
    if (untrusted_line.empty() || untrusted_line.back() != '\r') {
        return end(outcome<Stage::command, Failure::not_smtp>());
    }
    untrusted_line.remove_suffix(1);
    const CommandLine command = parse_command_line(untrusted_line);
    const bool may_be_utf8 = command.verb == Verb::mail || command.verb == Verb::rcpt;  // their parsers look closer
    if (command.verb != Verb::unknown &&
        (has_control(untrusted_line) || (!may_be_utf8 && !ascii::is_ascii(untrusted_line)))) {
        return refuse(outcome<Stage::command, Failure::malformed>());
    }
    engaged_ = engaged_ || !is_small_talk(command.verb);
    dispatch(command);
}

void ServerSession::dispatch(const CommandLine& command) {
    switch (command.verb) {
        case Verb::helo:
        case Verb::ehlo:
            return on_helo(command);
        case Verb::mail:
            return on_mail(command.argument);
        case Verb::rcpt:
            return on_rcpt(command.argument);
        case Verb::data:
            return on_data(command.argument);
        case Verb::rset:
        case Verb::quit:
            if (!command.argument.empty()) return refuse(outcome<Stage::command, Failure::malformed>());
            return command.verb == Verb::rset ? on_rset() : on_quit();
        case Verb::noop:
            say(250, "2.0.0", "Ok");
            return count_idle();
        case Verb::vrfy:
            say(252, "2.0.0", "Not verified, but mail will be tried");
            return count_idle();
        case Verb::help:
            say(214, "2.0.0", "See RFC 5321");
            return count_idle();
        case Verb::starttls:
            return on_starttls(command.argument);
        case Verb::xclient:
            return on_xclient(command.argument);
        case Verb::xforward:
            return on_xforward(command.argument);
        case Verb::not_offered:
            return refuse(outcome<Stage::command, Failure::not_offered>());
        case Verb::http:
            return end(outcome<Stage::command, Failure::not_smtp>());
        case Verb::unknown:
            return refuse(outcome<Stage::command, Failure::unknown_command>());
    }
}

void ServerSession::on_helo(const CommandLine& command) {
    if (!is_helo_name(command.argument)) return refuse(outcome<Stage::command, Failure::malformed>());
    // RFC 2920 3.1: last of a group; what comes behind it cannot know what we offer.
    if (!unread().empty()) return end(outcome<Stage::command, Failure::unsynchronised>());
    reset_transaction();
    helo_ = command.argument;
    extended_ = command.verb == Verb::ehlo;
    dsn_said_ = extended_ && dsn_offered_;
    if (extended_) {
        output_ += "250-" + hostname_ + "\r\n250-PIPELINING\r\n250-SIZE " + std::to_string(limits_.message_bytes_max) +
                   "\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n";
        if (tls_offered_ && !secured_) output_ += "250-STARTTLS\r\n";
        if (dsn_said_) output_ += "250-DSN\r\n";
        if (hop_trusted_) {
            output_.append("250-XCLIENT ").append(xclient_attributes).append("\r\n");
            output_.append("250-XFORWARD ").append(xforward_attributes).append("\r\n");
        }
        output_ += "250 ENHANCEDSTATUSCODES\r\n";
    } else {
        say(250, "", hostname_);
    }
    count_idle();
}

void ServerSession::on_mail(std::string_view untrusted_argument) {
    if (helo_.empty() || in_transaction_) return refuse(outcome<Stage::command, Failure::out_of_order>());
    Parsed<MailArguments> parsed = parse_mail_arguments(untrusted_argument);
    if (const auto* refused = std::get_if<const Outcome*>(&parsed)) return refuse(**refused);
    auto& arguments = std::get<MailArguments>(parsed);
    const bool unknown = (arguments.has_parameters && !extended_) || (arguments.dsn.asked() && !dsn_said_);
    if (unknown) return refuse(outcome<Stage::command, Failure::unknown_parameter>());
    if (arguments.declared_size.value_or(0) > limits_.message_bytes_max) {
        return refuse(outcome<Stage::data, Failure::limit>());
    }
    if (transactions_ >= limits_.transactions_max) return end(outcome<Stage::command, Failure::limit>());
    ++transactions_;
    in_transaction_ = true;
    envelope_.sender = std::move(arguments.sender);
    envelope_.smtputf8 = arguments.smtputf8;
    envelope_.body = arguments.body;
    envelope_.declared_size = arguments.declared_size;
    envelope_.dsn = std::move(arguments.dsn);
    say(250, "2.1.0", "Sender ok");
}

void ServerSession::on_rcpt(std::string_view untrusted_argument) {
    if (!in_transaction_) return refuse(outcome<Stage::command, Failure::out_of_order>());
    Parsed<RcptArguments> parsed = parse_rcpt_arguments(untrusted_argument, envelope_.smtputf8, postmaster_);
    if (const auto* refused = std::get_if<const Outcome*>(&parsed)) return refuse(**refused);
    auto& arguments = std::get<RcptArguments>(parsed);
    if (arguments.dsn.asked() && !dsn_said_) return refuse(outcome<Stage::command, Failure::unknown_parameter>());
    MailAddress& recipient = arguments.recipient;
    if (recipient.asks_for_routing()) return refuse(outcome<Stage::recipient, Failure::foreign_domain>());
    const auto& known = envelope_.recipients;
    if (std::find(known.begin(), known.end(), recipient) != known.end()) {
        return say(250, "2.1.5", "Recipient ok, named before");  // and gets the mail once (AC-036)
    }
    if (known.size() >= limits_.recipients_max) return refuse(outcome<Stage::recipient, Failure::limit>());
    asked_ = std::move(recipient);
    asked_dsn_ = std::move(arguments.dsn);
    state_ = State::recipient_asked;
}

void ServerSession::on_data(std::string_view argument) {
    // RFC 2920 3.1: DATA is the last of a group. What was sent behind it without waiting for 354 is either content or
    // commands, and the client and we might not agree which (AC-022).
    if (!unread().empty()) return end(outcome<Stage::command, Failure::unsynchronised>());
    if (!argument.empty()) return refuse(outcome<Stage::command, Failure::malformed>());
    if (!in_transaction_) return refuse(outcome<Stage::command, Failure::out_of_order>());
    if (envelope_.recipients.empty()) return refuse(outcome<Stage::data, Failure::out_of_order>());
    say(354, "", "End data with <CR><LF>.<CR><LF>");
    reader_.emplace(limits_);
    spooling_ = true;
    spool_fault_ = nullptr;
    state_ = State::data;
}

void ServerSession::on_rset() {
    reset_transaction();
    say(250, "2.0.0", "Ok");
    count_idle();
}

void ServerSession::on_starttls(std::string_view argument) {
    if (!tls_offered_) return refuse(outcome<Stage::command, Failure::not_offered>());
    if (!argument.empty()) return refuse(outcome<Stage::command, Failure::malformed>());
    if (secured_ || !extended_ || in_transaction_) return refuse(outcome<Stage::command, Failure::out_of_order>());
    // What stands behind it was sent in the clear, perhaps by somebody in between, and must not be taken for a word of
    // the client that we are about to know better (AC-023, AC-024).
    if (!unread().empty()) return end(outcome<Stage::command, Failure::unsynchronised>());
    say(220, "2.0.0", "Ready to start TLS");
    state_ = State::tls_asked;
}

void ServerSession::secured() {
    give_back(input_);
    consumed_ = 0;
    reset_transaction();
    helo_.clear();
    extended_ = false;
    secured_ = true;
    state_ = State::command;
}

// Postfix, XCLIENT_README: the session begins anew, and the client that was named is its client.
void ServerSession::on_xclient(std::string_view untrusted_argument) {
    if (!hop_trusted_) return refuse(outcome<Stage::command, Failure::not_offered>());
    if (!extended_ || in_transaction_) return refuse(outcome<Stage::command, Failure::out_of_order>());
    const auto attributes = parse_client_attributes(untrusted_argument, xclient_attributes);
    if (!attributes) return refuse(outcome<Stage::command, Failure::malformed>());
    // What comes behind it was sent by whom? The hop waits for the greeting.
    if (!unread().empty()) return end(outcome<Stage::command, Failure::unsynchronised>());
    named_.add(*attributes);
    state_ = State::name_asked;
}

void ServerSession::client_named() {
    reset_transaction();
    helo_.clear();
    extended_ = false;
    state_ = State::greeting;
    count_idle();
}

// Postfix, XFORWARD_README: for the next mail, and in several pieces, as commands are short.
void ServerSession::on_xforward(std::string_view untrusted_argument) {
    if (!hop_trusted_) return refuse(outcome<Stage::command, Failure::not_offered>());
    if (!extended_ || in_transaction_) return refuse(outcome<Stage::command, Failure::out_of_order>());
    const auto attributes = parse_client_attributes(untrusted_argument, xforward_attributes);
    if (!attributes) return refuse(outcome<Stage::command, Failure::malformed>());
    forwarded_.add(*attributes);
    say(250, "2.0.0", "Ok");
}

void ServerSession::on_quit() {
    say(221, "2.0.0", "Bye");
    state_ = State::closing;
}

// --- Content

std::optional<ServerSession::Next> ServerSession::run_data() {
    if (spooling_ && reader_->fault() != nullptr) {
        spooling_ = false;
        return Next::drop_data;
    }
    if (reader_->finished()) return finish_data();
    if (unread().empty()) return flush_or(Next::need_input);
    const DataReader::Step step = reader_->read(unread());
    consumed_ += step.consumed;
    ++progress_;
    if (!spooling_ || step.content.empty()) return std::nullopt;
    bytes_ = step.content;
    return Next::append_data;
}

// What the content deserves comes before what our spool could not do: a retry would not mend it.
std::optional<ServerSession::Next> ServerSession::finish_data() {
    refused_by_ = reader_->fault() != nullptr ? reader_->fault() : spool_fault_;
    reader_.reset();
    state_ = refused_by_ == nullptr ? State::mail_asked : State::refused;
    if (refused_by_ == nullptr) return std::nullopt;
    return Next::mail_refused;
}

void ServerSession::answer_refused() {
    say(reply_from(*refused_by_));
    reset_transaction();
    state_ = State::command;
}

void ServerSession::spool_failed(const Outcome& row) {
    spooling_ = false;
    spool_fault_ = &row;
}

Envelope ServerSession::take_envelope() { return std::exchange(envelope_, {}); }

// --- Answers of the caller

void ServerSession::answer(const Reply& reply) {
    ++progress_;
    if (state_ == State::recipient_asked) return answer_recipient(reply);
    if (state_ == State::mail_asked) return answer_mail(reply);
}

void ServerSession::answer_recipient(const Reply& reply) {
    state_ = State::command;
    if (reply.positive()) {
        envelope_.recipients.push_back(std::move(*asked_));
        envelope_.recipient_dsn.push_back(std::move(asked_dsn_));
    }
    asked_.reset();
    asked_dsn_ = {};
    say(reply);
    count_error(reply);
}

void ServerSession::answer_mail(const Reply& reply) {
    state_ = State::command;
    reset_transaction();
    say(reply);
    if (!reply.positive()) return;
    ++mails_;
    idle_commands_ = 0;
}

// --- Replies

void ServerSession::say(int code, std::string_view enhanced, std::string_view words) {
    output_ += Reply{code, std::string(enhanced), std::string(words)}.line();
}

void ServerSession::say(const Reply& reply) { output_ += reply.line(); }

void ServerSession::refuse(const Outcome& row) {
    const Reply reply = reply_from(row);
    engaged_ = true;
    say(reply);
    count_error(reply);
}

// Refused recipients count too: whoever is refused that often is guessing names (AC-041).
void ServerSession::count_error(const Reply& reply) {
    if (reply.permanent() && ++errors_ > limits_.errors_max) end(outcome<Stage::command, Failure::limit>());
}

void ServerSession::count_idle() {
    if (++idle_commands_ > limits_.idle_commands_max) end(outcome<Stage::command, Failure::limit>());
}

void ServerSession::reset_transaction() {
    in_transaction_ = false;
    envelope_ = {};
    forwarded_ = {};
}

}  // namespace mugaika::smtp
