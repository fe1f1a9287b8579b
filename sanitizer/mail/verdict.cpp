#include "sanitizer/mail/verdict.hpp"

#include <algorithm>

namespace mugaika {
namespace {

// Every reason of the extract in a fixed order, so that the first of equal weight is always the same one.
template <class Visit>
void for_each_reason(const Extract& extract, Visit visit) {
    for (const Reason reason : extract.findings) visit(reason);
    for (const PartRow& row : extract.parts) {
        visit(row.reason);
        for (const Reason note : row.notes) visit(note);
        for (const Loss& loss : row.losses) visit(loss.what);
    }
}

Reason heaviest(const Extract& extract) noexcept {
    Reason found = Reason::none;
    for_each_reason(extract, [&](Reason reason) {
        if (weight(reason) > weight(found)) found = reason;
    });
    return found;
}

// A row that was dropped says why, and the reason's weight says whether that is a loss: another form of the same text
// or an empty part is none. What was quarantined always is, and so is a row without a reason.
bool loses(const PartRow& row) noexcept {
    if (row.undecodable > 0 || row.verdict == PartVerdict::quarantined) return true;
    return row.verdict == PartVerdict::removed && row.reason == Reason::none;
}

// The reason of the first row that was not simply read as text, none when there is no such row.
struct Change {
    bool made = false;
    Reason reason = Reason::none;
};
Change first_change(const Extract& extract) noexcept {
    for (const PartRow& row : extract.parts) {
        const bool converted = std::find(row.notes.begin(), row.notes.end(), Reason::html_to_text) != row.notes.end();
        if (converted) return {true, Reason::html_to_text};
        if (row.verdict != PartVerdict::text || row.reason == Reason::html_to_text) return {true, row.reason};
    }
    return {};
}

bool must_keep(KeepOriginal keep, bool lossy) noexcept {
    switch (keep) {
        case KeepOriginal::never:
            return false;
        case KeepOriginal::when_lossy:
            return lossy;
        case KeepOriginal::always:
            break;
    }
    return true;
}

bool is_held(Weight heaviest, OnAmbiguous on_ambiguous) noexcept {
    return heaviest == Weight::hold || (heaviest == Weight::ambiguous && on_ambiguous == OnAmbiguous::quarantine);
}

}  // namespace

std::string_view to_string(MailVerdict verdict) noexcept {
    switch (verdict) {
        case MailVerdict::clean:
            return "clean";
        case MailVerdict::sanitized:
            return "sanitized";
        case MailVerdict::quarantined:
            return "quarantined";
        case MailVerdict::refused:
            return "refused";
    }
    return "quarantined";
}

Verdict judge(const Extract& extract, const Profile& profile, Release release) noexcept {
    const Reason reason = heaviest(extract);
    const bool lossy =
        weight(reason) >= Weight::lossy || std::any_of(extract.parts.begin(), extract.parts.end(), loses);
    if (weight(reason) == Weight::refuse) return {MailVerdict::refused, reason, lossy, false};
    if (release == Release::no && is_held(weight(reason), profile.ambiguous)) return hold(reason);
    const bool keep = release == Release::no && must_keep(profile.keep_original, lossy);
    if (weight(reason) > Weight::note) return {MailVerdict::sanitized, reason, lossy, keep};
    const Change change = first_change(extract);
    if (change.made || lossy) return {MailVerdict::sanitized, change.reason, lossy, keep};
    return {MailVerdict::clean, Reason::none, lossy, keep};
}

bool gives(const Extract& extract, Reason wanted) noexcept {
    bool found = false;
    for_each_reason(extract, [&](Reason reason) { found = found || reason == wanted; });
    return found;
}

Verdict hold(Reason reason) noexcept { return {MailVerdict::quarantined, reason, true, true}; }

}  // namespace mugaika
