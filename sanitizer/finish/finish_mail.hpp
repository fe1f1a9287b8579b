// What happens to a mail once the worker has answered: verdict, ledger, composing, gate. Pure, shared by the relay's
// mail flow and `mugaika sanitize`, so that both do the same. Keeping the original is the caller's, between decide()
// and compose_and_gate(), because the notice says whether it is kept.
#pragma once

#include <cstdint>
#include <string>

#include "policy/matrix.hpp"
#include "policy/policy.hpp"
#include "policy/result.hpp"
#include "sanitizer/compose/composer.hpp"
#include "sanitizer/compose/gate.hpp"
#include "sanitizer/mail/job.hpp"
#include "sanitizer/mail/ledger.hpp"
#include "sanitizer/mail/sanitized_mail.hpp"
#include "sanitizer/mail/verdict.hpp"

namespace mugaika {

Verdict decide(const WorkerAnswer&, const Profile&, Release) noexcept;

// The row of the matrix for a mail that decide() refuses.
const Outcome& refusal_of(const Verdict&) noexcept;

// Who wrote the mail, for lists of people: display name and address, or what stood in From when no address could be
// read.
PlainLine author_text(const HeaderFacts&);

Ledger make_ledger(const WorkerAnswer&, const Verdict&, std::string id, std::uint64_t in_bytes, std::string in_sha256);

// The outgoing mail, read by the gate. Without an extract, and for Reason::gate_refused, it is the notice alone. Files
// cross only when the facts carry an order that names their part and the profile releases originals. Every Error means
// the same to the caller: what was composed must not leave; hold the mail with hold(Reason::gate_refused) and compose
// once more; if that fails too the answer is the matrix row gate x internal.
Result<GatedMail> compose_and_gate(const WorkerAnswer&, const Verdict&, const Profile&, const ComposeFacts&,
                                   const std::string& envelope_sender);

// Completes the ledger with what leaves.
void note_output(Ledger&, const GatedMail&);

}  // namespace mugaika
