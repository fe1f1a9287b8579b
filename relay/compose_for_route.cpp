#include "relay/compose_for_route.hpp"

namespace mugaika {

void fill_for_route(ComposeFacts& facts, const Config& config, const Route* route) {
    facts.language = route == nullptr ? Language::ja : route->language;
    facts.zone = config.notice_zone(facts.language);
    facts.kept_days = config.originals_days;
    facts.contact = route == nullptr || route->contact.empty() ? config.contact : route->contact;
    facts.notice_phrase = config.notice_phrase;
    facts.subject_tags = route != nullptr && route->subject_tags;
}

}  // namespace mugaika
