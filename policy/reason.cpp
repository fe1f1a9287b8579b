#include "policy/reason.hpp"

#include <array>

namespace mugaika {
namespace {

struct Row {
    std::string_view name;
    Weight weight;
    std::string_view japanese;
    std::string_view english;
};

constexpr std::array<Row, reason_count> rows{{
#define X(name, weight, ja, en) {#name, Weight::weight, ja, en},
    MUGAIKA_REASONS(X)
#undef X
}};

// A value outside the enumeration can only come from memory gone wrong: .at() throws rather than reads on.
const Row& row(Reason reason) { return rows.at(static_cast<std::size_t>(reason)); }

}  // namespace

std::string_view to_string(Reason reason) noexcept { return row(reason).name; }
Weight weight(Reason reason) noexcept { return row(reason).weight; }
std::string_view japanese(Reason reason) noexcept { return row(reason).japanese; }
std::string_view english(Reason reason) noexcept { return row(reason).english; }

std::optional<Reason> reason_from_name(std::string_view name) noexcept {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].name == name) return static_cast<Reason>(i);
    }
    return std::nullopt;
}

std::optional<Reason> reason_from_number(std::uint32_t number) noexcept {
    if (number >= rows.size()) return std::nullopt;
    return static_cast<Reason>(number);
}

}  // namespace mugaika
