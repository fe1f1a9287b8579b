// One purse per mail: parts, depth, decoded bytes, text, links. Spent by everything inside, attached mails included,
// and never believes a size written in a header.
#pragma once

#include <cstdint>

#include "policy/limits.hpp"

namespace mugaika::sandboxed {

class Budget {
public:
    explicit Budget(const BudgetLimits& limits) : limits_(limits) {}

    // Each returns false when the purse does not hold it; nothing is taken then.
    [[nodiscard]] bool take_part() noexcept;
    [[nodiscard]] bool take_decoded(std::uint64_t bytes) noexcept;
    [[nodiscard]] bool take_text(std::uint64_t bytes) noexcept;

    std::uint64_t decoded_left() const noexcept { return limits_.decoded_bytes_max - decoded_; }
    std::uint64_t text_left() const noexcept { return limits_.text_bytes_max - text_; }
    const BudgetLimits& limits() const noexcept { return limits_; }

private:
    BudgetLimits limits_;
    std::uint32_t parts_ = 0;
    std::uint64_t decoded_ = 0;
    std::uint64_t text_ = 0;
};

}  // namespace mugaika::sandboxed
