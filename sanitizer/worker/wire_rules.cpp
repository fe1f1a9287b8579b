#include "sanitizer/worker/wire_rules.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "policy/ascii.hpp"
#include "policy/part_rule.hpp"

namespace mugaika::wire {
namespace {

constexpr std::size_t identifier_bytes_max = 998;  // RFC 5322 2.1.1: it has to fit on a line
constexpr std::size_t label_bytes_max = 64;
constexpr std::size_t media_type_bytes_max = 255;  // RFC 6838 4.2: 127 on each side

bool is_one_of(char c, std::string_view set) noexcept { return set.find(c) != std::string_view::npos; }

bool is_atom_char(char c) noexcept { return ascii::is_alnum(c) || is_one_of(c, "!#$%&'*+-/=?^_`{|}~"); }

bool is_token_char(char c) noexcept { return ascii::is_alnum(c) || is_one_of(c, "!#$%&'*+-.^_`{|}~"); }

}  // namespace

bool is_sha256(std::string_view text) noexcept {
    return text.size() == 64 &&
           std::all_of(text.begin(), text.end(), [](char c) { return ascii::is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_sha256_or_empty(std::string_view text) noexcept { return text.empty() || is_sha256(text); }

// Two RFC 2045 5.1 tokens with one slash between them.
bool is_media_type(std::string_view text) noexcept {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size()) return false;
    const std::string_view subtype = text.substr(slash + 1);
    return text.size() <= media_type_bytes_max &&
           std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(slash), is_token_char) &&
           std::all_of(subtype.begin(), subtype.end(), is_token_char);
}

bool is_media_type_or_empty(std::string_view text) noexcept { return text.empty() || is_media_type(text); }

bool is_lower_media_type_or_empty(std::string_view text) noexcept {
    return is_media_type_or_empty(text) && std::none_of(text.begin(), text.end(), ascii::is_upper);
}

// Names of charsets and handlers: one printable ASCII word.
bool is_label_or_empty(std::string_view text) noexcept {
    return text.size() <= label_bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return ascii::is_printable(c) && c != ' '; });
}

// The composer asks for more before it writes one; here nothing may pass that could end a field or an angle bracket.
bool is_message_id(std::string_view text) noexcept {
    const std::size_t at = text.find('@');
    const bool one_inside = at != 0 && at != std::string_view::npos && at + 1 < text.size() &&
                            text.find('@', at + 1) == std::string_view::npos;
    return one_inside && text.size() <= identifier_bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_atom_char(c) || is_one_of(c, ".@[]:"); });
}

bool is_message_id_or_empty(std::string_view text) noexcept { return text.empty() || is_message_id(text); }

bool is_dot_atom_or_empty(std::string_view text) noexcept {
    return text.size() <= identifier_bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_atom_char(c) || c == '.'; });
}

bool is_field_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= label_bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return ascii::is_alpha(c) || c == '-'; });
}

bool is_rule_value(std::string_view text) noexcept {
    return !text.empty() && text.size() <= PartRule::value_bytes_max &&
           std::none_of(text.begin(), text.end(), ascii::is_control);
}

}  // namespace mugaika::wire
