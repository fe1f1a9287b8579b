// A worker's answer against what it was asked, as if the worker were taken over.
#pragma once

#include "policy/result.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/job.hpp"

namespace mugaika {

// The second half of "believed only after it was checked": the answer against what was asked, as if whoever wrote it
// wanted to mislead. The answer accounts for the mail: there is a part; parts, texts and files stand in the order of
// their paths, each once and each in a part that was read; their bytes fit into the mail; what became text is there or
// said to be empty; nothing is dropped without a reason. Verdicts are those of the profile (may_end_as), files are
// there only where a handler may rebuild or the job released the path, with right digests. Roles, depths, titles,
// summaries and names fit the row, and everything is within the budget, texts as they will be written. Fails with
// Fault::protocol. Linear but for the rows' order.
Result<Extract> check_extract(Extract untrusted, const Job&);

}  // namespace mugaika
