#include "relay/ctl/policy_question.hpp"

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/recipient_groups.hpp"

namespace mugaika::ctl {
namespace {

Result<std::string> address_from(const std::string& text) {
    if (text.empty() || text == "<>") return std::string();
    const auto addresses = addresses_from({text});
    if (!addresses) return addresses.error();
    return addresses->front().text();
}

PolicyAnswer answer_of(EffectiveProfiles profiles, const Route* route, bool authenticated) {
    const bool differ = profiles.if_authenticated != profiles.as_received;
    return {authenticated ? std::move(profiles.if_authenticated) : std::move(profiles.as_received), route,
            differ && !authenticated};
}

}  // namespace

Result<PolicyAnswer> answer_to(const PolicyQuestion& question, const Config& config) {
    const auto sender = address_from(question.sender);
    if (!sender) return sender.error();
    if (!question.profile.empty()) {
        const auto found = config.profiles.find(question.profile);
        if (found == config.profiles.end()) {
            return Error(Fault::bad_input,
                         "--profile: there is no [profile." + shown_text(question.profile, 100) + "]");
        }
        MailParties mail{*sender, "", ""};
        Profile as_received = resolve(found->second, mail);
        mail.authenticated = true;
        return answer_of({std::move(as_received), resolve(found->second, mail)}, nullptr, question.authenticated);
    }
    if (question.recipient.empty()) {
        return answer_of(profiles_for(config, nullptr, *sender, ""), nullptr, question.authenticated);
    }
    const auto recipient = addresses_from({question.recipient});
    if (!recipient) return recipient.error();
    const MailAddress& address = recipient->front();
    const Route* const route = config.route_for_domain(address.domain());
    if (route == nullptr) {
        return Error(Fault::bad_input, "no route takes mail for " + shown_text(question.recipient, 300));
    }
    return answer_of(profiles_for(config, route, *sender, address.text()), route, question.authenticated);
}

}  // namespace mugaika::ctl
