// The event log: one function per event, one JSON object per line, one encoder for every value. All statistics read
// only this. Event and key names never change once released (INTERFACE "Log events"). Bodies and subjects are never
// logged. Every value from outside is made valid UTF-8 and loses its controls on the way (AC-255). Thread-safe.
//
// DIAGNOSTICS: a failing write is counted, said once on standard error, and never stops mail (matrix: log).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/fwd.hpp>
#include <boost/json/storage_ptr.hpp>

#include "policy/release_order.hpp"
#include "policy/result.hpp"
#include "policy/tls_facts.hpp"
#include "relay/log/actor.hpp"
#include "relay/log/metrics.hpp"
#include "relay/log/stage_times.hpp"
#include "relay/smtp/envelope.hpp"
#include "relay/smtp/reply.hpp"
#include "sanitizer/mail/file_descriptor.hpp"
#include "sanitizer/mail/ledger.hpp"
#include "sanitizer/mail/verdict.hpp"

namespace mugaika {

// Who and where a mail belongs to, repeated in its events.
struct MailTag {
    std::string id;  // "" before it is known
    std::string session;
    std::string route;
    std::string order_kind = {};  // of a mail that is judged again; "" for all others
    std::string message_id = {};  // the original's, without brackets, from the checked extract; "" before or without it
};

class EventLog {
public:
    enum class Sync : bool { no, yes };  // yes: each event is on the disk before its function returns

    // "-" is standard output. Opened for appending, created 0640. `host` stands in every event.
    static Result<std::unique_ptr<EventLog>> open(const std::string& path, std::string host, Sync = Sync::no);
    static std::unique_ptr<EventLog> on(FileDescriptor, std::string host);  // what is open already
    ~EventLog();
    Result<void> reopen();  // after logrotate; on failure the old file stays open

