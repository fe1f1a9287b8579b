#include "relay/log/events.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>
#include <mutex>

#include "relay/log/event_members.hpp"
#include "relay/log/ledger_json.hpp"
#include "relay/log/timestamp.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;
using event_members::put;
using event_members::put_list;
using event_members::put_recipients;

constexpr std::size_t first_block_bytes = 4096;
constexpr std::size_t members_of_an_event = 24;

void put_reply(json::object& event, const smtp::Reply& reply) {
    event["code"] = reply.code;
    put(event, "enhanced", reply.enhanced);
    put(event, "answer", reply.words);
}

void put_envelope(json::object& event, const smtp::Envelope& envelope) {
    put(event, "from", envelope.sender_text());
    put_recipients(event, envelope.recipients);
}

void put_tls(json::object& event, const TlsFacts& tls) {
    put(event, "tls_version", tls.version);
    put(event, "tls_cipher", tls.cipher);
}

void put_times(json::object& event, const StageTimes& times) {
    const auto put_time = [&event](std::string_view stage, std::optional<StageTimes::Time> time) {
        if (time) event[std::string(stage) + "_us"] = time->count();
    };
    for (const Stage stage : StageTimes::measured) put_time(to_string(stage), times.of(stage));
    put_time("total", times.total());
}

// For refusals without a reason of ours: at most as many as there are codes.
std::string answer_label(const smtp::Reply& reply) { return "code_" + std::to_string(reply.code); }

// How the template says that seccomp ended a worker (SIGSYS).
constexpr std::string_view forbidden_call = "signal 31";
static_assert(SIGSYS == 31);

Result<FileDescriptor> open_for_appending(const std::string& path) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (fd < 0) return error_from_errno("opening the event log " + path, errno);
    return FileDescriptor(fd);
}

}  // namespace

// The file behind the log. A line is one write(2) with O_APPEND, so that several processes can share the file.
struct EventLog::Sink {
    std::string path;
    Sync sync = Sync::no;
    std::mutex mutex;
    FileDescriptor file;  // not open: standard output
    bool torn = false;    // the last line was written in part; the next must not continue it
    bool said = false;    // that writing fails

    int fd() const { return file.is_open() ? file.get() : STDOUT_FILENO; }

    // 0 or errno.
    int append(std::string line) {
        if (torn) line.insert(line.begin(), '\n');
        ssize_t written = 0;
        do {
            written = ::write(fd(), line.data(), line.size());
        } while (written < 0 && errno == EINTR);
        if (written < 0) return errno;
        torn = static_cast<std::size_t>(written) < line.size();
        if (torn) return ENOSPC;  // a regular file takes less than asked only when the disk is full
        if (sync == Sync::yes && file.is_open() && ::fdatasync(fd()) != 0) return errno;
        return 0;
    }
};

Result<std::unique_ptr<EventLog>> EventLog::open(const std::string& path, std::string host, Sync sync) {
    std::unique_ptr<EventLog> log(new EventLog);
    log->host_ = std::move(host);
    log->sink_ = std::make_unique<Sink>();
    log->sink_->path = path;
    log->sink_->sync = sync;
    if (path != "-") {
        auto file = open_for_appending(path);
        if (!file) return file.error();
        log->sink_->file = std::move(*file);
    }
    return log;
}

std::unique_ptr<EventLog> EventLog::on(FileDescriptor file, std::string host) {
    std::unique_ptr<EventLog> log(new EventLog);
    log->host_ = std::move(host);
    log->sink_ = std::make_unique<Sink>();
    log->sink_->file = std::move(file);
    return log;
}

EventLog::~EventLog() = default;

Result<void> EventLog::reopen() {
    const std::lock_guard lock(sink_->mutex);
    if (!sink_->file.is_open()) return {};
    auto file = open_for_appending(sink_->path);
    if (!file) return file.error();
    sink_->file = std::move(*file);
    sink_->torn = false;
    sink_->said = false;
    return {};
}

json::object EventLog::begin(std::string_view name) const {
    // An event is built once and thrown away: its memory comes in one block and goes as one.
    json::object event(json::make_shared_resource<json::monotonic_resource>(first_block_bytes));
    event.reserve(members_of_an_event);
    put(event, "time", rfc3339(std::chrono::system_clock::now()));
    put(event, "event", name);
    put(event, "host", host_);
    return event;
}

