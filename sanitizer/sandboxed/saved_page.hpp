// The page of a web archive (types/web_archive_look.hpp). What it shows is read as any HTML; its pictures, styles,
// frames and programs stay behind.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "policy/reason.hpp"

namespace mugaika::sandboxed {

struct SavedPage {
    std::string untrusted_html;  // its transfer encoding undone
    std::string charset_label;   // as declared, "" when none
    std::vector<Reason> notes;   // of decoding it
};

// The first HTML in it, at most html_bytes_max; nothing when there is none or it is larger.
std::optional<SavedPage> saved_page(std::string_view untrusted_archive, const BudgetLimits&);

}  // namespace mugaika::sandboxed
