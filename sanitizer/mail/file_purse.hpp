// What may be spent on rebuilding one file: asked before anything is made, unpacked or decoded (FILES.md 1.6).
#pragma once

#include <cstdint>

#include "policy/file_limits.hpp"

namespace mugaika {

class FilePurse {
public:
    explicit FilePurse(const FileLimits& limits) : limits_(limits) {}

    // Each returns false when the purse does not hold it; nothing is taken then.
    [[nodiscard]] bool take_out(std::uint64_t bytes) noexcept;    // of the file that is made
    [[nodiscard]] bool take_inner(std::uint64_t bytes) noexcept;  // unpacked from inside the file
    [[nodiscard]] bool take_pixels(std::uint64_t pixels) noexcept;
    [[nodiscard]] bool take_member() noexcept;

    std::uint64_t out_left() const noexcept { return limits_.out_bytes_max - out_; }
    std::uint64_t inner_left() const noexcept { return limits_.inner_bytes_max - inner_; }
    const FileLimits& limits() const noexcept { return limits_; }

private:
    FileLimits limits_;
    std::uint64_t out_ = 0;
    std::uint64_t inner_ = 0;
    std::uint64_t pixels_ = 0;
    std::uint32_t members_ = 0;
};

}  // namespace mugaika
