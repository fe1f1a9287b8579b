// Why something was done, as one sentence for a clerk. The names of policy/reason.hpp are for administrators; what
// needs one of them (a mail that is not built as it should be) has it as a code beside the sentence.
#pragma once

#include <string_view>

#include "policy/policy.hpp"
#include "policy/reason.hpp"

namespace mugaika {

// Whole, polite, ending with a full stop; never empty. Nothing in it can be clicked. What a reader should do stands at
// the end of the notice.
std::string_view reason_sentence(Reason, Language) noexcept;

// Does the IT section want to know which of many it was? The sentence is the same for all of them.
bool has_code(Reason) noexcept;

}  // namespace mugaika
