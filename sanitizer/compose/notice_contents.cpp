#include "sanitizer/compose/notice_contents.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "policy/findings.hpp"
#include "policy/locked_file.hpp"
#include "sanitizer/compose/notice_words.hpp"
#include "sanitizer/compose/organisation.hpp"
#include "sanitizer/compose/signature_line.hpp"

namespace mugaika::notice {
namespace {

constexpr std::uint64_t small_picture_bytes_max = 32u << 10;

// Did something not cross that a reader would miss? Reasons that only note (the other form of the same text, an empty
// part) do not count; those that warn have a sentence of their own.
bool is_missed(const PartRow& row) noexcept {
    if (row.verdict == PartVerdict::quarantined) return true;
    const bool has_no_file = row.facts.kind == PartKind::calendar && weight(row.reason) >= Weight::lossy;
    if (row.verdict == PartVerdict::text) return has_no_file;  // of what is shown as text as well
    if (row.verdict != PartVerdict::removed) return false;
    if (row.reason == Reason::signature_dropped && !row.facts.name.empty()) return true;
    const Weight heaviness = weight(row.reason);
    return row.reason == Reason::none || (heaviness != Weight::note && heaviness != Weight::warn);
}

// The logo below a signature, an icon: a picture that stands in the text, told in one short line.
bool is_small_picture(const PartRow& row) {
    return row.facts.kind == PartKind::image && row.reason == Reason::not_rebuilt &&
           row.facts.bytes <= small_picture_bytes_max && contains(row.notes, Reason::inline_picture);
}

bool is_lossy(Reason reason) noexcept { return weight(reason) >= Weight::lossy; }

void sort_in(Contents& contents, Reason reason, Language language) {
    if (weight(reason) == Weight::ambiguous) return add_once(contents.structure, reason);
    const Advice advice = advice_for(reason, language);
    if (advice.is_warning) return add_once(contents.warnings, reason);
    if (!advice.sentence.empty() || is_lossy(reason)) add_once(contents.remarks, reason);
}

// A missed file is listed with its main reason; of the others only warnings are worth a line.
bool is_told(Reason note, const PartRow& row, Language language) {
    return !is_missed(row) || weight(note) == Weight::ambiguous || advice_for(note, language).is_warning;
}

bool lies_in(const PartRow& row, const PartRow& archive) noexcept {
    const std::string_view path = row.facts.path, outer = archive.facts.path;
    const bool has_files = holds_files(archive.facts) && archive.facts.kind != PartKind::tnef;
    return has_files && path.size() > outer.size() && path.starts_with(outer) && path[outer.size()] == '/';
}

// Nothing for a member of an archive that is missed itself: who misses the whole misses its files.
std::optional<Listed> listed(const Extract& extract, const PartRow& row) {
    Listed found{&row, nullptr};
    if (row.facts.path.find('/') == std::string::npos) return found;
    for (const PartRow& around : extract.parts) {
        if (!lies_in(row, around)) continue;
        if (around.verdict == PartVerdict::quarantined) return std::nullopt;
        if (found.archive == nullptr) found.archive = &around;
    }
    return found;
}

// What stands behind the row of a locked archive, or of one of locked files, and lies in it.
std::vector<const PartRow*> files_inside(const Extract& extract, const PartRow& locked) {
    std::vector<const PartRow*> files;
    const bool is_locked_archive = lock_of(locked.facts) != LockKind::none && holds_files(locked.facts);
    if (locked.reason != Reason::encrypted) return files;
    const PartRow* const end = extract.parts.data() + extract.parts.size();
    for (const PartRow* row = &locked + 1; row != end && lies_in(*row, locked); ++row) {
        if (is_locked_archive || row->reason == Reason::encrypted) files.push_back(row);
    }
    return files;
}

}  // namespace

bool Contents::is_empty() const noexcept {
    return missed.empty() && following.empty() && rebuilt.empty() && small_pictures == 0 && !is_unlocked &&
           !is_follow_up && !has_warning() && remarks.empty() && signatures.empty() && answered_elsewhere == nullptr;
}

bool Contents::has_lost() const noexcept {
    const auto lost = [](const Listed& listed) { return is_lossy(listed.row->reason); };
    return !missed.empty() || !structure.empty() || std::any_of(rebuilt.begin(), rebuilt.end(), lost) ||
           std::any_of(remarks.begin(), remarks.end(), is_lossy) ||
           std::any_of(warnings.begin(), warnings.end(), is_lossy);
}

Contents contents_of(const Extract& extract, const ComposeFacts& facts) {
    Contents contents;
    if (facts.from_own_domain) add_once(contents.warnings, Reason::own_domain_sender);
    contents.is_unlocked = !facts.unlocked_from.empty();
    contents.is_follow_up = !facts.follow_up.empty() && facts.order == nullptr;  // that says it itself
    for (Reason finding : extract.findings) sort_in(contents, finding, facts.language);
    for (const PartRow& row : extract.parts) {
        const auto told = listed(extract, row);
        if (!told) continue;
        for (Reason note : row.notes) {
            if (is_told(note, row, facts.language)) sort_in(contents, note, facts.language);
        }
        if (row.verdict == PartVerdict::rebuilt && !row.out_kind.empty()) {
            // Its losses stand with it, below.
        } else if (!is_missed(row)) {
            sort_in(contents, row.reason, facts.language);
        } else if (row.reason == Reason::follows) {
            contents.following.push_back(*told);
        } else if (is_small_picture(row)) {
            ++contents.small_pictures;
        } else {
            contents.missed.push_back(*told);
            contents.missed.back().files_inside = files_inside(extract, row);
        }
        // What arrives rebuilt and whole is worth no line; what lost something is listed with it.
        if (row.verdict == PartVerdict::rebuilt && !row.out_kind.empty() && weight(row.reason) >= Weight::warn) {
            contents.rebuilt.push_back(*told);
        }
    }
    for (const SignatureFact& fact : extract.signatures) {
        (is_warning(fact, extract.header) ? contents.doubtful_signatures : contents.signatures).push_back(&fact);
    }
    contents.answered_elsewhere = mugaika::answered_elsewhere(extract.header);
    return contents;
}

}  // namespace mugaika::notice
