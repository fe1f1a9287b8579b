// Dates as mails and people write them, without the C library's locale and time zone.
#pragma once

#include <string>

#include "sanitizer/compose/compose_facts.hpp"
#include "sanitizer/mail/extract.hpp"

namespace mugaika {

// Can the date be written with a four-digit year, and is its offset one? AC-115.
bool is_writable(const DateFact&) noexcept;

// "Thu, 05 Nov 2026 10:11:12 +0900" (RFC 5322 3.3). The date must be writable.
std::string mail_date(const DateFact&);

// When we received the mail, with our own offset.
DateFact received_date(const ComposeFacts&) noexcept;

// When a person ordered the release; the facts must have the order.
DateFact order_date(const ComposeFacts&) noexcept;
DateFact follow_up_date(const ComposeFacts&) noexcept;

}  // namespace mugaika
