#include "sanitizer/mail/worker_life.hpp"

#include <algorithm>

namespace mugaika {
namespace {

bool is_heavy(Reason reason) noexcept { return weight(reason) >= Weight::ambiguous; }

bool has_heavy(const std::vector<Reason>& reasons) noexcept {
    return std::any_of(reasons.begin(), reasons.end(), is_heavy);
}

bool is_simple(const PartRow& row) noexcept {
    const bool is_text = row.facts.kind == PartKind::text || row.facts.kind == PartKind::html;
    const bool is_dropped_or_shown = row.verdict == PartVerdict::text || row.verdict == PartVerdict::removed;
    return is_text && is_dropped_or_shown && !is_heavy(row.reason) && !has_heavy(row.notes);
}

}  // namespace

bool may_live_on(const Extract& extract) noexcept {
    return !has_heavy(extract.findings) && extract.files.empty() && extract.signatures.empty() &&
           std::all_of(extract.parts.begin(), extract.parts.end(), is_simple);
}

}  // namespace mugaika