json::object EventLog::begin(std::string_view name, const MailTag& tag) const {
    json::object event = begin(name);
    if (!tag.id.empty()) put(event, "id", tag.id);
    if (!tag.session.empty()) put(event, "session", tag.session);
    if (!tag.route.empty()) put(event, "route", tag.route);
    if (!tag.message_id.empty()) put(event, "message_id", tag.message_id);
    if (!tag.order_kind.empty()) put(event, "kind", tag.order_kind);
    return event;
}

// A log that cannot be written stops no mail.
static_assert(outcome<Stage::log, Failure::io>().ending == Ending::carry_on);
static_assert(outcome<Stage::log, Failure::disk_full>().ending == Ending::carry_on);

void EventLog::write(const json::object& event) {
    const std::string line = json::serialize(event) + "\n";
    const std::lock_guard lock(sink_->mutex);
    const int failure = sink_->append(line);
    if (failure == 0) return;
    ++lost_;
    if (sink_->said) return;
    sink_->said = true;
    std::cerr << "mugaika: cannot write the event log " << sink_->path << ": " << std::strerror(failure)
              << "; mail goes on, events are lost until this is mended\n";
}

void EventLog::relay_started(std::string_view version, std::string_view sandbox,
                             const std::vector<std::string>& listen) {
    json::object event = begin("relay.started");
    put(event, "version", version);
    put(event, "sandbox", sandbox);
    put_list(event, "listen", listen);
    write(event);
}

void EventLog::relay_stopped(std::string_view why, std::size_t cut_off) {
    json::object event = begin("relay.stopped");
    put(event, "why", why);
    event["cut_off"] = cut_off;
    write(event);
}

void EventLog::config_loaded(std::string_view file) {
    metrics_.config_taken(true);
    json::object event = begin("config.loaded");
    put(event, "file", file);
    write(event);
}

void EventLog::config_rejected(std::string_view file, const std::vector<std::string>& faults) {
    metrics_.config_taken(false);
    json::object event = begin("config.rejected");
    put(event, "file", file);
    put(event, "why", "faults: " + std::to_string(faults.size()));
    put_list(event, "faults", faults);
    write(event);
}

void EventLog::reserve_low(std::string_view of, std::uint64_t left, std::uint64_t limit) {
    metrics_.reserve(of, true);
    json::object event = begin("reserve.low");
    put(event, "of", of);
    event["left"] = left;
    event["limit"] = limit;
    write(event);
}

void EventLog::reserve_recovered(std::string_view of, std::uint64_t left, std::uint64_t limit) {
    metrics_.reserve(of, false);
    json::object event = begin("reserve.recovered");
    put(event, "of", of);
    event["left"] = left;
    event["limit"] = limit;
    write(event);
}

void EventLog::relay_fault(std::string_view where, std::string_view why) {
    json::object event = begin("relay.fault");
    put(event, "where", where);
    put(event, "why", why);
    write(event);
}

void EventLog::session_opened(std::string_view session, std::string_view client) {
    metrics_.session_opened();
    json::object event = begin("session.opened");
    put(event, "session", session);
    put(event, "client", client);
    write(event);
}

void EventLog::session_secured(std::string_view session, std::string_view client, const TlsFacts& tls) {
    json::object event = begin("session.secured");
    put(event, "session", session);
    put(event, "client", client);
    put_tls(event, tls);
    write(event);
}

void EventLog::session_tls_failed(std::string_view session, std::string_view client, std::string_view why) {
    json::object event = begin("session.tls_failed");
    put(event, "session", session);
    put(event, "client", client);
    put(event, "why", why);
    write(event);
}

void EventLog::session_client_named(std::string_view session, std::string_view hop, std::string_view client,
                                    std::string_view name, std::string_view helo, std::string_view through) {
    json::object event = begin("session.client_named");
    put(event, "session", session);
    put(event, "hop", hop);
    put(event, "client", client);
    put(event, "name", name);
    put(event, "helo", helo);
    put(event, "through", through);
    write(event);
}

