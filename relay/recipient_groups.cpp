#include "relay/recipient_groups.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include "relay/quarantine/item.hpp"

namespace mugaika {
namespace {

// Which rules hold; two recipients with the same ones are of one group. Far cheaper to compare than profiles.
struct Holding {
    const Route* route;
    std::vector<std::size_t> as_received;
    std::vector<std::size_t> if_authenticated;
    friend bool operator==(const Holding&, const Holding&) = default;
};

Holding holding(const Config& config, const Route* route, std::string_view sender, std::string_view recipient) {
    const WrittenProfile& profile = config.profile_of(route);
    MailParties mail{std::string(sender), std::string(recipient), route == nullptr ? std::string() : route->name()};
    Holding held{route, rules_about(profile, mail), {}};
    mail.authenticated = true;
    held.if_authenticated = rules_about(profile, mail);
    return held;
}

EffectiveProfiles profiles_with(const Config& config, const Holding& held) {
    const WrittenProfile& profile = config.profile_of(held.route);
    return {with_rules(profile, held.as_received), with_rules(profile, held.if_authenticated)};
}

Holding holding(const Config& config, const smtp::Envelope& envelope) {
    const MailAddress& recipient = envelope.recipients.front();
    return holding(config, config.route_for_domain(recipient.domain()), envelope.sender_text(), recipient.text());
}

smtp::Envelope to_nobody(const smtp::Envelope& whole) {
    smtp::Envelope envelope = whole;
    envelope.recipients.clear();
    envelope.recipient_dsn.clear();
    return envelope;
}

}  // namespace

std::vector<RecipientGroup> grouped(const Config& config, const smtp::Envelope& whole) {
    const smtp::Envelope empty = to_nobody(whole);
    const std::string sender = whole.sender_text();
    if (whole.recipients.empty()) return {{nullptr, profiles_for(config, nullptr, sender, ""), empty}};
    std::vector<Holding> keys;  // of the groups
    std::vector<RecipientGroup> groups;
    for (std::size_t i = 0; i < whole.recipients.size(); ++i) {
        const MailAddress& recipient = whole.recipients[i];
        Holding held = holding(config, config.route_for_domain(recipient.domain()), sender, recipient.text());
        const auto at = static_cast<std::size_t>(std::find(keys.begin(), keys.end(), held) - keys.begin());
        if (at == keys.size()) {
            groups.push_back({held.route, profiles_with(config, held), empty});
            keys.push_back(std::move(held));
        }
        groups[at].envelope.recipients.push_back(recipient);
        groups[at].envelope.recipient_dsn.push_back(i < whole.recipient_dsn.size() ? whole.recipient_dsn[i]
                                                                                   : smtp::RecipientDsn());
    }
    return groups;
}

std::string composition_for(const Config& config, const RecipientGroup& group, const smtp::Envelope& first) {
    constexpr std::size_t characters = 8;
    if (group.envelope.recipients.empty() || first.recipients.empty()) return {};
    const Holding held = holding(config, group.envelope);
    if (held == holding(config, first)) return {};
    std::string text = held.route == nullptr ? std::string() : held.route->name();
    for (const auto* rules : {&held.as_received, &held.if_authenticated}) {
        text += '\n';
        for (const std::size_t rule : *rules) text += std::to_string(rule) + ' ';
    }
    return message_id_for(text, to_nobody(first)).substr(0, characters);
}

EffectiveProfiles profiles_for(const Config& config, const Route* route, std::string_view sender,
                               std::string_view recipient) {
    return profiles_with(config, holding(config, route, sender, recipient));
}

bool speaks_for_sender(const AuthenticationFacts& facts) noexcept {
    return !facts.by.empty() && facts.results[static_cast<std::size_t>(AuthMethod::spf)] == AuthResult::pass;
}

}  // namespace mugaika
