#include "sanitizer/codec/calendar/content_lines.hpp"

#include <algorithm>
#include <vector>

#include "policy/ascii.hpp"
#include "policy/unlinked.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/text/clean_text.hpp"

namespace mugaika::codec {
namespace {

constexpr std::size_t line_octets_max = 75;
constexpr std::size_t parameter_bytes_max = 200;

// RFC 5545 3.3.11, RFC 2426 5.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || c == ';' || c == ',') out += '\\';
        out += c;
    }
    return out;
}

std::string_view trimmed(std::string_view text) {
    const auto is_space = [](char c) { return ascii::is_blank(c) || c == '\n'; };
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    return text;
}

// A TAB would be a blank to some programs and nothing to others.
std::string without_tabs(std::string text) {
    std::replace(text.begin(), text.end(), '\t', ' ');
    return text;
}

std::string shown_line(std::string_view untrusted_utf8) {
    std::vector<Reason> ignored;
    return without_tabs(with_ordinary_links(sandboxed::clean_line(untrusted_utf8, ignored).str()));
}

}  // namespace

void append_line(std::string& out, std::string_view name, std::string_view value) {
    std::string line(name);
    line.append(":").append(value);
    std::size_t room = line_octets_max;
    for (std::string_view rest = line; !rest.empty();) {
        const std::string_view piece = utf8::cut(rest, room);
        out.append(piece).append("\r\n");
        rest.remove_prefix(piece.size());
        if (rest.empty()) break;
        out += ' ';
        room = line_octets_max - 1;
    }
}

std::string line_value(std::string_view untrusted_utf8) { return escaped(trimmed(shown_line(untrusted_utf8))); }

std::string text_value(std::string_view untrusted_utf8) {
    std::vector<Reason> ignored;
    const std::string text = sandboxed::clean_text(untrusted_utf8, ignored).str();
    return escaped(trimmed(without_tabs(with_ordinary_links(text))));
}

std::string quoted_parameter(std::string_view untrusted_utf8) {
    std::string text = shown_line(untrusted_utf8);
    std::replace(text.begin(), text.end(), '"', '\'');
    return "\"" + std::string(trimmed(utf8::cut(trimmed(text), parameter_bytes_max))) + "\"";
}

}  // namespace mugaika::codec
