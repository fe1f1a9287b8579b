#include "sanitizer/finish/finish_mail.hpp"

#include <algorithm>

#include "policy/findings.hpp"
#include "sanitizer/compose/impostor.hpp"
#include "sanitizer/compose/organisation.hpp"
#include "sanitizer/finish/hold_largest.hpp"
#include "sanitizer/finish/pictured_parts.hpp"
#include "sanitizer/finish/program_files.hpp"
#include "sanitizer/finish/released_parts.hpp"
#include "sanitizer/finish/ways_out.hpp"
#include "sanitizer/mail/sha256.hpp"

namespace mugaika {
namespace {

PermittedFile permitted_zip(const PackedFile& file) {
    PermittedFile permitted{file.sha256(), std::string(to_string(SafeKind::zip))};
    for (const PackedFile::Entry& entry : file.entries()) {
        permitted.members.push_back({entry.name, entry.sha256, std::string(to_string(entry.kind))});
    }
    return permitted;
}

GatePermit permit_for(const Extract& extract, const Profile& profile, const ComposeFacts& facts) {
    GatePermit permit;
    permit.links_must_be_dead = gives(extract, Reason::false_link);
    permit.notice_phrase = facts.notice_phrase.str();
    for (const RebuiltFile& file : extract.rebuilt) {
        permit.files.push_back({file.file.sha256(), std::string(to_string(file.file.kind()))});
    }
    for (const PackedFile& file : extract.packed) permit.files.push_back(permitted_zip(file));
    const ReleaseOrder* const order = facts.order;
    if (!is_release(facts) || !profile.release_originals) return permit;
    for (const PartRow& row : extract.parts) {
        const bool ordered = std::find(order->parts.begin(), order->parts.end(), row.facts.path) != order->parts.end();
        const bool is_original = row.verdict == PartVerdict::rebuilt && row.out_kind.empty();
        if (ordered && is_original) permit.files.push_back({row.sha256});
    }
    return permit;
}

Result<void> check_no_program(const std::string& path, std::string_view name, std::string_view bytes) {
    if (begins_like_a_program(bytes)) return Error(Fault::protocol, "part " + path + " begins like a program");
    if (has_name_of_a_program(name)) return Error(Fault::protocol, "part " + path + " has the name of a program");
    return {};
}

Result<void> check_no_programs(const Extract& extract) {
    for (const SafeFile& file : extract.files) {
        if (auto checked = check_no_program(file.path, file.name.str(), file.bytes); !checked) return checked;
    }
    for (const RebuiltFile& file : extract.rebuilt) {
        if (auto checked = check_no_program(file.path, file.name.str(), file.file.bytes()); !checked) {
            return checked;
        }
    }
    for (const PackedFile& file : extract.packed) {
        if (auto checked = check_no_program(file.path(), file.name().str(), file.bytes()); !checked) return checked;
        for (const PackedFile::Entry& entry : file.entries()) {
            const auto bytes = std::string_view(file.bytes()).substr(entry.at, entry.bytes);
            if (auto checked = check_no_program(file.path(), entry.name, bytes); !checked) return checked;
        }
    }
    return {};
}

// All mail of this road comes from outside, whoever it says has written it.
bool is_from_own_domain(const WorkerAnswer& answer, const std::vector<std::string>& warned_domains) {
    if (!answer.extract || answer.extract->header.from.empty()) return false;
    const std::string& domain = answer.extract->header.from.front().address.domain();
    return std::any_of(warned_domains.begin(), warned_domains.end(),
                       [&](const std::string& own) { return is_within(domain, own); });
}

// What the relay itself found is a finding like those of the worker.
Verdict with_warning(Verdict verdict, Reason warning) noexcept {
    if (verdict.verdict == MailVerdict::clean) verdict.verdict = MailVerdict::sanitized;
    if (weight(verdict.reason) < weight(warning)) verdict.reason = warning;
    return verdict;
}

Ledger ledger_of(const WorkerAnswer& answer, const Verdict& verdict, const FinishFacts& facts) {
    Ledger ledger;
    ledger.id = facts.compose.id;
    ledger.verdict = verdict.verdict;
    ledger.reason = verdict.reason;
    ledger.in_bytes = facts.compose.original_bytes;
    ledger.in_sha256 = facts.original_sha256;
    if (answer.extract) {
        ledger.findings = answer.extract->findings;
        ledger.parts = answer.extract->parts;
    }
    if (facts.compose.from_own_domain) add_once(ledger.findings, Reason::own_domain_sender);
    if (!facts.compose.unlocked_from.empty()) add_once(ledger.findings, Reason::unlocked);
    return ledger;
}

// Without an extract, and for Reason::gate_refused, it is the notice alone. Files cross only when the facts carry an
// order that names their part and the profile releases originals.
Result<GatedMail> compose_and_gate(const WorkerAnswer& answer, const Result<BodyText>& body, const Verdict& verdict,
                                   const Profile& profile, const FinishFacts& facts) {
    const bool notice_alone = !answer.extract || verdict.reason == Reason::gate_refused;
    if (!notice_alone) {
        const auto no_programs = check_no_programs(*answer.extract);
        if (!no_programs) return no_programs.error();
        if (!body && verdict.verdict != MailVerdict::quarantined) return body.error();
    }
    const BodyText none;
    auto composed = notice_alone ? Composer::compose_without_extract(verdict, facts.compose, facts.envelope_sender)
                                 : Composer::compose(*answer.extract, verdict, facts.compose, body ? *body : none);
    if (!composed) return composed.error();
    const GatePermit permit = notice_alone ? GatePermit{} : permit_for(*answer.extract, profile, facts.compose);
    return Gate::inspect(std::move(*composed), permit);
}

// What leaves under one verdict. False: it was refused, and the alarm is noted.
bool write(Finished& finished, const Verdict& verdict, const WorkerAnswer& answer, const Result<BodyText>& body,
           const Profile& profile, const LargeFiles& large, FinishFacts& facts) {
    using Keeping = FinishFacts::Keeping;
    finished.verdict = verdict;
    finished.ledger = ledger_of(answer, verdict, facts);
    facts.compose.original_kept =
        facts.keeping == Keeping::done || (facts.keeping == Keeping::when_asked && verdict.keep_original);
    const Original original = facts.compose.original_kept ? Original::kept : Original::gone;
    if (facts.compose.order == nullptr) {
        facts.compose.ways_out =
            ways_out(finished.ledger.parts, profile, verdict.verdict, original, facts.pages, large);
    }
    auto mail = compose_and_gate(answer, body, verdict, profile, facts);
    if (!mail) {
        finished.alarms.push_back(mail.error().words());
        return false;
    }
    finished.ledger.out_bytes = mail->bytes().size();
    finished.ledger.out_sha256 = sha256_hex(mail->bytes());
    finished.mail = std::move(*mail);
    return true;
}

// A mail that poses as this system is the relay's own finding, whatever the worker says. Nothing for most mails: they
// are not copied.
std::optional<WorkerAnswer> with_impostor_marked(const WorkerAnswer& answer, const Result<BodyText>& body,
                                                 const ComposeFacts& facts) {
    if (!answer.extract) return std::nullopt;
    const BodyText none;
    const std::vector<Reason> found = impostures(*answer.extract, body ? *body : none, facts);
    if (found.empty()) return std::nullopt;
    WorkerAnswer marked = answer;
    add_once(marked.extract->findings, found);
    return marked;
}

// Why a person's order cannot be carried out with this answer; nothing when it can.
const Outcome* against_release(Finished& finished, const WorkerAnswer& answer, const FinishFacts& facts) {
    if (!answer.extract) {
        const Reason reason = finished.verdict.reason;
        if (reason != Reason::worker_nonsense) return &outcome<Stage::release, Failure::unavailable>();
        finished.alarms.emplace_back("the worker's answer cannot be");
        return &outcome<Stage::release, Failure::nonsense>();
    }
    const ReleaseOrder& order = *facts.compose.order;
    auto checked = check_released(*answer.extract, *facts.stored, order.parts);
    if (checked && order.kind == OrderKind::image_pdf) checked = check_pictured(*answer.extract, order.parts);
    if (checked) return nullptr;
    finished.alarms.push_back(checked.error().words());
    return &outcome<Stage::release, Failure::nonsense>();
}

Finished finish_once(const WorkerAnswer& untrusted_answer, const Profile& profile, FinishFacts facts,
                     const LargeFiles& large = {}) {
    const Result<BodyText> body =
        untrusted_answer.extract ? Composer::body(*untrusted_answer.extract, facts.compose) : BodyText();
    const std::optional<WorkerAnswer> marked = with_impostor_marked(untrusted_answer, body, facts.compose);
    const WorkerAnswer& answer = marked ? *marked : untrusted_answer;
    const bool by_order = facts.compose.order != nullptr;
    Finished finished;
    Verdict verdict = decide(answer, profile, by_order ? Release::yes : Release::no);
    facts.compose.files_line = profile.files_line;
    facts.compose.from_own_domain = is_from_own_domain(answer, facts.warned_domains);
    if (facts.compose.from_own_domain) verdict = with_warning(verdict, Reason::own_domain_sender);
    finished.verdict = verdict;
    finished.ledger = ledger_of(answer, verdict, facts);
    if (verdict.verdict == MailVerdict::refused) {
        if (facts.on_refusal == FinishFacts::OnRefusal::refuse) {
            finished.outcome = &refusal_of(verdict);
            return finished;
        }
        verdict = hold(verdict.reason);
    }
    if (by_order) {
        finished.outcome = against_release(finished, answer, facts);
        if (finished.outcome != nullptr) return finished;
    }
    if (write(finished, verdict, answer, body, profile, large, facts)) return finished;
    if (by_order) {
        finished.outcome = &outcome<Stage::release, Failure::nonsense>();
        return finished;
    }
    if (write(finished, hold(Reason::gate_refused), answer, body, profile, large, facts)) return finished;
    finished.outcome = &outcome<Stage::gate, Failure::internal>();
    return finished;
}

// A mail that the next hop would refuse for its size, with files that may stay here.
bool is_too_large(const Finished& finished, const FinishFacts& facts) noexcept {
    return facts.size_max != 0 && facts.compose.order == nullptr && finished.mail && finished.alarms.empty() &&
           finished.verdict.verdict != MailVerdict::quarantined && finished.mail->bytes().size() > facts.size_max;
}

// Then all is held that makes it smaller. One is enough, or two where the notice takes more than was thought.
constexpr int tries_max = 4;

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

Finished finish(const WorkerAnswer& untrusted_answer, const Profile& profile, FinishFacts facts) {
    Finished finished = finish_once(untrusted_answer, profile, facts);
    std::optional<WorkerAnswer> lighter;  // most mails are not copied
    LargeFiles large;
    for (int tried = 1; is_too_large(finished, facts); ++tried) {
        if (!lighter) {
            lighter = untrusted_answer;
            large = LargeFiles(*lighter->extract, finished.mail->bytes().size(), facts.size_max);
        }
        const std::uint64_t excess = finished.mail->bytes().size() - facts.size_max;
        if (!hold_largest(*lighter->extract, tried < tries_max ? excess : facts.size_max + excess)) break;
        finished = finish_once(*lighter, profile, facts, large);
    }
    return finished;
}

std::size_t bytes_to_write(const WorkerAnswer& answer) noexcept {
    if (!answer.extract) return 0;
    std::size_t bytes = 0;
    // "> " for each depth before each line, and a text may be nothing but ends of lines.
    for (const TextBlock& block : answer.extract->texts) {
        bytes += block.text.str().size() * (1 + 2 * std::size_t{block.quote_depth});
    }
    for (const SafeFile& file : answer.extract->files) bytes += file.bytes.size();
    for (const RebuiltFile& file : answer.extract->rebuilt) bytes += file.file.bytes().size();
    for (const PackedFile& file : answer.extract->packed) bytes += file.bytes().size();
    return bytes;
}

}  // namespace mugaika
