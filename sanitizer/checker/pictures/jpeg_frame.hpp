// The frame of a JPEG that our codec wrote: what its SOF0 says.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace mugaika::checker {

struct JpegComponent {
    std::uint32_t id = 0, h = 1, v = 1, quantisation = 0;
    std::uint32_t dc_table = 0, ac_table = 0;  // said by SOS

    std::uint32_t blocks_in_mcu(bool is_alone) const noexcept { return is_alone ? 1 : h * v; }
};

struct JpegFrame {
    std::uint32_t width = 0, height = 0, count = 0;
    std::array<JpegComponent, 4> all;

    std::span<const JpegComponent> components() const noexcept { return {all.data(), count}; }
    std::span<JpegComponent> components() noexcept { return {all.data(), count}; }
    std::uint64_t mcus() const noexcept;  // ITU-T T.81 A.2
};

}  // namespace mugaika::checker
