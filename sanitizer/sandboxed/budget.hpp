// One purse per mail: parts, decoded bytes, text, files. Spent by everything inside, attached mails included, and never
// believes a size written in a header. Asked before anything is made: what is left is all that a maker may make, and
// what it did not need, or what is not shown after all, stays or comes back.
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
    [[nodiscard]] bool take_text(std::uint64_t bytes) noexcept;  // as written, see written_size.hpp
    [[nodiscard]] bool take_file(std::uint64_t bytes) noexcept;
    void give_back_text(std::uint64_t bytes) noexcept { text_ -= bytes; }  // what was taken for a text not shown

    std::uint64_t decoded_left() const noexcept { return limits_.decoded_bytes_max - decoded_; }
    std::uint64_t text_left() const noexcept { return limits_.text_bytes_max - text_; }
    const BudgetLimits& limits() const noexcept { return limits_; }

private:
    BudgetLimits limits_;
    std::uint32_t parts_ = 0;
    std::uint64_t decoded_ = 0;
    std::uint64_t text_ = 0;
    std::uint64_t files_ = 0;
};

}  // namespace mugaika::sandboxed
