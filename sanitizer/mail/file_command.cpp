#include "sanitizer/mail/file_command.hpp"

#include <algorithm>
#include <string_view>

#include "policy/ascii.hpp"

namespace mugaika {
namespace {

bool ends_with(std::string_view name, std::string_view suffix) {
    return name.size() > suffix.size() && ascii::to_lower(name.substr(name.size() - suffix.size())) == suffix;
}

bool takes_all(const FileCommand& command) noexcept { return command.types.empty() && command.suffixes.empty(); }

bool share_one(const std::vector<std::string>& a, const std::vector<std::string>& b) noexcept {
    return std::any_of(a.begin(), a.end(),
                       [&](const std::string& one) { return std::find(b.begin(), b.end(), one) != b.end(); });
}

}  // namespace

bool FileCommand::takes(const PartFacts& facts) const noexcept {
    if ((kinds >> static_cast<unsigned>(facts.kind) & 1) == 0) return false;
    const bool is_of_type = std::find(types.begin(), types.end(), facts.detected_type) != types.end();
    return takes_all(*this) || is_of_type ||
           std::any_of(suffixes.begin(), suffixes.end(),
                       [&](const std::string& suffix) { return ends_with(facts.name, suffix); });
}

const FileCommand* command_for(const FileCommands& commands, const PartFacts& facts) noexcept {
    const auto found =
        std::find_if(commands.begin(), commands.end(), [&](const FileCommand& one) { return one.takes(facts); });
    return found == commands.end() ? nullptr : &*found;
}

bool have_files_in_common(const FileCommand& a, const FileCommand& b) noexcept {
    if ((a.kinds & b.kinds) == 0) return false;
    return takes_all(a) || takes_all(b) || share_one(a.types, b.types) || share_one(a.suffixes, b.suffixes);
}

PartKind part_kind_of(SafeKind kind) noexcept {
    switch (kind) {
        case SafeKind::jpeg:
        case SafeKind::png:
            return PartKind::image;
        case SafeKind::pdf:
        case SafeKind::image_pdf:
            return PartKind::pdf;
        case SafeKind::docx:
        case SafeKind::xlsx:
        case SafeKind::pptx:
            return PartKind::office;
        case SafeKind::zip:
            return PartKind::archive;
        case SafeKind::ics:
        case SafeKind::vcf:
            return PartKind::calendar;
        case SafeKind::text:
        case SafeKind::csv:
            break;
    }
    return PartKind::text;
}

}  // namespace mugaika
