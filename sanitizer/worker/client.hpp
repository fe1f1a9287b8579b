// One mail for a worker: the job goes out, the answer comes back and is checked before anyone believes it.
#pragma once

#include "policy/limits.hpp"
#include "policy/result.hpp"
#include "sanitizer/mail/job.hpp"
#include "sanitizer/mail/raw_mail.hpp"
#include "sanitizer/worker/worker_template.hpp"

namespace mugaika {

// Sends one job frame with the mail's descriptor; errors as send_frame in sanitizer/worker/exchange.hpp.
Result<void> send_job(WorkerProcess&, const Job&, const RawMail&);

// An answer's payload, decoded and checked against its job. Fails with Fault::protocol.
Result<Extract> believe(std::string_view untrusted_payload, const Job&);

// What became of a process, as the reason of a mail that is held.
Reason reason_for_mail(const Error&) noexcept;

// One mail, blocking, in a fresh worker, with one retry in another one. The Error is unavailable (no worker can be
// had); a worker that died, was late or spoke nonsense twice is the Reason.
Result<WorkerAnswer> ask_worker(WorkerTemplate&, const Job&, const RawMail&, const WorkerLimits&);

}  // namespace mugaika
