#include "sanitizer/sandboxed/saved_page.hpp"

#include <algorithm>

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
    saved.untrusted_html = decode_body(*page, limits.html_bytes_max, saved.notes);
    if (contains(saved.notes, Reason::too_much_decoded)) return std::nullopt;
    return saved;
}

}  // namespace mugaika::sandboxed
