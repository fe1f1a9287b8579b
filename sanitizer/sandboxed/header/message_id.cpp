#include "sanitizer/sandboxed/header/message_id.hpp"

#include <algorithm>
#include <cstddef>

#include "policy/ascii.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t id_bytes_max = 250;

// atext and dots (RFC 5322 3.2.3); dots at odd places occur and do no harm.
bool is_id_character(char c) noexcept {
    return ascii::is_alnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
}

bool is_id_part(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_id_character);
}

bool is_literal(std::string_view text) noexcept {
    if (text.size() < 3 || text.front() != '[' || text.back() != ']') return false;
    const std::string_view inside = text.substr(1, text.size() - 2);
    return std::all_of(inside.begin(), inside.end(), [](char c) { return ascii::is_alnum(c) || c == '.' || c == ':'; });
}

}  // namespace

bool is_message_id(std::string_view without_brackets) noexcept {
    const std::size_t at = without_brackets.find('@');
    if (at == std::string_view::npos || without_brackets.size() > id_bytes_max) return false;
    const std::string_view right = without_brackets.substr(at + 1);
    return is_id_part(without_brackets.substr(0, at)) && (is_id_part(right) || is_literal(right));
}

MessageIds read_message_ids(std::string_view untrusted_value, std::size_t ids_max) {
    MessageIds found;
    for (std::size_t open = untrusted_value.find('<'); open != std::string_view::npos;) {
        const std::size_t close = untrusted_value.find('>', open);
        if (close == std::string_view::npos) break;
        const std::string_view id = ascii::trim(untrusted_value.substr(open + 1, close - open - 1));
        if (is_message_id(id)) {
            found.ids.emplace_back(id);
        } else {
            found.has_bad = true;
        }
        open = untrusted_value.find('<', close);
    }
    if (found.ids.size() > ids_max) {
        found.ids.erase(found.ids.begin(), found.ids.end() - static_cast<std::ptrdiff_t>(ids_max));
    }
    return found;
}

}  // namespace mugaika::sandboxed
