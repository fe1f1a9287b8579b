#include "sanitizer/sandboxed/blank_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "policy/utf8.hpp"

namespace mugaika::sandboxed {
namespace {

bool is_blank(std::string_view utf8) {
    while (!utf8.empty()) {
        const utf8::Character c = utf8::first(utf8);
        const bool is_wide_blank = c.value == 0x3000 || c.value == 0xa0;
        if (!is_wide_blank && !(c.value < 0x80 && ascii::is_space(static_cast<char>(c.value)))) return false;
        utf8.remove_prefix(c.bytes);
    }
    return true;
}

// What of a page shows or does something and leaves no text.
bool holds_program(std::string_view html) {
    constexpr auto tags =
        std::to_array<std::string_view>({"<script", "<object", "<embed", "<iframe", "<svg", "<canvas"});
    for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at + 1)) {
        const std::string_view rest = html.substr(at);
        const bool found =
            std::any_of(tags.begin(), tags.end(), [&](std::string_view tag) { return ascii::istarts_with(rest, tag); });
        if (found) return true;
    }
    return false;
}

bool has_lost_of_page(const Part& part, const std::vector<Reason>& notes) {
    constexpr std::array lost{Reason::remote_content_dropped, Reason::hidden_text_dropped, Reason::not_rebuilt,
                              Reason::form_dropped, Reason::links_cut};
    return std::any_of(lost.begin(), lost.end(), [&](Reason reason) { return contains(notes, reason); }) ||
           holds_program(part.untrusted_bytes);
}

bool has_lost_of_text(const std::vector<Reason>& notes) {
    constexpr std::array lost{Reason::invisible_removed, Reason::controls_removed, Reason::bidi_removed,
                              Reason::nul_in_text};
    return std::any_of(lost.begin(), lost.end(), [&](Reason reason) { return contains(notes, reason); });
}

}  // namespace

std::optional<Reason> why_blank(const Part& part, const PlainText& made, const std::vector<Reason>& notes) {
    const PartFacts& facts = part.facts;
    if (facts.bytes == 0)
        return facts.is_attachment && !facts.name.empty() ? std::optional(Reason::empty_file) : std::nullopt;
    if (!is_blank(made.str())) return std::nullopt;
    const bool is_page = facts.kind == PartKind::html;
    const bool is_lost = is_page ? facts.is_attachment || has_lost_of_page(part, notes)
                                 : has_lost_of_text(notes) || (facts.is_attachment && made.empty());
    return is_lost ? std::optional(Reason::no_visible_text) : std::nullopt;
}

}  // namespace mugaika::sandboxed
