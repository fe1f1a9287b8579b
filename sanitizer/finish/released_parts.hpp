// Is what a worker gives out for a person's order what the person saw, and may a person order it? All digests of one
// answer come from the worker that gave it; only what the ledger said when the mail was kept comes from another one.
#pragma once

#include <string>
#include <vector>

#include "policy/result.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/ledger.hpp"

namespace mugaika {

// Files in which a scanner found malware when the mail was kept cross by no order of a person. Refused, with words that
// name the part: an order for one, and an order for the mail where it was delivered and nothing else of it stayed.
Result<void> check_not_forbidden(const Ledger& stored, const std::vector<std::string>& ordered_parts);

// The paths of these files, in the order of the ledger.
std::vector<std::string> forbidden_parts(const Ledger& stored);

// They stay what they were, whatever a scanner says by now, and also where none is asked any more: before anybody is
// asked for them.
void keep_forbidden(Extract& fresh, const Ledger& stored);

// Each ordered part stands in both, with the same digest, size and kind, and is no program; each file is an ordered
// part, and its bytes, digested here, are those of the ledger. Nothing comes of what a scanner forbade. Fails with
// Fault::protocol and words that name the part.
Result<void> check_released(const Extract& fresh, const Ledger& stored, const std::vector<std::string>& ordered_parts);

}  // namespace mugaika