void EventLog::session_refused(std::string_view client, const smtp::Reply& reply, std::string_view why,
                               std::uint64_t times) {
    metrics_.refused("connect", why, times);
    json::object event = begin("session.refused");
    put(event, "client", client);
    put_reply(event, reply);
    put(event, "why", why);
    event["times"] = times;
    write(event);
}

void EventLog::session_idle(std::string_view client, std::uint64_t sessions) {
    json::object event = begin("session.idle");
    put(event, "client", client);
    event["sessions"] = sessions;
    write(event);
}

void EventLog::session_closed(std::string_view session, std::string_view client, std::uint32_t mails,
                              std::string_view why) {
    json::object event = begin("session.closed");
    put(event, "session", session);
    put(event, "client", client);
    event["mails"] = mails;
    put(event, "why", why);
    write(event);
}

void EventLog::recipient_refused(const MailTag& tag, const smtp::Envelope& so_far, std::string_view recipient,
                                 const smtp::Reply& reply, std::string_view why) {
    metrics_.refused("recipient", answer_label(reply));
    json::object event = begin("recipient.refused", tag);
    if (!tag.session.empty()) put(event, "from", so_far.sender_text());  // an order asks in nobody's name
    put(event, "recipient", recipient);
    put_reply(event, reply);
    if (!why.empty()) put(event, "why", why);
    write(event);
}

void EventLog::message_received(const MailTag& tag, const smtp::Envelope& envelope, std::string_view client,
                                const std::optional<TlsFacts>& tls, std::uint64_t bytes, std::string_view sha256) {
    json::object event = begin("message.received", tag);
    put_envelope(event, envelope);
    put(event, "client", client);
    if (tls) put_tls(event, *tls);
    event["bytes"] = bytes;
    put(event, "sha256", sha256);
    write(event);
}

void EventLog::message_sanitized(const MailTag& tag, const Ledger& ledger, std::chrono::microseconds worker_time) {
    json::object event = begin("message.sanitized", tag);
    json::object members = to_json(ledger, event.storage());
    for (auto& member : members) event.emplace(member.key(), std::move(member.value()));  // the tag's id stays
    event["worker_us"] = worker_time.count();
    write(event);
}

void EventLog::message_quarantined(const MailTag& tag, std::string_view item, Reason reason, std::uint64_t bytes) {
    metrics_.quarantined(to_string(reason));
    json::object event = begin("message.quarantined", tag);
    put(event, "item", item);
    put(event, "reason", to_string(reason));
    event["bytes"] = bytes;
    write(event);
}

void EventLog::message_delivered(const MailTag& tag, const smtp::Envelope& envelope, const Verdict& verdict,
                                 std::string_view next_hop, const std::optional<TlsFacts>& tls,
                                 const smtp::Reply& reply, const StageTimes& times) {
    metrics_.message(tag.route, tag.order_kind.empty() ? to_string(verdict.verdict) : "followed");
    metrics_.stages_took(times);
    json::object event = begin("message.delivered", tag);
    put_envelope(event, envelope);
    put(event, "verdict", to_string(verdict.verdict));
    put(event, "reason", to_string(verdict.reason));
    put(event, "next_hop", next_hop);
    if (tls) put_tls(event, *tls);
    put_reply(event, reply);
    put_times(event, times);
    write(event);
}

void EventLog::message_deferred(const MailTag& tag, const smtp::Envelope& envelope, const Outcome& outcome,
                                const smtp::Reply& reply, std::string_view why, const StageTimes& times) {
    metrics_.deferred(to_string(outcome.stage), to_string(outcome.failure));
    metrics_.stages_took(times);
    json::object event = begin("message.deferred", tag);
    put_envelope(event, envelope);
    put(event, "stage", to_string(outcome.stage));
    put(event, "failure", to_string(outcome.failure));
    put_reply(event, reply);
    put(event, "why", why);
    put_times(event, times);
    write(event);
}

void EventLog::message_refused(const MailTag& tag, const smtp::Envelope& envelope, const smtp::Reply& reply,
                               Reason reason, const StageTimes& times) {
    metrics_.message(tag.route, "refused");
    metrics_.refused("content", reason == Reason::none ? answer_label(reply) : std::string(to_string(reason)));
    metrics_.stages_took(times);
    json::object event = begin("message.refused", tag);
    put_envelope(event, envelope);
    put(event, "reason", to_string(reason));
    put_reply(event, reply);
    put_times(event, times);
    write(event);
}

