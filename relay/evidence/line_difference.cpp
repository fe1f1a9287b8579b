#include "relay/evidence/line_difference.hpp"

#include <algorithm>
#include <optional>

namespace mugaika {
namespace {

using Leaves = std::vector<TreeHash>;

std::string line_text(std::size_t index) { return "line " + std::to_string(index + 1); }

std::optional<std::size_t> place_of(const TreeHash& leaf, const Leaves& leaves, std::size_t from, std::size_t to) {
    const auto begin = leaves.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end = leaves.begin() + static_cast<std::ptrdiff_t>(to);
    const auto found = std::find(begin, end, leaf);
    if (found == end) return std::nullopt;
    return static_cast<std::size_t>(found - leaves.begin());
}

std::string sealed_as(std::size_t index) { return ": it was sealed as " + line_text(index); }

// Where both go on, and are not the same.
std::string difference_at(std::size_t at, const Leaves& now, const Leaves& sealed) {
    if (const auto before = place_of(now[at], sealed, 0, at)) {
        return line_text(at) + " stands there twice" + sealed_as(*before);
    }
    const auto was_later = place_of(now[at], sealed, at + 1, sealed.size());
    const auto comes_later = place_of(sealed[at], now, at + 1, now.size());
    if (was_later && !comes_later) {
        const std::string what_stands =
            *was_later == at + 1 ? "" : "; what stands in its place was sealed as " + line_text(*was_later);
        return line_text(at) + " is missing" + what_stands;
    }
    if (was_later && *was_later == at + 1 && *comes_later == at + 1) {
        return line_text(at) + " and the one behind it changed places";
    }
    if (was_later) return line_text(at) + " is out of order" + sealed_as(*was_later);
    return line_text(at) + (comes_later ? " was put in" : " was changed");
}

}  // namespace

std::string first_difference(const Leaves& now, const Leaves& sealed) {
    const auto at = static_cast<std::size_t>(std::mismatch(now.begin(), now.end(), sealed.begin(), sealed.end()).first -
                                             now.begin());
    if (at == now.size() && at == sealed.size()) return {};
    if (at == now.size()) {
        return line_text(at) + " is missing: " + std::to_string(sealed.size() - at) + " lines at the end were cut off";
    }
    if (at < sealed.size()) return difference_at(at, now, sealed);
    if (const auto before = place_of(now[at], sealed, 0, at)) {
        return line_text(at) + " stands there twice" + sealed_as(*before);
    }
    return line_text(at) + " was added behind the last that was sealed";
}

}  // namespace mugaika
