#include "relay/smtp/client_session.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "policy/ascii.hpp"
#include "relay/smtp/refusal.hpp"

namespace mugaika::smtp {
namespace {

// "RCPT: 550 5.1.1 no such user", for the log.
std::string words_of(std::string_view step, const Reply& theirs) {
    std::string words(step);
    words += ": " + std::to_string(theirs.code);
    if (!theirs.enhanced.empty()) words += " " + theirs.enhanced;
    if (!theirs.words.empty()) words += " " + theirs.words;
    return words;
}

const Outcome& refusal_outcome(ClientOperation operation, const Reply& theirs) noexcept {
    if (operation == ClientOperation::verify) {
        return theirs.permanent() ? outcome<Stage::recipient, Failure::refused>()
                                  : outcome<Stage::recipient, Failure::refused_for_now>();
    }
    return theirs.permanent() ? outcome<Stage::deliver, Failure::refused>()
                              : outcome<Stage::deliver, Failure::refused_for_now>();
}

bool any_needs_smtputf8(const Envelope& envelope) noexcept {
    const auto needs = [](const MailAddress& address) { return address.needs_smtputf8(); };
    return (envelope.sender && needs(*envelope.sender)) ||
           std::any_of(envelope.recipients.begin(), envelope.recipients.end(), needs);
}

bool any_wants_success(const Envelope& envelope) noexcept {
    return std::any_of(envelope.recipient_dsn.begin(), envelope.recipient_dsn.end(),
                       [](const RecipientDsn& dsn) { return dsn.wants_success(); });
}

std::string rcpt_line(const MailAddress& recipient, const std::string& parameters = "") {
    return "RCPT TO:<" + recipient.text() + ">" + parameters + "\r\n";
}

}  // namespace

const Outcome& connection_outcome(ClientOperation operation, Failure failure) noexcept {
    if (operation == ClientOperation::verify) {
        if (failure == Failure::malformed) return outcome<Stage::recipient, Failure::malformed>();
        if (failure == Failure::insecure) return outcome<Stage::recipient, Failure::insecure>();
        if (failure == Failure::disconnected) return outcome<Stage::recipient, Failure::disconnected>();
        if (failure == Failure::not_admitted) return outcome<Stage::recipient, Failure::not_admitted>();
        if (failure == Failure::refused_for_now) return outcome<Stage::recipient, Failure::refused_for_now>();
        const bool waited = failure == Failure::timeout || failure == Failure::busy;
        return waited ? outcome<Stage::recipient, Failure::timeout>()
                      : outcome<Stage::recipient, Failure::unavailable>();
    }
    if (failure == Failure::malformed) return outcome<Stage::deliver, Failure::malformed>();
    if (failure == Failure::insecure) return outcome<Stage::deliver, Failure::insecure>();
    if (failure == Failure::timeout) return outcome<Stage::deliver, Failure::timeout>();
    if (failure == Failure::busy) return outcome<Stage::deliver, Failure::busy>();
    if (failure == Failure::disconnected) return outcome<Stage::deliver, Failure::disconnected>();
    if (failure == Failure::not_admitted) return outcome<Stage::deliver, Failure::not_admitted>();
    if (failure == Failure::refused_for_now) return outcome<Stage::deliver, Failure::refused_for_now>();
    return outcome<Stage::deliver, Failure::unavailable>();
}

ClientSession::ClientSession(std::string our_hostname, const NextHopLimits& limits, TlsMode tls)
    : hostname_(std::move(our_hostname)),
      pipelined_commands_max_(std::max<std::size_t>(limits.pipelined_commands_max, 1)),
      reader_(limits),
      tls_(tls) {}

void ClientSession::sent() {
    if (next_ != Next::send) return;
    output_ = {};
    if (state_ != State::content) {
        next_ = Next::receive;
    } else if (content_->done()) {
        state_ = State::final_reply;
        next_ = Next::receive;
    } else {
        send_content();
    }
}

void ClientSession::received(std::string_view untrusted_bytes) {
    if (state_ == State::rest) {  // nothing was asked
        next_ = Next::close;
        return;
    }
    while (!untrusted_bytes.empty() && next_ != Next::close) {
        if (is_goodbye_behind_answer(untrusted_bytes)) {
            next_ = Next::close;
            return;
        }
        if (next_ != Next::receive) return fail(Failure::malformed, "bytes that were not asked for");
        untrusted_bytes.remove_prefix(reader_.read(untrusted_bytes));
        if (!reader_.broken().empty()) return fail(Failure::malformed, reader_.broken());
        const std::optional<NextHopReply> reply = reader_.take();
        if (!reply) continue;
        ++replies_;
        on_reply(*reply);
    }
}

// "421 closing" in the segment of the last reply: that stands, only the connection is over. After the greeting nothing
// was asked yet, so another connection must be.
bool ClientSession::is_goodbye_behind_answer(std::string_view untrusted_bytes) const noexcept {
    constexpr std::string_view goodbye = "421";
    return state_ == State::rest && operation_ != ClientOperation::greet &&
           untrusted_bytes.substr(0, goodbye.size()) == goodbye.substr(0, untrusted_bytes.size());
}

void ClientSession::secured() {
    secured_ = true;
    pipelining_ = size_ = smtputf8_ = starttls_ = dsn_ = false;
    size_max_ = 0;
    say(State::ehlo, "EHLO " + hostname_ + "\r\n");
}

void ClientSession::lost(Failure failure, std::string_view why) {
    if (next_ == Next::close) return;
    if (state_ == State::rest || state_ == State::quit) {  // nothing is lost with it
        next_ = Next::close;
        return;
    }
    fail(failure, why);
}

void ClientSession::start_verify(const Envelope& envelope, const MailAddress& recipient) {
    begin(ClientOperation::verify);
    const bool needs_smtputf8 = (envelope.sender && envelope.sender->needs_smtputf8()) || recipient.needs_smtputf8();
    if (is_beyond_next_hop(needs_smtputf8, 0)) return;
    commands_.push_back({Verb::mail, mail_line(envelope, needs_smtputf8, 0)});
    commands_.push_back({Verb::rcpt, rcpt_line(recipient)});
    commands_.push_back({Verb::rset, "RSET\r\n"});
    send_batch();
}

void ClientSession::start_deliver(const Envelope& envelope, std::string_view content) {
    begin(ClientOperation::deliver);
    const bool needs_smtputf8 = any_needs_smtputf8(envelope);
    if (is_beyond_next_hop(needs_smtputf8, content.size())) return;
    if (!dsn_ && any_wants_success(envelope)) {
        // Offered when the sender asked, and gone since: at its next try the sender is not offered it, and reports
        // itself.
        const Outcome& row = outcome<Stage::deliver, Failure::not_offered>();
        return refuse_ourselves(row, reply_from(row));
    }
    if (!has_clean_line_ends(content)) {  // AC-018: whatever came in, a bare CR or LF never leaves
        const Outcome& row = outcome<Stage::gate, Failure::internal>();
        return refuse_ourselves(row, reply_from(row));
    }
    content_.emplace(content);
    commands_.push_back({Verb::mail, mail_line(envelope, needs_smtputf8, content.size())});
    for (std::size_t i = 0; i < envelope.recipients.size(); ++i) {
        const bool asked = dsn_ && i < envelope.recipient_dsn.size();
        const std::string parameters = asked ? parameters_of(envelope.recipient_dsn[i]) : std::string();
        commands_.push_back({Verb::rcpt, rcpt_line(envelope.recipients[i], parameters)});
    }
    commands_.push_back({Verb::data, "DATA\r\n"});
    send_batch();
}

void ClientSession::start_quit() {
    begin(ClientOperation::quit);
    say(State::quit, "QUIT\r\n");
}

void ClientSession::begin(ClientOperation operation) {
    operation_ = operation;
    result_ = {};
    commands_.clear();
    commands_sent_ = 0;
    commands_answered_ = 0;
    recipients_answered_ = 0;
    mail_refused_ = false;
    too_many_ = false;
    data_awaited_ = false;
    accepted_.clear();
    content_.reset();
}

// What this next hop is known to refuse need not be sent. 0 bytes: the size is not known yet.
bool ClientSession::is_beyond_next_hop(bool needs_smtputf8, std::size_t content_bytes) {
    const Reply refusal = {554, "5.0.0", ""};
    if (needs_smtputf8 && !smtputf8_) {  // RFC 6531 3.2, 4.2
        refuse_ourselves(refusal_outcome(operation_, refusal),
                         {550, "5.6.7", "Next hop does not take internationalized addresses"});
        return true;
    }
    if (size_max_ != 0 && content_bytes > size_max_) {  // RFC 1870 4
        refuse_ourselves(refusal_outcome(operation_, refusal), {552, "5.3.4", "Message too large for the next hop"});
        result_.too_large = true;
        return true;
    }
    return false;
}

std::string ClientSession::mail_line(const Envelope& envelope, bool needs_smtputf8, std::size_t content_bytes) const {
    std::string line = "MAIL FROM:<" + envelope.sender_text() + ">";
    if (size_ && content_bytes != 0) line += " SIZE=" + std::to_string(content_bytes);
    if (needs_smtputf8) line += " SMTPUTF8";
    if (dsn_ && content_bytes != 0) line += parameters_of(envelope.dsn);
    return line + "\r\n";  // no BODY=: what we compose is ASCII
}

void ClientSession::say(State state, std::string line) {
    state_ = state;
    line_buffer_ = std::move(line);
    output_ = {line_buffer_, {}};
    next_ = Next::send;
}

void ClientSession::send_batch() {
    const std::size_t waiting = commands_.size() - commands_sent_;
    const std::size_t count = pipelining_ ? std::min(waiting, pipelined_commands_max_) : 1;
    std::string lines;
    for (std::size_t i = 0; i < count; ++i) lines += commands_[commands_sent_ + i].line;
    commands_sent_ += count;
    say(State::commands, std::move(lines));
}

void ClientSession::on_reply(const NextHopReply& theirs) {
    const Reply& reply = theirs.reply;
    // RFC 5321 3.8: 421 says that the host goes away, whatever was asked. After the content it is the answer to it.
    if (reply.code == 421 && state_ != State::final_reply && state_ != State::quit) {
        return turned_away("going away", reply);
    }
    switch (state_) {
        case State::greeting:
            return on_greeting(reply);
        case State::ehlo:
            return on_ehlo(theirs);
        case State::helo:
            return on_helo(reply);
        case State::starttls:
            return on_starttls(reply);
        case State::commands:
            return on_command_reply(reply);
        case State::final_reply:
            return on_final_reply(reply);
        case State::quit:
            next_ = Next::close;
            return;
        case State::content:
        case State::rest:
            break;
    }
    fail(Failure::malformed, "a reply that was not asked for");
}

void ClientSession::on_greeting(const Reply& reply) {
    if (!reply.positive()) return turned_away("greeting", reply);
    say(State::ehlo, "EHLO " + hostname_ + "\r\n");
}

void ClientSession::on_ehlo(const NextHopReply& theirs) {
    if (theirs.reply.permanent()) return say(State::helo, "HELO " + hostname_ + "\r\n");  // RFC 5321 3.2
    if (!theirs.reply.positive()) return turned_away("EHLO", theirs.reply);
    learn_extensions(theirs.lines);
    greeted();
}

void ClientSession::on_helo(const Reply& reply) {
    if (!reply.positive()) return turned_away("HELO", reply);
    greeted();
}

// Who is in the clear and stays so must be allowed to.
void ClientSession::greeted() {
    if (secured_ || tls_ == TlsMode::none) return rest();
    if (starttls_) return say(State::starttls, "STARTTLS\r\n");
    if (tls_ == TlsMode::opportunistic) return rest();
    fail(Failure::insecure, "STARTTLS is not offered");
}

// Bytes behind the 220 were not asked for: received() ends the connection (AC-025).
void ClientSession::on_starttls(const Reply& reply) {
    if (reply.code != 220) return fail(Failure::insecure, words_of("STARTTLS", reply));
    next_ = Next::start_tls;
}

// ENHANCEDSTATUSCODES and 8BITMIME change nothing: codes are read where they stand, and what we send is ASCII.
void ClientSession::learn_extensions(const std::vector<std::string>& ehlo_lines) {
    for (std::size_t i = 1; i < ehlo_lines.size(); ++i) {  // the first is the host's name
        const std::string_view line = ascii::trim(ehlo_lines[i]);
        const std::size_t blank = std::min(line.find(' '), line.size());
        const std::string_view keyword = line.substr(0, blank);
        const std::string_view value = ascii::trim(line.substr(blank));
        if (ascii::iequals(keyword, "PIPELINING")) pipelining_ = true;
        if (ascii::iequals(keyword, "SMTPUTF8")) smtputf8_ = true;
        if (ascii::iequals(keyword, "STARTTLS")) starttls_ = true;
        if (ascii::iequals(keyword, "DSN")) dsn_ = true;
        if (!ascii::iequals(keyword, "SIZE")) continue;
        size_ = true;
        std::from_chars(value.data(), value.data() + value.size(), size_max_);  // stays 0 when it is no number
    }
}

void ClientSession::on_command_reply(const Reply& reply) {
    const Verb verb = commands_[commands_answered_++].verb;
    switch (verb) {
        case Verb::mail:
            on_mail(reply);
            break;
        case Verb::rcpt:
            on_rcpt(reply);
            break;
        case Verb::data:
            on_data(reply);
            break;
        case Verb::rset:
            on_rset(reply);
            break;
    }
    if (!reply.positive() && !data_awaited_ && !too_many_) ++refusals_;
    if (next_ != Next::close && commands_answered_ == commands_sent_) end_batch();
}

void ClientSession::on_mail(const Reply& reply) {
    if (reply.positive()) return;
    mail_refused_ = true;
    refuse("MAIL", reply);
    result_.too_large = is_about_size(reply);
    result_.ask_fresh = result_.ask_fresh || is_about_session_at_mail(reply);
    result_.host_failed = is_not_admitted();
}

void ClientSession::on_rcpt(const Reply& reply) {
    const std::size_t recipient = recipients_answered_++;
    if (mail_refused_) return;  // without MAIL a RCPT cannot but be refused
    if (reply.positive()) return accepted_.push_back(recipient);
    if (operation_ == ClientOperation::verify) return refuse_recipient(reply);
    if (!accepted_.empty() && is_about_number(reply)) {
        too_many_ = true;
        return;
    }
    if (is_not_admitted()) return;
    if (result_.refused.empty()) refuse_recipient(reply);
    if (next_ == Next::close || is_not_admitted()) return;
    const Outcome& row = outcome<Stage::deliver, Failure::mixed_answers>();
    result_.outcome = &row;
    result_.reply = reply_from(row);
    result_.may_repeat = result_.may_repeat && reply.transient();
    result_.refused.push_back(recipient);
}

void ClientSession::refuse_recipient(const Reply& reply) {
    refuse("RCPT", reply);
    if (next_ == Next::close || is_not_admitted()) return;
    result_.about = is_about_recipient_alone(reply) ? AnswerAbout::recipient : AnswerAbout::pair;
    if (!is_about_session_at_rcpt(reply)) return;
    result_.about = AnswerAbout::transaction;
    result_.ask_fresh = true;
    result_.come_again = asks_to_come_again(reply);
}

void ClientSession::on_data(const Reply& reply) {
    if (reply.code == 354) {
        data_awaited_ = true;
    } else if (result_.outcome == nullptr) {
        refuse("DATA", reply);
    } else if (!reply.transient() && !reply.permanent()) {
        fail(Failure::malformed, words_of("DATA", reply));
    }
}

// Anything but yes means that replies and commands have come apart: then the answers before it are worth nothing. But
// who wants TLS before everything else says so here too (Postfix with `encrypt`).
void ClientSession::on_rset(const Reply& reply) {
    if (reply.positive()) return;
    if (!is_about_us(reply)) return fail(Failure::malformed, words_of("RSET", reply));
    if (!is_not_admitted()) refuse("RSET", reply);
}

void ClientSession::end_batch() {
    const bool refused = result_.outcome != nullptr;
    if (data_awaited_ && refused) {
        // RFC 2920 3.1 would end the data at once; that would deliver an empty mail to those who were accepted.
        state_ = State::rest;
        next_ = Next::close;
    } else if (data_awaited_) {
        state_ = State::content;
        send_content();
    } else if (commands_[commands_answered_ - 1].verb == Verb::rset) {
        rest();
    } else {
        if (refused) {
            commands_.resize(commands_answered_);
            commands_.push_back({Verb::rset, "RSET\r\n"});
        } else if (too_many_) {  // who was not named yet is too many as well: on to DATA
            commands_.erase(commands_.begin() + static_cast<std::ptrdiff_t>(commands_sent_), commands_.end() - 1);
        }
        send_batch();
    }
}

void ClientSession::send_content() {
    output_ = content_->next_chunk();
    next_ = Next::send;
}

void ClientSession::on_final_reply(const Reply& reply) {
    if (!reply.positive()) refuse("end of data", reply);
    if (next_ == Next::close) return;
    result_.too_large = is_about_size(reply);
    if (reply.positive()) {
        result_.reply = reply_from_next_hop(reply);
        result_.why = words_of("end of data", reply);
        result_.taken = std::move(accepted_);
    }
    rest();
    if (reply.code == 421) next_ = Next::close;
}

void ClientSession::rest() {
    state_ = State::rest;
    next_ = Next::idle;
    content_.reset();
    if (operation_ != ClientOperation::verify || result_.outcome != nullptr) return;
    result_.about = AnswerAbout::recipient;
    result_.reply = {250, "2.1.5", "Recipient OK"};
}

// 4xx or 5xx is their answer to give on; any other code is none to this command.
void ClientSession::refuse(std::string_view step, const Reply& theirs) {
    if (!theirs.transient() && !theirs.permanent()) return fail(Failure::malformed, words_of(step, theirs));
    // At the end of data words speak of the content.
    const bool is_ours = is_about_us(theirs) && (state_ == State::commands || theirs.code == 530);
    const Outcome& row =
        is_ours ? connection_outcome(operation_, Failure::not_admitted) : refusal_outcome(operation_, theirs);
    result_.outcome = &row;
    result_.reply = is_ours ? reply_from(row) : reply_from_next_hop(theirs);
    result_.why = words_of(step, theirs);
    result_.may_repeat = is_ours || theirs.transient();
    result_.ask_fresh = is_ours;
}

bool ClientSession::is_not_admitted() const noexcept {
    return result_.outcome != nullptr && result_.outcome->failure == Failure::not_admitted;
}

// Whatever is asked: the host takes nothing from us, for now or as we come.
void ClientSession::turned_away(std::string_view step, const Reply& theirs) {
    if (!theirs.transient() && !theirs.permanent()) return fail(Failure::malformed, words_of(step, theirs));
    fail(theirs.transient() ? Failure::refused_for_now : Failure::not_admitted, words_of(step, theirs));
    if (result_.host_failed && theirs.transient()) result_.reply = reply_from_next_hop(theirs);
}

void ClientSession::refuse_ourselves(const Outcome& row, Reply reply) {
    result_.outcome = &row;
    result_.why = reply.words;
    result_.reply = std::move(reply);
}

void ClientSession::fail(Failure failure, std::string_view why) {
    next_ = Next::close;
    const bool refused = state_ == State::commands && result_.outcome != nullptr;
    if (refused && failure != Failure::malformed) return;  // some hosts say no and hang up
    const bool in_mail = state_ == State::content || state_ == State::final_reply;
    const Outcome& row = connection_outcome(operation_, failure);
    result_ = {};
    result_.outcome = &row;
    result_.reply = reply_from(row);
    result_.why = why;
    result_.host_failed = !in_mail && failure != Failure::malformed;
    result_.may_repeat = result_.host_failed;
}

}  // namespace mugaika::smtp
