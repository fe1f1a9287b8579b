// What the configuration says about the mails of a route, as the composer wants to know it. One place for the relay and
// `mugaika sanitize`.
#pragma once

#include "relay/config/config.hpp"
#include "sanitizer/compose/compose_facts.hpp"

namespace mugaika {

// `route` is null for a mail of no route: the words of the site, in Japanese.
void fill_for_route(ComposeFacts&, const Config&, const Route* route);

}  // namespace mugaika
