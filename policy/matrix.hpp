// Stage x failure -> outcome: the one table that the code uses, `mugaika policy matrix` prints and the fault tests
// walk. A pair that is not in the table does not compile (outcome<S, F>()), so no failure can be answered by habit.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mugaika {

enum class Stage : std::uint8_t {
    connect,     // a client connects
    command,     // waiting for and reading commands
    recipient,   // RCPT is verified at the next hop
    data,        // reading DATA
    spool,       // holding the received bytes
    worker,      // the sandboxed worker reads the mail
    codec,       // a file of the mail is rebuilt
    checker,     // what was made of it is read
    engine,      // it is converted by a program of others
    scanner,     // it is looked at by a scanner
    judge,       // policy and verdict
    quarantine,  // the original is made durable
    compose,     // the new mail is written
    gate,        // the new mail is read again
    deliver,     // the next hop takes the new mail
    log,         // events are written
    release,     // an order of a person, or the rest of a delivery, is carried out
};

enum class Failure : std::uint8_t {
    limit,      // a limit of policy/limits.hpp was reached
    too_often,  // a limit of what one client may do, or one domain get
    malformed,  // the peer's words or bytes break the rules
    timeout,
    disconnected,
    died,             // a process of ours died, twice for this mail
    late,             // it did not finish in time, twice for this mail
    nonsense,         // it answered what cannot be, twice for this mail
    busy,             // none free in time
    unavailable,      // cannot be started or reached
    refused_for_now,  // the next hop said 4xx
    refused,          // the next hop said 5xx; for judge and connect: the policy does
    not_admitted,     // the next hop said 5xx about how we connect: it wants TLS, a login, another address
    mixed_answers,    // a recipient verified before is refused now
    disk_full,
    memory_low,  // less than the reserve is left
    io,
    internal,           // a bug of ours was noticed
    expired,            // an order is past its date
    loop,               // too many hops
    foreign_domain,     // not a domain of ours
    partly,             // some recipients have the mail, the others do not
    unknown_command,    // no verb of SMTP
    unknown_parameter,  // of MAIL or RCPT
    needs_smtputf8,     // an address beyond ASCII, and SMTPUTF8 was not said
    not_offered,        // a verb of SMTP that this relay does not offer
    out_of_order,       // a command at the wrong moment
    unsynchronised,     // sent before an answer that had to be waited for (RFC 2920)
    not_smtp,           // HTTP, TLS, binary, or lines that do not end in CRLF
    overlong,           // a command line past its limit
    insecure,           // the TLS handshake failed, or the TLS that is asked for cannot be had
    stopping,           // the relay is shutting down
};

enum class Ending : std::uint8_t {
    answer_for_now,   // 4xx, nothing kept: the sender keeps the mail and tries again
    answer_refusal,   // 5xx, nothing delivered, nothing kept
    next_hop_answer,  // the next hop's own code, nothing kept
    close,            // the connection ends; nothing accepted, nothing kept
    hold,             // original to quarantine, notice delivered, 250
    retry_later,      // what the relay owes: the original is kept, an order waits in the outbox
    give_up,          // what the relay owes: marked failed, event, shown to the administrator
    carry_on,         // the mail goes on; the failure is counted and shown
};

struct Outcome {
    Stage stage;
    Failure failure;
    Ending ending;
    int code;                   // SMTP, 0 where none is sent
    std::string_view enhanced;  // RFC 3463, "" where none
    std::string_view words;     // for the reply, English, ours
};

