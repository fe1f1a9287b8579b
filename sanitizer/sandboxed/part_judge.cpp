#include "sanitizer/sandboxed/part_judge.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "policy/released_original.hpp"
#include "sanitizer/sandboxed/kinds.hpp"

namespace mugaika::sandboxed {
namespace {

bool becomes_text(const PartOutcome& outcome) {
    return !std::holds_alternative<Removed>(outcome) && !std::holds_alternative<Quarantined>(outcome);
}

// A multipart whose parts cannot be told apart is a leaf, and its text would be headers and base64, which is text for
// nobody: not when the mail is released, either.
std::optional<Reason> raw_structure(const Part& part) {
    const std::string_view bytes = part.untrusted_bytes;
    const bool has_delimiters = bytes.starts_with("--") || bytes.find("\n--") != bytes.npos;
    if (!has_delimiters || !part.facts.declared_type.starts_with("multipart/")) return std::nullopt;
    const auto odd = std::find_if(part.notes.begin(), part.notes.end(),
                                  [](Reason note) { return weight(note) == Weight::ambiguous; });
    if (odd == part.notes.end()) return std::nullopt;
    return *odd;
}

}  // namespace

Decision PartJudge::decide(Part&& part) const {
    const PartKind kind = part.facts.kind;
    const PartAction action = job_.profile.action_for(part.facts);
    switch (action) {
        case PartAction::refuse:
            return {Quarantined{Reason::policy_refuse}, "policy"};
        case PartAction::remove:
            if (kind != PartKind::signature) return {Removed{Reason::policy_remove}, "policy"};
            break;
        case PartAction::quarantine:
            if (!is_never_made(kind)) return {Quarantined{Reason::policy_quarantine}, "policy"};
            break;
        case PartAction::hold:
            if (!is_never_made(kind)) return {Quarantined{Reason::policy_hold}, "policy"};
            break;
        case PartAction::text:
        case PartAction::rebuild:
        case PartAction::image_pdf:
        case PartAction::unpack:
            break;
    }
    // A codec makes a file of it; no text is made here, and none is paid for.
    const bool is_file = is_text_file(job_.profile, part.facts);
    if (!is_file && !is_paid_up(part)) return {Quarantined{Reason::text_too_long}, "budget"};
    if (const auto why = raw_structure(part)) return {Quarantined{*why}, "structure"};
    if (is_file) return {Quarantined{Reason::not_rebuilt}, "text"};
    const bool may_be_text = may_end_as(job_.profile, part.facts, PartVerdict::text);
    Decision decision = ask_handlers(std::move(part));
    // The relay asks the same again: what the profile does not let this part become, it does not become.
    if (!may_be_text && becomes_text(decision.outcome)) decision.outcome = Quarantined{Reason::not_rebuilt};
    return decision;
}

// Nothing is decoded for which there is no room any more.
bool PartJudge::is_paid_up(const Part& part) const {
    return budget_.text_left() > 0 || part.untrusted_bytes.empty() || !becomes_text(part.facts.kind);
}

Decision PartJudge::ask_handlers(Part&& part) const {
    for (const auto& handler : handlers_) {
        if (!handler->accepts(part.facts)) continue;
        Decision decision{Quarantined{Reason::handler_failed}, std::string(handler->name())};
        try {
            auto outcome = handler->handle(std::move(part), budget_);
            if (outcome) decision.outcome = std::move(*outcome);
        } catch (...) {
            // Whatever it was: this part is kept back, and the worker does not live on (may_live_on).
        }
        return decision;
    }
    return {Quarantined{Reason::not_rebuilt}, ""};
}

bool PartJudge::is_to_be_released(const Part& part) const {
    const auto& paths = job_.released_parts;
    return may_be_released(job_.profile, part.facts) &&
           std::find(paths.begin(), paths.end(), part.facts.path) != paths.end();
}

}  // namespace mugaika::sandboxed
