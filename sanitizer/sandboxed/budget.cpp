#include "sanitizer/sandboxed/budget.hpp"

namespace mugaika::sandboxed {
namespace {

// Written so that no sum can overflow: `spent` never exceeds `limit`.
template <class Count>
bool take(Count& spent, Count limit, Count wanted) noexcept {
    if (wanted > limit - spent) return false;
    spent += wanted;
    return true;
}

}  // namespace

bool Budget::take_part() noexcept { return take<std::uint32_t>(parts_, limits_.parts_max, 1); }

bool Budget::take_decoded(std::uint64_t bytes) noexcept {
    return take<std::uint64_t>(decoded_, limits_.decoded_bytes_max, bytes);
}

bool Budget::take_text(std::uint64_t bytes) noexcept {
    return take<std::uint64_t>(text_, limits_.text_bytes_max, bytes);
}

bool Budget::take_file(std::uint64_t bytes) noexcept {
    return take<std::uint64_t>(files_, limits_.files_bytes_max, bytes);
}

}  // namespace mugaika::sandboxed
