// The header of the outgoing mail, Received to Importance: which fields, in which order, with which values. What does
// not fit a field's strict grammar is replaced or left out, never written as it came. F-section of ATTACKS.
#pragma once

#include "sanitizer/compose/compose_facts.hpp"
#include "sanitizer/compose/header_writer.hpp"
#include "sanitizer/compose/notice.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/verdict.hpp"

namespace mugaika {

// The facts must have passed `check_facts`.
void write_header_fields(HeaderWriter&, const HeaderFacts&, const Verdict&, NoticeLevel, const ComposeFacts&);

// Without brackets: the Message-ID under which a mail leaves that no person has ordered.
std::string delivered_message_id(const HeaderFacts&, std::string_view id, std::string_view hostname);

// The header of a mail of our own that goes the road of received ones (follow_up.hpp): the first mail's author and
// recipients, its Subject, and what puts it into the same thread.
struct FollowUp {
    DateFact date;
    std::string message_id;  // without brackets, as the other
    std::string answers;     // the first mail's, as it was delivered
};
void write_follow_up_fields(HeaderWriter&, const HeaderFacts&, const FollowUp&);

// Do the facts keep their contract, as far as header fields are made of them? Fault::internal otherwise.
Result<void> check_facts(const ComposeFacts&);

}  // namespace mugaika
