#include "sanitizer/worker/checked_answer.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "policy/locked_file.hpp"
#include "policy/policy.hpp"
#include "sanitizer/mail/sha256.hpp"

namespace mugaika {
namespace {

constexpr std::uint32_t pages_max = 100'000;

Error nonsense(const std::string& path, std::string_view fault) {
    return {Fault::protocol, "codec answer: part " + path + " " + std::string(fault)};
}

// A picture that may be of several pages, all of which become a document.
bool is_picture_of_pages(const PartFacts& facts) noexcept {
    return facts.kind == PartKind::image && facts.detected_type == "image/tiff";
}

bool is_shown(std::uint32_t code_point) noexcept {
    const bool is_control = code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0);
    return !is_control && code_point < 0x110000 && (code_point < 0xd800 || code_point > 0xdfff);
}

// A loss is said, or costs the original its place; it holds or refuses no mail.
bool can_be_lost(const Loss& loss) noexcept {
    return loss.what != Reason::none && weight(loss.what) <= Weight::lossy && loss.count > 0;
}

bool stand_once(const std::vector<Loss>& losses) {
    return std::all_of(losses.begin(), losses.end(), [&](const Loss& loss) {
        return std::count_if(losses.begin(), losses.end(), [&](const Loss& l) { return l.what == loss.what; }) == 1;
    });
}

std::string_view fault_of(const std::vector<Loss>& losses) {
    if (!std::all_of(losses.begin(), losses.end(), can_be_lost)) return "has a loss that is none";
    return stand_once(losses) ? std::string_view() : "has a loss that stands twice";
}

bool is_what_was_wanted(SafeKind made, const FileJob& job, const PartRow& row) noexcept {
    switch (job.want) {
        case FileWant::file:
            return may_become(row.facts, made);
        case FileWant::words:
        case FileWant::pages:
        case FileWant::text:
            return made == SafeKind::text;
        case FileWant::table:
            return made == SafeKind::csv;
    }
    return false;
}

std::string_view fault_of(const FileMade& made, const FileJob& job, const PartRow& row) {
    if (is_taking_out(job.task)) return "was made anew, and asked for as it is";
    if (!is_picture_of_pages(row.facts) && (job.task == FileTask::picture_bare) != (made.kind == SafeKind::image_pdf))
        return "became pictures of its pages and was not to, or was to and did not";
    if (!is_what_was_wanted(made.kind, job, row)) return "became a file of another family";
    if (made.untrusted_bytes.empty()) return "became a file without bytes";
    if (made.untrusted_bytes.size() > job.out_bytes_max) return "became a file over its limit";
    if (made.pages == 0 || made.pages > pages_max) return "has a number of pages that cannot be";
    return fault_of(made.losses);
}

// What a password opens nobody has seen before: it is a file received anew, and nothing of it is believed.
std::string_view fault_of_opened(const FileTaken& taken, const PartRow& row) {
    if (!opens_by_password(lock_of(row.facts))) return "was opened, and has no lock that opens";
    if (taken.untrusted_bytes.empty()) return "was opened, and nothing is in it";
    return taken.losses.empty() ? std::string_view() : "was opened, and has lost something";
}

// What is said of pages is said where it was asked for. It can make nothing cross: links are listed as text, and a
// number of pages that is a lie is not that of the pictures.
std::string_view fault_of(const PagesTold& told, const FileJob& job) {
    const bool is_pages = job.task == FileTask::take_pages || job.task == FileTask::take_bare_pages;
    const auto is_glyph = [](const MissingGlyph& glyph) {
        return glyph.page > 0 && glyph.page <= pages_max && glyph.count > 0 && is_shown(glyph.code_point);
    };
    if (is_pages ? told.pages == 0 || told.pages > pages_max : told.pages != 0) return "has pages that cannot be";
    if (!is_pages && (!told.links.empty() || told.has_foreign_fonts || told.are_pictures))
        return "was said to be what nobody asked for";
    if (told.missing.empty()) return {};
    if (job.task != FileTask::find_missing) return "has letters missing that nobody looked for";
    return std::all_of(told.missing.begin(), told.missing.end(), is_glyph) ? "" : "misses letters that are none";
}

// An engine is given what the reader of the mail saw, and no other bytes.
std::string_view fault_of(const FileTaken& taken, const FileJob& job, const PartRow& row) {
    if (!is_taking_out(job.task)) return "was given out as it is, and asked for anew";
    if (const auto fault = fault_of(taken.about, job); !fault.empty()) return fault;
    if (job.task == FileTask::find_missing)
        return taken.untrusted_bytes.empty() ? "" : "was to be looked through alone";
    if (taken.untrusted_bytes.size() > job.out_bytes_max) return "was given out over its limit";
    if (!job.password.empty()) return fault_of_opened(taken, row);
    // By the password that everybody knows.
    const bool is_opened = lock_of(row.facts) == LockKind::office && is_tried_unasked(row.facts);
    if (!is_opened && sha256_hex(taken.untrusted_bytes) != row.sha256) return "was given out as another file";
    return fault_of(taken.losses);
}

// It becomes the name of a file inside an archive of ours: folders and a name, and no way out of them.
bool is_name_inside(std::string_view name) noexcept {
    if (name.empty() || name.size() > AnswerLimits().name_bytes_max) return false;
    for (;;) {
        const std::size_t slash = name.find('/');
        const std::string_view step = name.substr(0, slash);
        if (step.empty() || step == "." || step == ".." || step.find_first_of("\\:") != step.npos) return false;
        if (slash == name.npos) return true;
        name.remove_prefix(slash + 1);
    }
}

// A member can cost itself its way, and no more: nothing that it says holds or refuses the mail (FILES.md 1.2).
std::string_view fault_of(const MemberSeen& member) {
    const auto is_heavy = [](Reason reason) { return weight(reason) > Weight::lossy; };
    if (!is_name_inside(member.facts.name)) return "has a file inside whose name is none";
    if (member.held != Reason::none && weight(member.held) != Weight::lossy) return "has a file held for no reason";
    if (member.held == Reason::none && member.sha256.empty()) return "has a file inside without a digest";
    if (std::any_of(member.notes.begin(), member.notes.end(), is_heavy)) return "has a note about more than a file";
    return {};
}

std::string_view fault_of(const MembersSeen& seen, const FileJob& job, const PartRow& row) {
    if (job.task != FileTask::rebuild) return "has files inside, and was not to be opened";
    if (!holds_files(row.facts)) return "is no archive and has files inside";
    std::uint64_t left = FileLimits().inner_bytes_max;
    for (const MemberSeen& member : seen.members) {
        if (const auto fault = fault_of(member); !fault.empty()) return fault;
        if (member.facts.bytes > left) return "has more inside than may be unpacked";
        left -= member.facts.bytes;
    }
    return {};
}

}  // namespace

