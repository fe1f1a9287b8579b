#include "sanitizer/mail/file_made.hpp"

#include <algorithm>
#include <limits>

namespace mugaika {

void add_loss(std::vector<Loss>& losses, Reason what, std::uint32_t count) {
    if (count == 0) return;
    const auto row = std::find_if(losses.begin(), losses.end(), [what](const Loss& loss) { return loss.what == what; });
    if (row == losses.end()) return losses.push_back({what, count});
    const std::uint32_t room = std::numeric_limits<std::uint32_t>::max() - row->count;
    row->count += std::min(room, count);
}

}  // namespace mugaika
