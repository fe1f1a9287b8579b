#include "sanitizer/mail/file_purse.hpp"

namespace mugaika {
namespace {

// Written so that no sum can overflow: `spent` never exceeds `limit`.
template <class Count>
bool take(Count& spent, Count limit, Count wanted) noexcept {
    if (wanted > limit - spent) return false;
    spent += wanted;
    return true;
}

}  // namespace

bool FilePurse::take_out(std::uint64_t bytes) noexcept { return take(out_, limits_.out_bytes_max, bytes); }
bool FilePurse::take_inner(std::uint64_t bytes) noexcept { return take(inner_, limits_.inner_bytes_max, bytes); }
bool FilePurse::take_pixels(std::uint64_t pixels) noexcept { return take(pixels_, limits_.pixels_max, pixels); }
bool FilePurse::take_member() noexcept { return take<std::uint32_t>(members_, limits_.members_max, 1); }

}  // namespace mugaika
