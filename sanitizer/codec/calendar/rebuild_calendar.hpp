// Calendars (RFC 5545) and contacts (vCard) as files of the fewest properties, written anew. AC-218
#pragma once

#include <string_view>

#include "policy/part_facts.hpp"
#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// SafeKind::ics: events and tasks with UID, times, repetition, subject, place, description, people, state, and the time
// zones they name. SafeKind::vcf (vCard 3.0): names, organisation, telephones, addresses, notes. What is not on the
// list is not written: alarms, attachments, pictures, sounds, keys, HTML, extensions, links but http and https. Texts
// are cleaned as those of mails, and what a program would follow in them is dead but http, https and mail addresses.
//
// UTF-8, CRLF, lines of at most 75 octets; properties in one order, so that the same content has the same bytes. An
// event without a UID gets one made of its content. An event without a beginning is left out (unknown_content_removed);
// nothing left is not_representable. Linear.
FileOutcome rebuild_calendar(const PartFacts&, std::string_view charset_label, std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec
