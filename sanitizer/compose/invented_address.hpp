// The addresses that we invent. They end in .invalid (RFC 2606), so that an answer fails plainly and nobody else can
// own them; a mail from outside that bears one poses as ours (impostor).
#pragma once

#include <string_view>

namespace mugaika {

// Stands for an author of whom no address could be read.
inline constexpr std::string_view unknown_sender = "unknown-sender@mugaika.invalid";
// Stands where an address cannot be written in ASCII.
inline constexpr std::string_view unwritable_address = "non-ascii-address@smtputf8.invalid";

}  // namespace mugaika
