#include "sanitizer/sandboxed/find_part.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "policy/findings.hpp"
#include "policy/locked_file.hpp"
#include "sanitizer/sandboxed/budget.hpp"
#include "sanitizer/sandboxed/leaf.hpp"
#include "sanitizer/sandboxed/structure/mime_reader.hpp"

namespace mugaika::sandboxed {
namespace {

// The index of the leaf "1.2"; nothing for a multipart.
std::optional<std::size_t> leaf_at(const MailStructure& mail, std::string_view path) {
    const auto found = std::find_if(mail.entities.begin(), mail.entities.end(), [path](const Entity& entity) {
        return entity.path == path && !entity.is_multipart;
    });
    if (found == mail.entities.end()) return std::nullopt;
    return static_cast<std::size_t>(found - mail.entities.begin());
}

}  // namespace

std::optional<FoundPart> find_part(std::string_view untrusted_mail, std::string_view path, const BudgetLimits& limits,
                                   const FileTyper& typer) {
    Budget budget(limits);
    std::string owned;  // the attached mail that is being read
    std::string prefix;
    std::uint32_t depth = 0;
    for (;;) {
        const std::size_t slash = path.find('/');
        const MailStructure mail = read_structure(untrusted_mail, limits, depth);
        const auto index = leaf_at(mail, path.substr(0, slash));
        if (!index || !budget.take_part()) return std::nullopt;
        Part part = read_leaf(mail, *index, prefix, budget, typer);
        if (contains(part.notes, Reason::too_much_decoded)) return std::nullopt;
        if (slash == path.npos) return FoundPart{std::move(part), {}};
        if (holds_files(part.facts)) return FoundPart{std::move(part), path.substr(slash + 1)};
        depth += mail.entities[*index].depth + 1;
        if (part.facts.kind != PartKind::mail || depth >= limits.depth_max) return std::nullopt;
        prefix = part.facts.path + "/";
        path.remove_prefix(slash + 1);
        owned = std::move(part.untrusted_bytes);
        untrusted_mail = owned;
    }
}

}  // namespace mugaika::sandboxed
