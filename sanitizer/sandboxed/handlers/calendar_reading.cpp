#include "sanitizer/sandboxed/handlers/calendar_reading.hpp"

#include <algorithm>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "sanitizer/sandboxed/handlers/decoded_part.hpp"
#include "sanitizer/sandboxed/structure/mime_reader.hpp"

namespace mugaika::sandboxed {

CalendarReading::CalendarReading(std::string_view untrusted_bytes, std::string_view label, std::size_t room)
    : label_(label) {
    // In UTF-16 a fold is not one byte, and never stands inside a character.
    const bool is_wide = untrusted_bytes.find('\0') != std::string_view::npos;
    if (is_wide) decoded_ = decode_bytes(untrusted_bytes, label_, room);
    const std::string raw = unfolded(is_wide ? decoded_.utf8 : untrusted_bytes);
    if (!is_wide) decoded_ = decode_bytes(without_own_charsets(raw), label_, room);
    const std::string text = is_wide ? raw : std::exchange(decoded_.utf8, {});
    decoded_.utf8.clear();
    read_lines(text, raw);
}

// Values that name a charset of their own are taken from the bytes.
void CalendarReading::read_lines(std::string_view text, std::string_view raw) {
    const bool same_lines = std::count(raw.begin(), raw.end(), '\n') <= std::count(text.begin(), text.end(), '\n');
    while (!text.empty()) {
        auto property = parse_property(take_line(text));
        const auto own = same_lines ? parse_property(take_line(raw)) : std::nullopt;
        if (!property) continue;
        if (own && own->has_own_charset()) property->value = decoded(own->value, *property);
        properties_.push_back(std::move(*property));
    }
}

std::string CalendarReading::value_of(const Property& property) {
    if (!property.is_quoted_printable()) return property.value;
    Entity entity;
    entity.body = property.value;
    entity.encoding = TransferEncoding::quoted_printable;
    return decoded(decode_body(entity, property.value.size(), decoded_.notes), property);
}

std::string CalendarReading::decoded(std::string_view bytes, const Property& property) {
    const std::string label = ascii::to_lower(property.parameter("CHARSET"));
    Decoded value = decode_text(bytes, label.empty() ? label_ : label);
    add_once(decoded_.notes, value.notes);
    decoded_.undecodable += value.undecodable;
    return std::move(value.utf8);
}

std::string unescaped(std::string_view value, std::string_view indent) {
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] != '\\' || i + 1 == value.size()) {
            out.push_back(value[i]);
            continue;
        }
        ++i;
        if (value[i] == 'n' || value[i] == 'N') {
            out.append("\n").append(indent);
        } else {
            out.push_back(value[i]);
        }
    }
    return out;
}

}  // namespace mugaika::sandboxed
