// What happens to a mail once the worker has answered: verdict, ledger, composing, gate. One pure function, shared by
// the relay's mail flow and `mugaika sanitize`, so that both do the same. What it gives back is final: whoever keeps
// the original keeps it with this ledger, and delivers nothing when keeping fails, because the notice may say that it
// is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/matrix.hpp"
#include "policy/policy.hpp"
#include "policy/result.hpp"
#include "sanitizer/compose/composer.hpp"
#include "sanitizer/compose/gate.hpp"
#include "sanitizer/mail/job.hpp"
#include "sanitizer/mail/ledger.hpp"
#include "sanitizer/mail/office_format.hpp"
#include "sanitizer/mail/sanitized_mail.hpp"
#include "sanitizer/mail/verdict.hpp"

namespace mugaika {

Verdict decide(const WorkerAnswer&, const Profile&, Release) noexcept;

// The row of the matrix for a mail that decide() refuses.
const Outcome& refusal_of(const Verdict&) noexcept;

// Who wrote the mail, for lists of people: display name and address, or what stood in From when no address could be
// read.
PlainLine author_text(const HeaderFacts&);

struct FinishFacts {
    ComposeFacts compose;         // original_kept is found out here
    std::string envelope_sender;  // "" for the null sender
    std::string original_sha256;
    enum class Keeping {
        never,       // the caller keeps nothing
        when_asked,  // the caller keeps the original when the verdict wants it kept, or delivers nothing
        done         // it is in the quarantine already
    } keeping = Keeping::when_asked;
    enum class OnRefusal {
        refuse,  // what the policy refuses has no mail
        hold     // it is held: others of the same mail, under another profile, are not refused
    } on_refusal = OnRefusal::refuse;
    const Ledger* stored = nullptr;  // with compose.order: that of the kept mail; outlives the call
    // The recipients' own domains, lower case, where the route wants their readers warned of authors who claim one.
    std::vector<std::string> warned_domains;
    PagesDrawn pages;            // what an administrator could have drawn here
    std::uint64_t size_max = 0;  // of the mail as it leaves, in bytes, as far as the next hops have said; 0: unknown
};

struct Finished {
    Verdict verdict;
    Ledger ledger;                  // `out` of `mail`
    std::optional<GatedMail> mail;  // nothing: `outcome` says why nothing leaves
    const Outcome* outcome = nullptr;
    // What composer, gate or the check of released parts said against what was to leave, in order; each is an alarm: a
    // bug of ours or a taken-over worker.
    std::vector<std::string> alarms;
};

// What composer or gate refuse is held: a notice leaves in its place, and the verdict says gate_refused. A mail whose
// notice is refused as well ends in gate x internal, one for a person's order that cannot leave as it was ordered in a
// row of Stage::release: there a notice would be no answer to the order. Of a mail larger than facts.size_max the
// largest rebuilt files are held, as far as that helps; with an order nothing is.
Finished finish(const WorkerAnswer&, const Profile&, FinishFacts);

// A bound of what finish() has to write and digest of this answer, in bytes; cheap.
std::size_t bytes_to_write(const WorkerAnswer&) noexcept;

}  // namespace mugaika
