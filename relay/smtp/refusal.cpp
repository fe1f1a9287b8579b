#include "relay/smtp/refusal.hpp"

#include <algorithm>
#include <string_view>

#include "policy/ascii.hpp"

namespace mugaika::smtp {
namespace {

bool mentions(std::string_view words, std::string_view what) noexcept {
    const auto same = [](char a, char b) { return ascii::to_lower(a) == ascii::to_lower(b); };
    return std::search(words.begin(), words.end(), what.begin(), what.end(), same) != words.end();
}

}  // namespace

// Exim says it in words only, as does who gives no enhanced codes; OpenSMTPD says 451 4.5.3.
bool is_about_number(const Reply& theirs) noexcept {
    if (theirs.enhanced == "4.5.3" || theirs.enhanced == "5.5.3") return true;
    if (theirs.code == 452 && theirs.enhanced.empty()) return true;
    return mentions(theirs.words, "too many recipients");
}

}  // namespace mugaika::smtp
