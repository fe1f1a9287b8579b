// The page of a web archive (types/web_archive_look.hpp). What it shows is read as any HTML; its pictures, styles,
// frames and programs stay behind, and of pictures this is said.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/limits.hpp"

namespace mugaika::sandboxed {

struct SavedPage {
    std::string untrusted_html;  // its transfer encoding undone
    std::string charset_label;   // as declared, "" when none
    std::uint32_t pictures = 0;  // that lay beside it: to be said as embedded_file_removed
};

// The first HTML in it, at most html_bytes_max; nothing when there is none or it is larger.
std::optional<SavedPage> saved_page(std::string_view untrusted_archive, const BudgetLimits&);

}  // namespace mugaika::sandboxed
