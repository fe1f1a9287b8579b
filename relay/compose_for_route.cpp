#include "relay/compose_for_route.hpp"

#include <string>
#include <vector>

#include "policy/ascii.hpp"
#include "sanitizer/compose/organisation.hpp"

namespace mugaika {

namespace {

// Where people receive mail under the relay's own name, an address there says nothing about who wrote. Only the
// configuration knows; what a mail says of its recipients is said by its sender.
std::vector<std::string> peoples_domains(const Config& config) {
    const std::string host = ascii::to_lower(config.hostname);
    std::vector<std::string> domains;
    for (const Route& route : config.routes) {
        for (const std::string& domain : route.domains) {
            if (is_within(domain, host)) domains.push_back(domain);
        }
    }
    return domains;
}

}  // namespace

void fill_for_route(ComposeFacts& facts, const Config& config, const Route* route) {
    facts.language = route == nullptr ? Language::ja : route->language;
    facts.zone = config.notice_zone(facts.language);
    facts.kept_days = config.originals_days;
    facts.contact = route == nullptr || route->contact.empty() ? config.contact : route->contact;
    facts.peoples_domains = peoples_domains(config);
    facts.notice_phrase = config.notice_phrase;
    facts.subject_tags = route != nullptr && route->subject_tags;
}

}  // namespace mugaika
