// Does a mail pose as this system? Asked by the relay of every mail, whatever the worker says, because a notice that a
// reader takes for ours is followed. What stands in a text is quoted as well (notice_mark).
#pragma once

#include <vector>

#include "sanitizer/compose/body_text.hpp"
#include "sanitizer/compose/compose_facts.hpp"
#include "sanitizer/mail/extract.hpp"

namespace mugaika {

// Reason::poses_as_system when an author bears an address of ours (at the relay's host name or below it, but where the
// configuration has people there; or one that we invent), when the name of an author says the name of the system, or
// the subject what our notices say; Reason::forged_notice when a line of `body`, or the title of a text that is not
// quoted, looks like a notice or says the site's phrase. Attached mails are quoted and cannot be mistaken. Linear.
std::vector<Reason> impostures(const Extract&, const BodyText& body, const ComposeFacts&);

}  // namespace mugaika
