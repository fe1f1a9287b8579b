#include "sanitizer/sandboxed/repeated_calendar.hpp"

#include <unordered_set>

namespace mugaika::sandboxed {
namespace {

std::string_view take_line(std::string_view& text) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
    return line;
}

}  // namespace

bool repeats_calendar(std::string_view earlier, std::string_view later) {
    std::unordered_set<std::string_view> lines{""};
    while (!earlier.empty()) lines.insert(take_line(earlier));
    while (!later.empty()) {
        if (!lines.contains(take_line(later))) return false;
    }
    return true;
}

}  // namespace mugaika::sandboxed
