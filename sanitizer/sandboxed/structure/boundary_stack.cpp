#include "sanitizer/sandboxed/structure/boundary_stack.hpp"

#include <algorithm>

#include "policy/ascii.hpp"

namespace mugaika::sandboxed {
namespace {

using Kind = BoundaryStack::Match::Kind;

// Blanks after a delimiter are transport padding (RFC 2046 5.1.1).
bool is_padding(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return ascii::is_blank(c); });
}

std::optional<Kind> compare(std::string_view after_dashes, std::string_view boundary) noexcept {
    if (!after_dashes.starts_with(boundary)) return std::nullopt;
    const std::string_view rest = after_dashes.substr(boundary.size());
    if (is_padding(rest)) return Kind::delimiter;
    if (rest.starts_with("--") && is_padding(rest.substr(2))) return Kind::closing;
    return Kind::lookalike;
}

}  // namespace

std::optional<BoundaryStack::Match> BoundaryStack::match(std::string_view line) const noexcept {
    if (!line.starts_with("--")) return std::nullopt;
    const bool is_whole = delimiters_ == Delimiters::whole;
    const std::optional<Match> beginning = is_whole ? std::nullopt : match_beginning(line);
    return beginning ? beginning : match_whole(line);
}

std::optional<BoundaryStack::Match> BoundaryStack::match_beginning(std::string_view line) const noexcept {
    for (std::size_t i = 0; i < levels_.size(); ++i) {
        const std::size_t level = delimiters_ == Delimiters::beginnings_outside_in ? i : levels_.size() - 1 - i;
        const std::optional<Kind> kind = compare(line.substr(2), levels_[level].boundary);
        if (!kind || levels_[level].is_closed) continue;
        const bool closes = line.substr(2 + levels_[level].boundary.size()).starts_with("--");
        return Match{closes ? Kind::closing : Kind::delimiter, level};
    }
    return std::nullopt;
}

std::optional<BoundaryStack::Match> BoundaryStack::match_whole(std::string_view line) const noexcept {
    std::optional<Match> exact, lookalike;
    for (std::size_t i = levels_.size(); i-- > 0;) {
        const std::optional<Kind> kind = compare(line.substr(2), levels_[i].boundary);
        if (!kind) continue;
        if (*kind != Kind::lookalike && !exact) exact = Match{*kind, i};
        if (*kind == Kind::lookalike && !levels_[i].is_closed) lookalike = Match{*kind, i};
    }
    if (exact) exact->is_shared = lookalike.has_value();
    return exact ? exact : lookalike;
}

bool BoundaryStack::is_open(std::string_view boundary) const noexcept {
    return std::any_of(levels_.begin(), levels_.end(),
                       [&](const Level& level) { return !level.is_closed && level.boundary == boundary; });
}

}  // namespace mugaika::sandboxed
