#include "relay/ctl/one_mail.hpp"

#include "relay/compose_for_route.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/quarantine/item.hpp"

namespace mugaika::ctl {

OneMail::OneMail(const Config& config, const RecipientGroup& group, const RawMail& raw,
                 std::chrono::system_clock::time_point received_at)
    : config_(config), raw_(raw), profile_(group.profiles.as_received) {
    const Route* const route = group.route;
    const smtp::Envelope& envelope = group.envelope;
    item_.id = message_id_for(raw.sha256(), envelope);
    item_.route = route == nullptr ? std::string() : route->name();
    item_.envelope = envelope;
    item_.received_at = received_at;
    item_.original_bytes = raw.size();
    item_.original_sha256 = raw.sha256();
    facts_.envelope_sender = envelope.sender_text();
    facts_.original_sha256 = raw.sha256();
    ComposeFacts& compose = facts_.compose;
    compose.id = item_.id;
    compose.hostname = config.hostname;
    compose.received_at = item_.received_at;
    fill_for_route(compose, config, route);
    if (route != nullptr && route->warn_own_domain) facts_.warned_domains = route->domains;
    compose.original_bytes = raw.size();
}

void OneMail::unlocked_from(const QuarantineItem& first) {
    item_.unlocked_from = first.id;
    facts_.compose.unlocked_from = first.id;
    // As an order is judged: nobody can be told that the mail is refused.
    facts_.on_refusal = FinishFacts::OnRefusal::hold;
}

Result<Finished> OneMail::finish(Keep keep) {
    const auto answer = ask_about_all(raw_, profile_, config_, item_.received_at);
    if (!answer) return answer.error();
    if (answer->extract) {
        item_.subject = answer->extract->header.subject;
        item_.from_text = author_text(answer->extract->header);
        item_.message_id = answer->extract->header.message_id;
    }
    using Keeping = FinishFacts::Keeping;
    facts_.pages = pages_drawn(config_);
    facts_.keeping = keep == Keep::yes ? Keeping::when_asked : Keeping::never;
    return mugaika::finish(*answer, profile_, facts_);
}

Result<void> OneMail::keep(QuarantineStore& store, const Ledger& ledger) {
    item_.ledger = ledger;
    const auto added = store.add(item_, raw_);
    if (!added) return added.error();
    return {};
}

}  // namespace mugaika::ctl
