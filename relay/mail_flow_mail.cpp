#include "relay/mail_flow_mail.hpp"

#include <algorithm>

#include "relay/compose_for_route.hpp"
#include "relay/log/timestamp.hpp"
#include "sanitizer/finish/follow_up_files.hpp"

namespace mugaika {
namespace {

// Nobody waits for a mail that is judged again or drawn by order, and it takes its time beside the others.
constexpr std::chrono::minutes files_deadline_of_a_rerun{10};

}  // namespace

FlowEnd ended(const Outcome& outcome, std::string why) {
    FlowEnd end;
    end.outcome = &outcome;
    end.reply = smtp::reply_from(outcome);
    end.why = std::move(why);
    return end;
}

FlowEnd keeping_failed(const Error& error) {
    return ended(error.fault() == Fault::disk_full ? outcome<Stage::quarantine, Failure::disk_full>()
                                                   : outcome<Stage::quarantine, Failure::io>(),
                 error.words());
}

NextHops hops_of(const Route& route) {
    NextHops hops;
    for (const HostPort& hop : route.next_hops) hops.hosts.emplace_back(hop.host, hop.port);
    hops.tls = route.tls;
    hops.tls_context = route.tls_context;
    hops.source_address = route.source_address;
    hops.connections_max = route.connections_max;
    return hops;
}

MailFlow::Mail::Mail(std::shared_ptr<const Config> c, RecipientGroup group, const RawMail& m, QuarantineItem i)
    : config(std::move(c)),
      route(*group.route),
      profiles(std::move(group.profiles)),
      profile(profiles.as_received),
      envelope(std::move(group.envelope)),
      raw(m),
      item(std::move(i)) {
    tag.id = item.id;
    tag.route = route.name();
    facts.id = item.id;
    facts.hostname = config->hostname;
    facts.client_helo = item.client_helo;
    facts.client_address = item.client_address;
    facts.protocol = item.protocol;
    facts.received_at = item.received_at;
    fill_for_route(facts, *config, &route);
    facts.original_bytes = raw.size();
    facts.unlocked_from = item.unlocked_from;
}

// An order's mail is in no hurry, and its rest is what others have been told.
bool MailFlow::Mail::lets_files_follow() const {
    return order == nullptr && config->profile_of(&route).slow_files.slow == Slow::follow;
}

std::chrono::seconds MailFlow::Mail::files_deadline() const {
    if (is_rerun() || is_pictured()) return files_deadline_of_a_rerun;
    const std::chrono::seconds whole = config->limits.flow.files_deadline;
    return lets_files_follow() ? std::min(whole, config->profile_of(&route).slow_files.after) : whole;
}

RoadRules MailFlow::Mail::road_rules() const {
    RoadRules rules;
    if (is_rerun() || is_pictured()) rules.side_by_side_max = 1;
    rules.ends_sharply = lets_files_follow();
    rules.delivered = is_pictured() ? &left_out : delivered;
    if (is_rerun()) rules.owed = formats_waited_for(*stored);
    return rules;
}

bool MailFlow::Mail::is_past_its_deadline() const {
    return !is_rerun() && !is_pictured() && StageTimes::Clock::now() > started + config->limits.smtp.mail_deadline;
}

Job MailFlow::Mail::job() const {
    Job asked;
    asked.profile = profile;
    asked.budget = config->limits.budget;
    asked.mail_bytes = raw.size();
    asked.believed_ids = item.believed_ids;
    if (const std::string zone = config->zone_name(); !zone.empty()) asked.time_zone = zone;
    if (config->signature_trust) asked.signatures = *config->signature_trust;
    asked.arrived_at = unix_seconds(item.received_at);
    if (is_release() && !is_pictured() && profile.release_originals) asked.released_parts = facts.order->parts;
    return asked;
}

FinishFacts MailFlow::Mail::finish_facts() const {
    FinishFacts made;
    made.compose = facts;
    made.envelope_sender = envelope.sender_text();
    made.original_sha256 = raw.sha256();
    // The rest of a delivery gets the words of the others, whatever else its original was kept for.
    made.keeping = is_release() ? FinishFacts::Keeping::done : FinishFacts::Keeping::when_asked;
    made.on_refusal = on_refusal;
    if (route.warn_own_domain && !is_checkpoint()) made.warned_domains = route.domains;
    made.stored = stored;
    made.size_max = size_max;
    return made;
}

bool MailFlow::Mail::has_rebuilt_files() const noexcept {
    return answer->extract && !(answer->extract->rebuilt.empty() && answer->extract->packed.empty());
}

void MailFlow::Mail::take_up(std::shared_ptr<const WorkerAnswer> given) {
    answer = std::move(given);
    if (!answer->extract) return;
    tag.message_id = answer->extract->header.message_id;
    item.subject = answer->extract->header.subject;
    item.from_text = author_text(answer->extract->header);
    item.message_id = answer->extract->header.message_id;
}

std::vector<MailAddress> MailFlow::Mail::unserved() const {
    std::vector<MailAddress> left;
    for (const MailAddress& recipient : envelope.recipients) {
        const bool has_it = std::find(end.served.begin(), end.served.end(), recipient) != end.served.end();
        if (!end.delivered && !has_it) left.push_back(recipient);
    }
    return left;
}

}  // namespace mugaika
