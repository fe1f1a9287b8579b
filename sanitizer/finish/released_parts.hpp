// Is what a worker gives out for a person's order what the person saw? All digests of one answer come from the worker
// that gave it; only what the ledger said when the mail was kept comes from another one.
#pragma once

#include <string>
#include <vector>

#include "policy/result.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/ledger.hpp"

namespace mugaika {

// Each ordered part stands in both, with the same digest, size and kind, and is no program; each file is an ordered
// part, and its bytes, digested here, are those of the ledger. Fails with Fault::protocol and words that name the part.
Result<void> check_released(const Extract& fresh, const Ledger& stored, const std::vector<std::string>& ordered_parts);

}  // namespace mugaika
