#include "sanitizer/worker/checked_answer.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace mugaika {
namespace {

constexpr std::uint32_t pages_max = 100'000;

Error nonsense(const FileJob& job, std::string_view fault) {
    return {Fault::protocol, "codec answer: part " + job.path + " " + std::string(fault)};
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

std::string_view fault_of(const FileMade& made, const FileJob& job, const PartRow& row) {
    if (!may_become(row.facts.kind, made.kind)) return "became a file of another family";
    if (made.untrusted_bytes.empty()) return "became a file without bytes";
    if (made.untrusted_bytes.size() > job.out_bytes_max) return "became a file over its limit";
    if (made.pages == 0 || made.pages > pages_max) return "has a number of pages that cannot be";
    if (!std::all_of(made.losses.begin(), made.losses.end(), can_be_lost)) return "has a loss that is none";
    if (!stand_once(made.losses)) return "has a loss that stands twice";
    return {};
}

}  // namespace

bool may_become(PartKind kind, SafeKind made) noexcept {
    switch (made) {
        case SafeKind::jpeg:
        case SafeKind::png:
            return kind == PartKind::image;
        case SafeKind::pdf:
            return kind == PartKind::pdf;
        case SafeKind::docx:
        case SafeKind::xlsx:
        case SafeKind::pptx:
            return kind == PartKind::office;
        case SafeKind::text:
        case SafeKind::csv:
            return kind == PartKind::text;
    }
    return false;
}

Result<FileOutcome> check_file_answer(FileAnswer untrusted, const FileJob& job, const PartRow& row) {
    if (untrusted.in_sha256 != row.sha256) return nonsense(job, "is another one than the mail's reader saw");
    if (const auto* made = std::get_if<FileMade>(&untrusted.outcome)) {
        if (const auto fault = fault_of(*made, job, row); !fault.empty()) return nonsense(job, fault);
    } else if (weight(std::get<FileNotMade>(untrusted.outcome).why) != Weight::lossy) {
        return nonsense(job, "was not made for a reason that is none");
    }
    return std::move(untrusted.outcome);
}

}  // namespace mugaika
