#include "policy/shown_text.hpp"

#include <algorithm>

#include "policy/ascii.hpp"
#include "policy/showable.hpp"
#include "policy/utf8.hpp"

namespace mugaika {
namespace {

constexpr std::string_view ellipsis = "…";

}  // namespace

std::string shown_text(std::string_view untrusted, std::size_t bytes_max) {
    // Numbers, hashes and most addresses are this; the log shows a dozen of them for each mail.
    const bool plain =
        untrusted.size() <= bytes_max && std::all_of(untrusted.begin(), untrusted.end(), ascii::is_printable);
    if (plain) return std::string(untrusted);
    std::string shown;
    std::size_t cut = 0;  // where the text may be cut so that the ellipsis still fits
    while (!untrusted.empty()) {
        const utf8::Character next = utf8::first(untrusted);
        const bool showable = next.valid && next.value != '\n' && next.value != '\t' && is_showable(next.value);
        utf8::append(shown, showable ? next.value : utf8::replacement);
        if (shown.size() > bytes_max) {
            shown.resize(cut);
            if (bytes_max >= ellipsis.size()) shown += ellipsis;
            return shown;
        }
        if (shown.size() + ellipsis.size() <= bytes_max) cut = shown.size();
        untrusted.remove_prefix(next.bytes);
    }
    return shown;
}

}  // namespace mugaika
