// What a kind of content may come to, whatever the policy says.
#pragma once

#include "policy/part_facts.hpp"

namespace mugaika::sandboxed {

// Kinds of which nothing can ever be made: why is said by the handler of the rest, not by the policy.
bool is_never_made(PartKind) noexcept;

// Kinds of which a handler makes text.
bool becomes_text(PartKind) noexcept;

// May a person let the original bytes of this part cross? Files only: no bodies, no mails and fragments of mails, and
// programs never.
bool is_releasable(const PartFacts&) noexcept;

}  // namespace mugaika::sandboxed
