#include "sanitizer/mail/plain_text.hpp"

#include <array>
#include <cstdio>
#include <optional>

#include "policy/utf8.hpp"

namespace mugaika {
namespace {

struct Offence {
    std::size_t offset;
    utf8::Character character;
};

std::optional<Offence> first_offence(std::string_view text, TextRule rule) noexcept {
    for (std::size_t i = 0; i < text.size();) {
        i += everyday_run(text.substr(i));
        if (i == text.size()) break;
        const utf8::Character c = utf8::first(text.substr(i));
        const bool layout = rule == TextRule::text && (c.value == '\n' || c.value == '\t');
        const bool joins = rule == TextRule::text && c.value == zero_width_joiner &&
                           joins_emoji(text.substr(0, i), text.substr(i + c.bytes));
        if (!c.valid || (!layout && !joins && !is_showable(c.value))) return Offence{i, c};
        i += c.bytes;
    }
    return std::nullopt;
}

Error refusal(const Offence& offence) {
    std::array<char, 80> words{};
    if (offence.character.valid) {
        std::snprintf(words.data(), words.size(), "U+%04X may not stand in plain text, offset %zu",
                      static_cast<unsigned>(offence.character.value), offence.offset);
    } else {
        std::snprintf(words.data(), words.size(), "not valid UTF-8 at offset %zu", offence.offset);
    }
    return {Fault::bad_input, words.data()};
}

}  // namespace

bool is_plain(std::string_view utf8, TextRule rule) noexcept { return !first_offence(utf8, rule); }

Result<PlainText> PlainText::from(std::string utf8) {
    if (const auto offence = first_offence(utf8, TextRule::text)) return refusal(*offence);
    return PlainText(std::move(utf8));
}

Result<PlainLine> PlainLine::from(std::string utf8) {
    if (const auto offence = first_offence(utf8, TextRule::line)) return refusal(*offence);
    return PlainLine(std::move(utf8));
}

}  // namespace mugaika
