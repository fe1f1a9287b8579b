// Found mails for an administrator: what became of each, in Japanese and English, its steps, and what can be done; or
// as JSON Lines.
#pragma once

#include <ostream>
#include <vector>

#include "relay/stats/mail_search.hpp"

namespace mugaika {

void print_trace(std::ostream&, const std::vector<FoundMail>&);       // with a last line that counts them
void print_trace_json(std::ostream&, const std::vector<FoundMail>&);  // a mail a line

}  // namespace mugaika
