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

// Do the facts keep their contract, as far as header fields are made of them? Fault::internal otherwise.
Result<void> check_facts(const ComposeFacts&);

}  // namespace mugaika