    void relay_started(std::string_view version, std::string_view sandbox, const std::vector<std::string>& listen);
    void relay_stopped(std::string_view why, std::size_t cut_off = 0);  // sessions that had to be
    void config_loaded(std::string_view file);
    void config_rejected(std::string_view file, const std::vector<std::string>& faults);
    void reserve_low(std::string_view of, std::uint64_t left, std::uint64_t limit);
    void reserve_recovered(std::string_view of, std::uint64_t left, std::uint64_t limit);
    // A task of ours that goes round by round failed in one; said when the words are new. It goes on.
    void relay_fault(std::string_view where, std::string_view why);
    // With the first word that matters; sessions that do nothing are summed up (session_idle).
    void session_opened(std::string_view session, std::string_view client);
    // The client made its TLS handshake, and with what; or it did not, and why.
    void session_secured(std::string_view session, std::string_view client, const TlsFacts&);
    void session_tls_failed(std::string_view session, std::string_view client, std::string_view why);
    // A trusted hop says who its client is, `through` PROXY, XCLIENT or (for one mail) XFORWARD; "" is not known.
    void session_client_named(std::string_view session, std::string_view hop, std::string_view client,
                              std::string_view name, std::string_view helo, std::string_view through);
    // `times`: connections that were refused since the last such line of this client, this one with it.
    void session_refused(std::string_view client, const smtp::Reply&, std::string_view why, std::uint64_t times = 1);
    // So many sessions of this client ended without a word that matters (health checks) since the last such line.
    void session_idle(std::string_view client, std::uint64_t sessions);
    void session_closed(std::string_view session, std::string_view client, std::uint32_t mails, std::string_view why);
    // `so_far`: the transaction, for its sender. `why`: the limit that was reached; "" when the answer says all.
    void recipient_refused(const MailTag&, const smtp::Envelope& so_far, std::string_view recipient, const smtp::Reply&,
                           std::string_view why = {});
    // TLS is that of the client, in message_delivered that of the next hop; nothing: in the clear, and no such keys.
    void message_received(const MailTag&, const smtp::Envelope&, std::string_view client,
                          const std::optional<TlsFacts>&, std::uint64_t bytes, std::string_view sha256);
    void message_sanitized(const MailTag&, const Ledger&, std::chrono::microseconds worker_time);  // the ledger whole
    void message_quarantined(const MailTag&, std::string_view item, Reason, std::uint64_t bytes);
    // How a mail ends, or one try of it; each with the times of all stages that it came to.
    void message_delivered(const MailTag&, const smtp::Envelope&, const Verdict&, std::string_view next_hop,
                           const std::optional<TlsFacts>&, const smtp::Reply&, const StageTimes&);
    void message_deferred(const MailTag&, const smtp::Envelope&, const Outcome&, const smtp::Reply&,
                          std::string_view why, const StageTimes&);
    void message_refused(const MailTag&, const smtp::Envelope&, const smtp::Reply&, Reason, const StageTimes&);
    // Others of the same mail were served, those in `order` were not: it is the relay's own from now on.
    void message_owed(const MailTag&, const smtp::Envelope&, const ReleaseOrder& order, const Outcome&,
                      std::string_view why, const StageTimes&);
    // Said when it changes: a host failed and is tried last for a while, or took its place again.
    void next_hop_down(std::string_view next_hop, std::string_view why);
    void next_hop_up(std::string_view next_hop);
    // An alarm, once until it takes something again: it refuses us and not the mail, so somebody must set things right.
    void next_hop_not_admitted(std::string_view next_hop, std::string_view why);
    void next_hop_secured(std::string_view next_hop, const TlsFacts&);
    // TLS with a next hop failed; goes_on: the mail then went in the clear, as the route allows.
    void next_hop_tls_failed(std::string_view next_hop, std::string_view why, bool goes_on);
    void worker_died(const MailTag&, std::string_view how);
    void worker_limited(const MailTag&, std::string_view which_limit);
    void gate_refused(const MailTag&, std::string_view why);  // an alarm: a bug of ours or a taken-over worker
    // About one file of a mail, by the path of its part: one attempt to rebuild or to check it failed, or a checker
    // refused what a codec had made, which is an alarm as a gate refusal is.
    void file_failed(const MailTag&, std::string_view part, std::string_view why);
    void check_refused(const MailTag&, std::string_view part, std::string_view why);
    // A scanner forbids a file, or cannot look at it; `why` says which scanner, and what it says.
    void scanner_found(const MailTag&, std::string_view part, std::string_view why);
    void scanner_failed(const MailTag&, std::string_view part, std::string_view why);
    // Said when it changes.
    void scanner_down(std::string_view scanner, std::string_view why);
    void scanner_up(std::string_view scanner);
    void conversion_ended(std::string_view how);                                          // counted alone; as Metrics
    void quarantine_released(const ReleaseOrder&, const Actor&, std::string_view route);  // order written
    void quarantine_delivered(const ReleaseOrder&, std::string_view message_id, std::string_view next_hop);
    void quarantine_release_failed(const ReleaseOrder&, const Outcome&, std::string_view why, bool final);
    // By a person, with `mugaika queue`; the order's own person is who made it.
    void queue_held(const ReleaseOrder&, const Actor&);
    void queue_released(const ReleaseOrder&, const Actor&);
    void queue_flushed(const ReleaseOrder&, const Actor&);
    void queue_deleted(const ReleaseOrder&, const Actor&, std::string_view why);
    void quarantine_viewed(std::string_view item, const Actor&, std::string_view what);
    // The received bytes, of the mail or a part, went into a file; `sha256` is theirs.
    void quarantine_exported(std::string_view item, const Actor&, std::string_view what, std::string_view file,
                             std::uint64_t bytes, std::string_view sha256);
    // Files of a kept mail were opened with a password, of which nothing is said, and follow in a mail of their own.
    struct Unlocked {
        std::string_view item;
        std::vector<std::string> parts;
        std::string_view follow_up;  // its id
        std::string_view order;
        std::string_view route;
        std::string_view why;
    };
    void quarantine_unlocked(const Unlocked&, const Actor&);
    // `why`: wrong_password, or what the file has; `tries_left` of passwords for this mail.
    void quarantine_unlock_failed(std::string_view item, const Actor&, std::string_view part, std::string_view why,
                                  std::uint32_t tries_left);
    // A kept mail is to be judged again, by a person's order.
    void quarantine_rerun_ordered(const ReleaseOrder&, const Actor&, std::string_view route);
    // It was. `result`: brought, nothing_new, given_up, waits or gone; parts by their paths.
    struct Rerun {
        std::string_view result;
        std::vector<std::string> brought;
        std::vector<std::pair<std::string, Reason>> stays;
    };
    void quarantine_rerun(const ReleaseOrder&, const Rerun&);
    void quarantine_deleted(std::string_view item, const Actor&, std::string_view why);
    void quarantine_expired(std::string_view item, const Actor&);
    // An alarm: a mail whose id another kept mail has already. It is answered 451.
    void quarantine_conflict(const MailTag&, std::string_view why);
    void quarantine_key_made(std::string_view file, std::string_view key_id);  // to be backed up

    std::uint64_t lost_events() const noexcept { return lost_; }
    const Metrics& metrics() const noexcept { return metrics_; }  // of the events written so far

private:
    EventLog() = default;
    boost::json::object begin(std::string_view event) const;  // time, event, host
    boost::json::object begin(std::string_view event, const MailTag&) const;
    boost::json::object begin(std::string_view event, const ReleaseOrder&, std::string_view person) const;
    boost::json::object begin(std::string_view event, const ReleaseOrder&, const Actor&) const;
    boost::json::object begin(std::string_view event, std::string_view item, const Actor&) const;
    void write(const boost::json::object& event);
    struct Sink;
    std::unique_ptr<Sink> sink_;
    std::string host_;
    std::atomic<std::uint64_t> lost_{0};
    Metrics metrics_;
};

}  // namespace mugaika
