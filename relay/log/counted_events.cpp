#include "relay/log/counted_events.hpp"

#include <csignal>
#include <string>

#include "relay/log/counted_verdict.hpp"

namespace mugaika {
namespace {

// For refusals without a reason of ours: at most as many as there are codes.
std::string answer_label(const smtp::Reply& reply) { return "code_" + std::to_string(reply.code); }

// How the template says that seccomp ended a worker (SIGSYS).
constexpr std::string_view forbidden_call = "signal 31";
static_assert(SIGSYS == 31);

class Counting {
public:
    explicit Counting(Metrics& metrics) : metrics_(metrics) {}

    template <class Event>
    void operator()(const Event&) const {}  // not counted

    void operator()(const event::ConfigLoaded&) const { metrics_.config_taken(true); }
    void operator()(const event::ConfigRejected&) const { metrics_.config_taken(false); }
    void operator()(const event::ReserveLow& low) const { metrics_.reserve(low.of, true); }
    void operator()(const event::ReserveRecovered& recovered) const { metrics_.reserve(recovered.of, false); }

    void operator()(const event::SessionOpened&) const { metrics_.session_opened(); }
    void operator()(const event::SessionRefused& refused) const {
        metrics_.refused("connect", refused.why, refused.times);
    }
    void operator()(const event::RecipientRefused& refused) const {
        metrics_.refused("recipient", answer_label(refused.reply));
    }

    void operator()(const event::MessageQuarantined& kept) const { metrics_.quarantined(kept.reason.text()); }
    void operator()(const event::MessageDelivered& delivered) const {
        if (const auto verdict = counted_verdict(delivered)) metrics_.message(delivered.mail.route, *verdict);
        metrics_.stages_took(delivered.times);
        if (delivered.mail.order_kind == to_string(OrderKind::checkpoint)) {
            metrics_.checkpoint_delivered(delivered.mail.route);
        }
    }
    void operator()(const event::MessageDeferred& deferred) const {
        metrics_.deferred(deferred.stage.text(), deferred.failure.text());
        metrics_.stages_took(deferred.times);
    }
    void operator()(const event::MessageRefused& refused) const {
        if (!is_by_order(refused.mail)) metrics_.message(refused.mail.route, "refused");
        const bool no_reason = refused.reason.is(Reason::none);
        metrics_.refused("content", no_reason ? answer_label(refused.reply) : refused.reason.text());
        metrics_.stages_took(refused.times);
    }
    void operator()(const event::MessageOwed& owed) const {
        metrics_.owed(owed.failure.text());
        metrics_.stages_took(owed.times);
    }

    void operator()(const event::WorkerDied& died) const {
        metrics_.sandbox_killed(died.how.find(forbidden_call) == std::string::npos ? "died" : "seccomp");
    }
    void operator()(const event::WorkerLimited& limited) const { metrics_.sandbox_killed(limited.limit); }
    void operator()(const event::GateRefused&) const { metrics_.gate_refused(); }
    void operator()(const event::FileFailed&) const { metrics_.file_failed(); }
    void operator()(const event::CheckRefused&) const { metrics_.check_refused(); }
    void operator()(const event::FileConverted& converted) const { metrics_.conversion_ended(converted.end); }

    void operator()(const event::QuarantineReleaseFailed& failed) const {
        if (failed.final) metrics_.given_up(failed.kind);
    }
    void operator()(const event::QuarantineRerun& rerun) const {
        if (rerun.result == "given_up") metrics_.given_up(to_string(OrderKind::rerun));
    }

private:
    Metrics& metrics_;
};

}  // namespace

void count(Metrics& metrics, const AnyEvent& event) { std::visit(Counting(metrics), event); }

}  // namespace mugaika
