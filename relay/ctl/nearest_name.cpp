#include "relay/ctl/nearest_name.hpp"

#include <algorithm>

namespace mugaika::ctl {
namespace {

constexpr std::size_t letters_max = 64;  // longer ones are no slip of the finger

// Damerau and Levenshtein's distance: row by row, of which three are kept.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            const bool exchanged = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (exchanged) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

}  // namespace

std::string nearest_name(std::string_view untrusted_name, const std::vector<std::string>& names) {
    if (untrusted_name.size() > letters_max) return "";
    std::string nearest;
    std::size_t least = std::max<std::size_t>(untrusted_name.size() / 3, 1) + 1;
    for (const std::string& name : names) {
        const std::size_t letters = distance(untrusted_name, name);
        if (letters >= least) continue;
        least = letters;
        nearest = name;
    }
    return nearest;
}

std::string did_you_mean(std::string_view untrusted_name, const std::vector<std::string>& names) {
    const std::string nearest = nearest_name(untrusted_name, names);
    return nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?";
}

}  // namespace mugaika::ctl
