// A worker's answer against what it was asked, as if the worker were taken over.
#pragma once

#include "policy/result.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/job.hpp"

namespace mugaika {

// The second half of "believed only after it was checked": the answer against what was asked. Paths unique and
// well-formed, every text block and file has its row, verdicts allowed by the profile (may_end_as), files only where a
// handler may rebuild or the job released the path, digests of released files right, sizes within the budget. Fails
// with Fault::protocol.
Result<Extract> check_extract(Extract untrusted, const Job&);

}  // namespace mugaika
