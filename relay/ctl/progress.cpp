#include "relay/ctl/progress.hpp"

#include <algorithm>

#include "relay/stats/figures_report.hpp"

namespace mugaika::ctl {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds before_the_first{1000}, between_two{250};
constexpr std::string_view wiped = "\r\x1b[K";

}  // namespace

std::string progress_words(std::uint64_t done, std::uint64_t all, milliseconds elapsed) {
    const double share = std::min(static_cast<double>(done) / static_cast<double>(all), 1.0);
    std::string words = "読込 / reading: " + std::to_string(static_cast<int>(share * 100)) + " %";
    if (share <= 0) return words;
    const auto left = static_cast<milliseconds::rep>(static_cast<double>(elapsed.count()) * (1 - share) / share);
    return words + ", 残り約 / left: about " + duration_words(std::max(milliseconds(left), milliseconds(1000)));
}

void Progress::show(std::uint64_t done, Clock::time_point now) {
    if (!is_shown_ || now - began_ < before_the_first || (last_ && now - *last_ < between_two)) return;
    last_ = now;
    out_ << wiped << progress_words(done, all_, std::chrono::duration_cast<milliseconds>(now - began_)) << std::flush;
}

Progress::~Progress() {
    if (last_) out_ << wiped << std::flush;
}

}  // namespace mugaika::ctl
