// What the signatures of one place in a mail come to. The worker writes it into the row or the findings, and the relay
// holds it to what the facts say.
#pragma once

#include <string_view>
#include <vector>

#include "sanitizer/mail/signature_fact.hpp"

namespace mugaika {

// Of several signers the least good: broken, then unknown, then valid. Reason::none where no fact has that path.
Reason signature_reason(const std::vector<SignatureFact>&, std::string_view path) noexcept;

bool is_signature_reason(Reason) noexcept;

}  // namespace mugaika
