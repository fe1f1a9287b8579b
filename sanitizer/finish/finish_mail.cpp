#include "sanitizer/finish/finish_mail.hpp"

#include <algorithm>

#include "sanitizer/mail/sha256.hpp"

namespace mugaika {
namespace {

GatePermit permit_for(const Extract& extract, const Profile& profile, const ReleaseOrder* order) {
    GatePermit permit;
    if (order == nullptr || !profile.release_originals) return permit;
    for (const PartRow& row : extract.parts) {
        const bool ordered = std::find(order->parts.begin(), order->parts.end(), row.facts.path) != order->parts.end();
        if (ordered && row.verdict == PartVerdict::rebuilt) permit.files.push_back({row.sha256});
    }
    return permit;
}

}  // namespace

// hold() is what these rows of the matrix say; whoever changes them must change this.
static_assert(outcome<Stage::worker, Failure::died>().ending == Ending::hold);
static_assert(outcome<Stage::worker, Failure::late>().ending == Ending::hold);
static_assert(outcome<Stage::worker, Failure::nonsense>().ending == Ending::hold);
static_assert(outcome<Stage::compose, Failure::internal>().ending == Ending::hold);
static_assert(outcome<Stage::gate, Failure::nonsense>().ending == Ending::hold);

Verdict decide(const WorkerAnswer& answer, const Profile& profile, Release release) noexcept {
    if (answer.extract) return judge(*answer.extract, profile, release);
    return hold(answer.failure ? answer.failure->reason : Reason::worker_nonsense);
}

const Outcome& refusal_of(const Verdict& verdict) noexcept {
    return verdict.reason == Reason::too_many_hops ? outcome<Stage::data, Failure::loop>()
                                                   : outcome<Stage::judge, Failure::refused>();
}

PlainLine author_text(const HeaderFacts& header) {
    if (header.from.empty()) return header.from_text;
    const Mailbox& author = header.from.front();
    const std::string name = author.name.empty() ? std::string() : author.name.str() + " ";
    auto line = PlainLine::from(name + "<" + author.address.text() + ">");
    return line ? *line : author.name;
}

Ledger make_ledger(const WorkerAnswer& answer, const Verdict& verdict, std::string id, std::uint64_t in_bytes,
                   std::string in_sha256) {
    Ledger ledger;
    ledger.id = std::move(id);
    ledger.verdict = verdict.verdict;
    ledger.reason = verdict.reason;
    ledger.in_bytes = in_bytes;
    ledger.in_sha256 = std::move(in_sha256);
    if (answer.extract) {
        ledger.findings = answer.extract->findings;
        ledger.parts = answer.extract->parts;
    }
    return ledger;
}

Result<GatedMail> compose_and_gate(const WorkerAnswer& answer, const Verdict& verdict, const Profile& profile,
                                   const ComposeFacts& facts, const std::string& envelope_sender) {
    const bool notice_alone = !answer.extract || verdict.reason == Reason::gate_refused;
    auto composed = notice_alone ? Composer::compose_without_extract(verdict, facts, envelope_sender)
                                 : Composer::compose(*answer.extract, verdict, facts);
    if (!composed) return composed.error();
    const GatePermit permit = notice_alone ? GatePermit{} : permit_for(*answer.extract, profile, facts.order);
    return Gate::inspect(std::move(*composed), permit);
}

void note_output(Ledger& ledger, const GatedMail& mail) {
    ledger.out_bytes = mail.bytes().size();
    ledger.out_sha256 = sha256_hex(mail.bytes());
}

}  // namespace mugaika
