#include "sanitizer/checker/pictures/jpeg_frame.hpp"

#include <algorithm>

namespace mugaika::checker {

std::uint64_t JpegFrame::mcus() const noexcept {
    std::uint64_t h = 1, v = 1;
    for (const JpegComponent& component : components()) {
        if (count == 1) break;  // alone, a component comes block by block
        h = std::max<std::uint64_t>(h, component.h);
        v = std::max<std::uint64_t>(v, component.v);
    }
    return (width + 8 * h - 1) / (8 * h) * ((height + 8 * v - 1) / (8 * v));
}

}  // namespace mugaika::checker
