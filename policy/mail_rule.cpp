#include "policy/mail_rule.hpp"

#include <algorithm>

namespace mugaika {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

bool covers(const AddressSet& wide, const AddressSet& narrow) {
    return wide.empty() || (!narrow.empty() && wide.covers(narrow));
}

bool covers(const std::vector<std::string>& wide, const std::vector<std::string>& narrow) {
    if (wide.empty()) return true;
    return !narrow.empty() &&
           std::all_of(narrow.begin(), narrow.end(), [&wide](const std::string& one) { return contains(wide, one); });
}

}  // namespace

bool MailRule::matches(const MailParties& mail) const {
    const bool is_authenticated = mail.authenticated && !mail.sender.empty();
    if (authenticated && *authenticated != is_authenticated) return false;
    if (!routes.empty() && !contains(routes, mail.route)) return false;
    if (!senders.empty() && !senders.has(mail.sender)) return false;
    return recipients.empty() || (!mail.recipient.empty() && recipients.has(mail.recipient));
}

bool MailRule::takes_every_mail() const noexcept {
    return senders.empty() && recipients.empty() && routes.empty() && !authenticated;
}

std::string_view to_string(Slow slow) noexcept { return slow == Slow::follow ? "follow" : "wait"; }

bool covers_mails(const MailRule& wide, const MailRule& narrow) {
    return covers(wide.routes, narrow.routes) && covers(wide.senders, narrow.senders) &&
           covers(wide.recipients, narrow.recipients);
}

std::vector<std::size_t> rules_about(const WrittenProfile& profile, const MailParties& mail) {
    std::vector<std::size_t> about;
    for (std::size_t i = 0; i < profile.rules.size(); ++i) {
        if (!profile.rules[i].matches(mail)) continue;
        about.push_back(i);
        if (profile.rules[i].part.takes_every_file()) break;
    }
    return about;
}

Profile with_rules(const WrittenProfile& profile, const std::vector<std::size_t>& rules) {
    Profile flat = profile.base;
    for (const std::size_t i : rules) flat.rules.push_back(profile.rules.at(i).part);
    return flat;
}

Profile resolve(const WrittenProfile& profile, const MailParties& mail) {
    return with_rules(profile, rules_about(profile, mail));
}

}  // namespace mugaika
