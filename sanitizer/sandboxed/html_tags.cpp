#include "sanitizer/sandboxed/html_tags.hpp"

#include <algorithm>
#include <array>

namespace mugaika::sandboxed {
namespace {

constexpr HtmlTrait plain_ = HtmlTrait::inline_text;
constexpr HtmlTrait escape_ = HtmlTrait::breaks_out;
constexpr HtmlTrait block_ = HtmlTrait::block | HtmlTrait::special;
constexpr HtmlTrait paragraph_ = block_ | HtmlTrait::paragraph;
constexpr HtmlTrait heading_ = paragraph_ | HtmlTrait::breaks_out;
constexpr HtmlTrait empty_ = HtmlTrait::empty | HtmlTrait::special;
constexpr HtmlTrait silent_ = HtmlTrait::silent | HtmlTrait::special;
constexpr HtmlTrait unshown_ = HtmlTrait::silent | HtmlTrait::unshown;

struct Tag {
    std::string_view name;
    HtmlTrait traits;
};

constexpr std::array<Tag, html_tag_count> tags{{
#define X(name, traits) {#name, traits},
    MUGAIKA_HTML_TAGS(X)
#undef X
    {"", plain_},
}};

// "template" is a word of C++.
constexpr bool is_less(const Tag& tag, std::string_view name) noexcept {
    const std::string_view own = tag.name.ends_with('_') ? tag.name.substr(0, tag.name.size() - 1) : tag.name;
    return own < name;
}

constexpr bool is_sorted() {
    for (std::size_t i = 1; i + 1 < tags.size(); ++i) {
        if (!is_less(tags[i - 1], tags[i].name)) return false;
    }
    return true;
}
static_assert(is_sorted());

}  // namespace

HtmlTag html_tag(std::string_view lower_case_name) noexcept {
    const auto* end = tags.end() - 1;
    const auto* found = std::lower_bound(tags.begin(), end, lower_case_name, is_less);
    const bool same = found != end && (found->name == lower_case_name ||
                                       (found->name == "template_" && lower_case_name == "template"));
    return same ? static_cast<HtmlTag>(found - tags.begin()) : HtmlTag::other;
}

bool has(HtmlTag tag, HtmlTrait trait) noexcept {
    const auto traits = static_cast<unsigned>(tags.at(static_cast<std::size_t>(tag)).traits);
    return (traits & static_cast<unsigned>(trait)) != 0;
}

}  // namespace mugaika::sandboxed
