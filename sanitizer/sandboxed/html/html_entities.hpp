// The named character references of the WHATWG HTML standard (section 13.5), all 2231 of them.
#pragma once

#include <string_view>

namespace mugaika::sandboxed {

struct HtmlEntity {
    std::string_view name;  // without '&', with ';' where it must stand
    char32_t first = 0;
    char32_t second = 0;  // 0: one character only
};

// The longest name that `text` (what stands behind '&') begins with; nullptr when there is none. At most 33 steps.
const HtmlEntity* longest_html_entity(std::string_view text) noexcept;

}  // namespace mugaika::sandboxed