inline constexpr std::array outcomes{
    Outcome{Stage::connect, Failure::limit, Ending::close, 421, "4.3.2", "Too many connections, try again later"},
    Outcome{Stage::connect, Failure::too_often, Ending::close, 421, "4.7.0",
            "Too many connections from your address, try again later"},
    Outcome{Stage::connect, Failure::refused, Ending::close, 554, "5.7.1", "Not open to your address"},
    Outcome{Stage::connect, Failure::malformed, Ending::close, 554, "5.5.0", "PROXY header expected"},
    Outcome{Stage::connect, Failure::timeout, Ending::close, 421, "4.4.2", "Timeout waiting for a PROXY header"},
    Outcome{Stage::command, Failure::limit, Ending::close, 421, "4.7.0", "Too many errors or commands without a mail"},
    Outcome{Stage::command, Failure::malformed, Ending::answer_refusal, 501, "5.5.4", "Syntax error"},
    Outcome{Stage::command, Failure::unknown_command, Ending::answer_refusal, 500, "5.5.2", "Command not recognised"},
    Outcome{Stage::command, Failure::unknown_parameter, Ending::answer_refusal, 555, "5.5.4", "Parameter not offered"},
    Outcome{Stage::command, Failure::needs_smtputf8, Ending::answer_refusal, 553, "5.6.7",
            "Address beyond ASCII needs SMTPUTF8"},
    Outcome{Stage::command, Failure::not_offered, Ending::answer_refusal, 502, "5.5.1", "Command not offered"},
    Outcome{Stage::command, Failure::out_of_order, Ending::answer_refusal, 503, "5.5.1", "Bad sequence of commands"},
    Outcome{Stage::command, Failure::unsynchronised, Ending::close, 554, "5.5.0",
            "Synchronisation error, wait for the answer"},
    Outcome{Stage::command, Failure::not_smtp, Ending::close, 500, "5.5.2", "Not SMTP, or a line without CRLF"},
    Outcome{Stage::command, Failure::overlong, Ending::close, 500, "5.5.2", "Line too long"},
    Outcome{Stage::command, Failure::stopping, Ending::close, 421, "4.3.2", "Shutting down, try again later"},
    Outcome{Stage::command, Failure::internal, Ending::close, 421, "4.3.0", "Local error, try again later"},
    Outcome{Stage::command, Failure::timeout, Ending::close, 421, "4.4.2", "Timeout waiting for a command"},
    Outcome{Stage::command, Failure::disconnected, Ending::close, 0, "", ""},
    Outcome{Stage::command, Failure::insecure, Ending::close, 0, "", ""},
    Outcome{Stage::recipient, Failure::foreign_domain, Ending::answer_refusal, 550, "5.7.1", "Not a domain of ours"},
    Outcome{Stage::recipient, Failure::limit, Ending::answer_for_now, 452, "4.5.3", "Too many recipients"},
    Outcome{Stage::recipient, Failure::too_often, Ending::answer_for_now, 450, "4.7.1",
            "Too many mails in a short time, try again later"},
    Outcome{Stage::recipient, Failure::refused, Ending::next_hop_answer, 550, "5.1.1", "Refused by the next hop"},
    Outcome{Stage::recipient, Failure::refused_for_now, Ending::next_hop_answer, 450, "4.2.0",
            "Refused for now by the next hop"},
    Outcome{Stage::recipient, Failure::unavailable, Ending::answer_for_now, 451, "4.4.1", "Next hop not reachable"},
    Outcome{Stage::recipient, Failure::timeout, Ending::answer_for_now, 451, "4.4.1",
            "Next hop did not answer in time"},
    Outcome{Stage::recipient, Failure::disconnected, Ending::answer_for_now, 451, "4.4.2", "Next hop went away"},
    Outcome{Stage::recipient, Failure::not_admitted, Ending::answer_for_now, 451, "4.7.5",
            "Next hop takes nothing from this relay as it connects"},
    Outcome{Stage::recipient, Failure::malformed, Ending::answer_for_now, 451, "4.4.0", "Next hop answered nonsense"},
    Outcome{Stage::recipient, Failure::insecure, Ending::answer_for_now, 451, "4.7.5",
            "Next hop not reachable with the TLS that is required"},
    Outcome{Stage::recipient, Failure::disk_full, Ending::answer_for_now, 452, "4.3.1", "Not enough space"},
    Outcome{Stage::recipient, Failure::memory_low, Ending::answer_for_now, 452, "4.3.2",
            "Not enough memory, try again later"},
    Outcome{Stage::recipient, Failure::busy, Ending::answer_for_now, 451, "4.3.2",
            "Too many mails under way, try again later"},
    Outcome{Stage::data, Failure::limit, Ending::answer_refusal, 552, "5.3.4", "Message too large"},
    Outcome{Stage::data, Failure::malformed, Ending::answer_refusal, 550, "5.6.0",
            "Bare CR or LF, or NUL in the header, or header too large"},
    Outcome{Stage::data, Failure::out_of_order, Ending::answer_refusal, 554, "5.5.1", "No valid recipients"},
    Outcome{Stage::data, Failure::loop, Ending::answer_refusal, 554, "5.4.6", "Too many hops, mail loop"},
    Outcome{Stage::data, Failure::timeout, Ending::close, 421, "4.4.2", "Timeout waiting for data"},
    Outcome{Stage::data, Failure::disconnected, Ending::close, 0, "", ""},
    Outcome{Stage::spool, Failure::disk_full, Ending::answer_for_now, 452, "4.3.1", "Not enough space"},
    Outcome{Stage::spool, Failure::io, Ending::answer_for_now, 451, "4.3.0", "Local error holding the message"},
    Outcome{Stage::worker, Failure::died, Ending::hold, 0, "", ""},
    Outcome{Stage::worker, Failure::late, Ending::hold, 0, "", ""},
    Outcome{Stage::worker, Failure::nonsense, Ending::hold, 0, "", ""},
    Outcome{Stage::worker, Failure::busy, Ending::answer_for_now, 451, "4.3.2", "Too busy, try again later"},
    Outcome{Stage::worker, Failure::unavailable, Ending::answer_for_now, 451, "4.3.0",
            "Local error reading the message"},
    // A file's fault is that file's: it stays in quarantine with its reason, the letter and the other files arrive.
    Outcome{Stage::codec, Failure::died, Ending::carry_on, 0, "", ""},
    Outcome{Stage::codec, Failure::late, Ending::carry_on, 0, "", ""},
    Outcome{Stage::codec, Failure::nonsense, Ending::carry_on, 0, "", ""},
    Outcome{Stage::checker, Failure::died, Ending::carry_on, 0, "", ""},
    Outcome{Stage::checker, Failure::nonsense, Ending::carry_on, 0, "", ""},
    Outcome{Stage::checker, Failure::refused, Ending::carry_on, 0, "", ""},
    // A scanner that cannot look at a file: it stays where it is, with engine_unavailable.
    Outcome{Stage::scanner, Failure::unavailable, Ending::carry_on, 0, "", ""},
    Outcome{Stage::scanner, Failure::timeout, Ending::carry_on, 0, "", ""},
    Outcome{Stage::scanner, Failure::nonsense, Ending::carry_on, 0, "", ""},
    Outcome{Stage::engine, Failure::unavailable, Ending::carry_on, 0, "", ""},
    Outcome{Stage::engine, Failure::busy, Ending::carry_on, 0, "", ""},
    Outcome{Stage::engine, Failure::died, Ending::carry_on, 0, "", ""},
    Outcome{Stage::engine, Failure::late, Ending::carry_on, 0, "", ""},
    Outcome{Stage::engine, Failure::nonsense, Ending::carry_on, 0, "", ""},
    Outcome{Stage::engine, Failure::disk_full, Ending::carry_on, 0, "", ""},
    Outcome{Stage::judge, Failure::refused, Ending::answer_refusal, 554, "5.7.1", "Refused by policy"},
    Outcome{Stage::judge, Failure::internal, Ending::answer_for_now, 451, "4.3.0", "Local error, try again later"},
    Outcome{Stage::quarantine, Failure::disk_full, Ending::answer_for_now, 452, "4.3.1", "Not enough space"},
    Outcome{Stage::quarantine, Failure::io, Ending::answer_for_now, 451, "4.3.0", "Local error keeping the original"},
    Outcome{Stage::compose, Failure::internal, Ending::hold, 0, "", ""},
    Outcome{Stage::gate, Failure::nonsense, Ending::hold, 0, "", ""},
    Outcome{Stage::gate, Failure::internal, Ending::answer_for_now, 451, "4.3.0", "Local error composing the message"},
    Outcome{Stage::deliver, Failure::unavailable, Ending::answer_for_now, 451, "4.4.1", "Next hop not reachable"},
    Outcome{Stage::deliver, Failure::timeout, Ending::answer_for_now, 451, "4.4.2", "Next hop did not answer in time"},
    Outcome{Stage::deliver, Failure::disconnected, Ending::answer_for_now, 451, "4.4.2", "Next hop went away"},
    Outcome{Stage::deliver, Failure::malformed, Ending::answer_for_now, 451, "4.4.0", "Next hop answered nonsense"},
    Outcome{Stage::deliver, Failure::insecure, Ending::answer_for_now, 451, "4.7.5",
            "Next hop not reachable with the TLS that is required"},
    Outcome{Stage::deliver, Failure::not_admitted, Ending::answer_for_now, 451, "4.7.5",
            "Next hop takes nothing from this relay as it connects"},
    Outcome{Stage::deliver, Failure::mixed_answers, Ending::answer_for_now, 451, "4.2.0",
            "A recipient is refused now, try again"},
    Outcome{Stage::deliver, Failure::not_offered, Ending::answer_for_now, 451, "4.5.4",
            "Next hop reports no deliveries any more, try again"},
    Outcome{Stage::deliver, Failure::refused_for_now, Ending::next_hop_answer, 451, "4.3.0",
            "Refused for now by the next hop"},
    Outcome{Stage::deliver, Failure::refused, Ending::next_hop_answer, 554, "5.0.0", "Refused by the next hop"},
    Outcome{Stage::deliver, Failure::busy, Ending::answer_for_now, 451, "4.3.2", "Too busy, try again later"},
    Outcome{Stage::deliver, Failure::partly, Ending::retry_later, 250, "2.0.0",
            "Ok, delivered in part; the rest is kept and tried again"},
    Outcome{Stage::log, Failure::io, Ending::carry_on, 0, "", ""},
    Outcome{Stage::log, Failure::disk_full, Ending::carry_on, 0, "", ""},
    Outcome{Stage::release, Failure::expired, Ending::give_up, 0, "", ""},
    Outcome{Stage::release, Failure::malformed, Ending::give_up, 0, "", ""},
    Outcome{Stage::release, Failure::refused, Ending::give_up, 0, "", ""},
    Outcome{Stage::release, Failure::nonsense, Ending::give_up, 0, "", ""},
    Outcome{Stage::release, Failure::unavailable, Ending::retry_later, 0, "", ""},
    Outcome{Stage::release, Failure::refused_for_now, Ending::retry_later, 0, "", ""},
    Outcome{Stage::release, Failure::io, Ending::retry_later, 0, "", ""},
    Outcome{Stage::release, Failure::internal, Ending::retry_later, 0, "", ""},
};

std::string_view to_string(Stage) noexcept;
std::string_view to_string(Failure) noexcept;
std::string_view to_string(Ending) noexcept;

constexpr const Outcome* find_outcome(Stage stage, Failure failure) noexcept {
    for (const Outcome& row : outcomes) {
        if (row.stage == stage && row.failure == failure) return &row;
    }
    return nullptr;
}

template <Stage S, Failure F>
constexpr const Outcome& outcome() noexcept {
    constexpr const Outcome* row = find_outcome(S, F);
    static_assert(row != nullptr, "this stage x failure has no outcome in policy/matrix.hpp");
    return *row;
}

}  // namespace mugaika
