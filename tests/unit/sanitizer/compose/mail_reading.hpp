// What the compose tests share: plain facts, and a reading of mails that uses nothing of the code under test.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/compose/compose_facts.hpp"
#include "sanitizer/compose/gate.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/verdict.hpp"

namespace mugaika::test {

PlainLine line(std::string_view utf8);
PlainText text(std::string_view utf8);
MailAddress address(std::string_view text);
Mailbox mailbox(std::string_view name, std::string_view address_text);

// Received 2026-11-05 10:11:12 +0900 from mail.example.com; id "7h3k9m2p4q6r8s0t".
ComposeFacts example_facts();
// From 山田 <yamada@example.com> to two people, with subject, date, ids and one body text.
Extract example_extract();
TextBlock body(std::string_view utf8);
PartRow removed_file(std::string_view name, PartKind, Reason);

inline constexpr Verdict clean{MailVerdict::clean, Reason::none, false, false};
inline constexpr Verdict sanitized{MailVerdict::sanitized, Reason::not_rebuilt, true, true};
inline constexpr Verdict quarantined{MailVerdict::quarantined, Reason::readings_differ, true, true};

std::string composed(const Extract&, const Verdict&, const ComposeFacts&);
// A permit for exactly the files of the extract.
GatePermit permit_for(const Extract&);
std::vector<PermittedMember> permitted_members(const PackedFile&);
// "" when the gate accepts, its words otherwise.
std::string gate_words(std::string_view mail, const GatePermit& permit = {});

std::string decode_base64(std::string_view base64_text);
// All values of a field in the header, unfolded, encoded words decoded.
std::vector<std::string> fields(std::string_view mail, std::string_view name);
std::string field(std::string_view mail, std::string_view name);  // the only one
std::string raw_header(std::string_view mail);                    // up to and with the empty line
// The decoded text of the mail, or of its first part, LF line ends.
std::string shown_text(std::string_view mail);

bool contains(std::string_view text, std::string_view part);
std::size_t count(std::string_view text, std::string_view part);

}  // namespace mugaika::test
