#include "sanitizer/sandboxed/handlers/calendar_lines.hpp"

#include <algorithm>

#include "policy/ascii.hpp"

namespace mugaika::sandboxed {
namespace {

// Up to the unquoted sign that ends the first piece of `text`; all of it when there is none (RFC 5545 3.1).
std::size_t unquoted(std::string_view text, char sign) {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') quoted = !quoted;
        if (text[i] == sign && !quoted) return i;
    }
    return std::string_view::npos;
}

bool says_quoted_printable(std::string_view text) {
    return to_upper(text).find("QUOTED-PRINTABLE") != std::string::npos;
}

// In vCard 2.1 a quoted-printable value goes on after "=" at the line's end.
bool ends_with_soft_break(std::string_view line) {
    constexpr std::size_t parameters_bytes = 200;
    if (!line.ends_with('=')) return false;
    const std::string_view start = line.substr(0, parameters_bytes);
    return says_quoted_printable(start.substr(0, std::min(unquoted(start, ':'), start.size())));
}

}  // namespace

std::string to_upper(std::string_view text) {
    std::string upper(text);
    for (char& c : upper) {
        if (ascii::is_lower(c)) c = static_cast<char>(c - ('a' - 'A'));
    }
    return upper;
}

std::string Property::parameter(std::string_view wanted) const {
    std::string_view rest = parameters;
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const std::string_view one = rest.substr(0, unquoted(rest, ';'));
        const std::size_t equals = one.find('=');
        if (equals != std::string_view::npos && ascii::iequals(one.substr(0, equals), wanted)) {
            std::string found(one.substr(equals + 1));
            std::erase(found, '"');
            return found;
        }
        rest.remove_prefix(one.size());
    }
    return "";
}

bool Property::is_quoted_printable() const { return says_quoted_printable(parameters); }

bool Property::has_own_charset() const {
    return !ascii::is_ascii(value) && !is_quoted_printable() && !parameter("CHARSET").empty();
}

std::string without_own_charsets(std::string_view lines) {
    std::string out;
    while (!lines.empty()) {
        const std::string_view line = take_line(lines);
        const auto property = parse_property(line);
        const bool is_own = property && property->has_own_charset();
        out += line.substr(0, line.size() - (is_own ? property->value.size() : 0));
        out += '\n';
    }
    return out;
}

std::string_view take_line(std::string_view& lines) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    return line;
}

std::string unfolded(std::string_view untrusted_bytes) {
    std::string lines;
    std::size_t last_begin = 0;  // of the line that is being joined
    bool soft_break = false;
    bool is_first = true;
    while (!untrusted_bytes.empty()) {
        const std::size_t end = untrusted_bytes.find('\n');
        std::string_view line = untrusted_bytes.substr(0, end);
        untrusted_bytes.remove_prefix(end == std::string_view::npos ? untrusted_bytes.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!is_first && soft_break) {
            lines.pop_back();
        } else if (!is_first && !line.empty() && ascii::is_blank(line.front())) {
            line.remove_prefix(1);
        } else {
            if (!is_first) lines += '\n';
            last_begin = lines.size();
        }
        is_first = false;
        lines += line;
        soft_break = ends_with_soft_break(std::string_view(lines).substr(last_begin));
    }
    return lines;
}

std::optional<Property> parse_property(std::string_view line) {
    const std::size_t colon = unquoted(line, ':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view before = line.substr(0, colon);
    std::string_view name = before.substr(0, before.find(';'));
    const std::string_view parameters = before.substr(name.size());
    name.remove_prefix(name.rfind('.') == std::string_view::npos ? 0 : name.rfind('.') + 1);
    return Property{to_upper(ascii::trim(name)), std::string(parameters), std::string(line.substr(colon + 1))};
}

}  // namespace mugaika::sandboxed
