#include "policy/part_facts.hpp"

#include <array>

namespace mugaika {
namespace {

constexpr std::array<std::string_view, part_kind_count> names{
    "text", "html",      "mail",      "report",     "pdf",     "office", "image", "archive",
    "tnef", "calendar",  "signature", "encrypted",  "executable", "partial", "other"};

}  // namespace

std::string_view to_string(PartKind kind) noexcept { return names.at(static_cast<std::size_t>(kind)); }

std::optional<PartKind> part_kind_from_name(std::string_view name) noexcept {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return static_cast<PartKind>(i);
    }
    return std::nullopt;
}

}  // namespace mugaika
