#include "sanitizer/sandboxed/saved_page.hpp"

#include <algorithm>
#include <vector>

#include "policy/findings.hpp"
#include "sanitizer/sandboxed/structure/mime_reader.hpp"

namespace mugaika::sandboxed {

std::optional<SavedPage> saved_page(std::string_view untrusted_archive, const BudgetLimits& limits) {
    const MailStructure archive = read_structure(untrusted_archive, limits, 0);
    const auto page = std::find_if(archive.entities.begin(), archive.entities.end(), [](const Entity& entity) {
        return !entity.is_multipart && (entity.type == "text/html" || entity.type == "application/xhtml+xml");
    });
    if (page == archive.entities.end()) return std::nullopt;
    SavedPage saved;
    saved.charset_label = page->charset_label;
    saved.pictures = static_cast<std::uint32_t>(
        std::count_if(archive.entities.begin(), archive.entities.end(),
                      [](const Entity& entity) { return entity.type.starts_with("image/"); }));
    // How well it was packed changes nothing of what is shown.
    std::vector<Reason> notes;
    saved.untrusted_html = decode_body(*page, limits.html_bytes_max, notes);
    if (contains(notes, Reason::too_much_decoded)) return std::nullopt;
    return saved;
}

}  // namespace mugaika::sandboxed