void EventLog::message_owed(const MailTag& tag, const smtp::Envelope& envelope, const ReleaseOrder& order,
                            const Outcome& outcome, std::string_view why, const StageTimes& times) {
    metrics_.owed(to_string(outcome.failure));
    metrics_.stages_took(times);
    json::object event = begin("message.owed", tag);
    put(event, "from", envelope.sender_text());
    put_recipients(event, order.recipients);
    put(event, "order", order.order_id);
    put(event, "stage", to_string(outcome.stage));
    put(event, "failure", to_string(outcome.failure));
    put(event, "why", why);
    event["valid_until"] = rfc3339(order.valid_until);
    put_times(event, times);
    write(event);
}

void EventLog::next_hop_down(std::string_view next_hop, std::string_view why) {
    json::object event = begin("next_hop.down");
    put(event, "next_hop", next_hop);
    put(event, "why", why);
    write(event);
}

void EventLog::next_hop_up(std::string_view next_hop) {
    json::object event = begin("next_hop.up");
    put(event, "next_hop", next_hop);
    write(event);
}

void EventLog::next_hop_not_admitted(std::string_view next_hop, std::string_view why) {
    json::object event = begin("next_hop.not_admitted");
    put(event, "next_hop", next_hop);
    put(event, "why", why);
    write(event);
}

void EventLog::next_hop_secured(std::string_view next_hop, const TlsFacts& tls) {
    json::object event = begin("next_hop.secured");
    put(event, "next_hop", next_hop);
    put_tls(event, tls);
    write(event);
}

void EventLog::next_hop_tls_failed(std::string_view next_hop, std::string_view why, bool goes_on) {
    json::object event = begin("next_hop.tls_failed");
    put(event, "next_hop", next_hop);
    put(event, "why", why);
    event["in_the_clear"] = goes_on;
    write(event);
}

void EventLog::worker_died(const MailTag& tag, std::string_view how) {
    metrics_.sandbox_killed(how.find(forbidden_call) == std::string_view::npos ? "died" : "seccomp");
    json::object event = begin("worker.died", tag);
    put(event, "how", how);
    write(event);
}

void EventLog::worker_limited(const MailTag& tag, std::string_view which_limit) {
    metrics_.sandbox_killed(which_limit);
    json::object event = begin("worker.limited", tag);
    put(event, "limit", which_limit);
    write(event);
}

void EventLog::file_failed(const MailTag& tag, std::string_view part, std::string_view why) {
    metrics_.file_failed();
    json::object event = begin("file.failed", tag);
    put(event, "part", part);
    put(event, "why", why);
    write(event);
}

void EventLog::check_refused(const MailTag& tag, std::string_view part, std::string_view why) {
    metrics_.check_refused();
    json::object event = begin("check.refused", tag);
    put(event, "part", part);
    put(event, "why", why);
    write(event);
}

void EventLog::scanner_found(const MailTag& tag, std::string_view part, std::string_view why) {
    json::object event = begin("scanner.found", tag);
    put(event, "part", part);
    put(event, "why", why);
    write(event);
}

void EventLog::scanner_failed(const MailTag& tag, std::string_view part, std::string_view why) {
    json::object event = begin("scanner.failed", tag);
    put(event, "part", part);
    put(event, "why", why);
    write(event);
}

void EventLog::scanner_down(std::string_view scanner, std::string_view why) {
    json::object event = begin("scanner.down");
    put(event, "scanner", scanner);
    put(event, "why", why);
    write(event);
}

void EventLog::scanner_up(std::string_view scanner) {
    json::object event = begin("scanner.up");
    put(event, "scanner", scanner);
    write(event);
}

void EventLog::conversion_ended(std::string_view how) { metrics_.conversion_ended(how); }

void EventLog::gate_refused(const MailTag& tag, std::string_view why) {
    metrics_.gate_refused();
    json::object event = begin("gate.refused", tag);
    put(event, "why", why);
    write(event);
}

}  // namespace mugaika