bool may_become(const PartFacts& facts, SafeKind made) noexcept {
    const PartKind kind = facts.kind;
    switch (made) {
        case SafeKind::jpeg:
        case SafeKind::png:
            return kind == PartKind::image;
        case SafeKind::pdf:
            return kind == PartKind::pdf || lock_of(facts) == LockKind::pdf;
        case SafeKind::image_pdf:
            return kind == PartKind::pdf || kind == PartKind::office || lock_of(facts) == LockKind::pdf ||
                   is_picture_of_pages(facts);
        case SafeKind::docx:
        case SafeKind::xlsx:
        case SafeKind::pptx:
            return kind == PartKind::office || is_encrypted_package(facts) || lock_of(facts) == LockKind::office;
        case SafeKind::zip:
            return false;  // the relay packs, no codec does
        case SafeKind::text:
            return kind == PartKind::text || kind == PartKind::html;
        case SafeKind::csv:
            return kind == PartKind::text;
        case SafeKind::ics:
        case SafeKind::vcf:
            return kind == PartKind::calendar && (facts.detected_type == "text/calendar") == (made == SafeKind::ics);
    }
    return false;
}

Result<FileOutcome> check_file_answer(FileAnswer untrusted, const FileJob& job, const PartRow& row) {
    if (untrusted.in_sha256 != row.sha256) return nonsense(row.facts.path, "is another one than the mail's reader saw");
    if (const auto* made = std::get_if<FileMade>(&untrusted.outcome)) {
        if (const auto fault = fault_of(*made, job, row); !fault.empty()) return nonsense(row.facts.path, fault);
    } else if (const auto* seen = std::get_if<MembersSeen>(&untrusted.outcome)) {
        if (const auto fault = fault_of(*seen, job, row); !fault.empty()) return nonsense(row.facts.path, fault);
    } else if (const auto* taken = std::get_if<FileTaken>(&untrusted.outcome)) {
        if (const auto fault = fault_of(*taken, job, row); !fault.empty()) return nonsense(row.facts.path, fault);
    } else if (weight(std::get<FileNotMade>(untrusted.outcome).why) != Weight::lossy) {
        return nonsense(row.facts.path, "was not made for a reason that is none");
    }
    return std::move(untrusted.outcome);
}

Result<std::vector<FileOutcome>> check_file_answers(FileAnswers untrusted, const FileErrand& errand) {
    if (untrusted.empty()) return nonsense(errand.job.path, "has no answer");
    if (untrusted.size() > errand.rows.size()) return nonsense(errand.job.path, "has more answers than were asked for");
    std::vector<FileOutcome> outcomes;
    std::uint64_t bytes = 0;
    for (FileAnswer& answer : untrusted) {
        auto outcome = check_file_answer(std::move(answer), errand.job, errand.rows[outcomes.size()]);
        if (!outcome) return outcome.error();
        if (const auto* made = std::get_if<FileMade>(&*outcome)) bytes += made->untrusted_bytes.size();
        if (bytes > errand.job.out_bytes_max) return nonsense(errand.job.path, "became files over its limit together");
        outcomes.push_back(*std::move(outcome));
    }
    return outcomes;
}

}  // namespace mugaika
