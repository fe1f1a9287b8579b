#include "sanitizer/finish/beside_pictures.hpp"

#include <array>
#include <cstdio>
#include <utility>

#include "policy/unlinked.hpp"
#include "policy/utf8.hpp"

namespace mugaika {
namespace {

// "p. 2: 髙 (U+9AD9) x 3"; without the letter where it is one that no text may hold.
std::string line_of(const MissingGlyph& glyph) {
    std::array<char, 16> code_point{};
    std::snprintf(code_point.data(), code_point.size(), "U+%04X", static_cast<unsigned>(glyph.code_point));
    std::string letter;
    utf8::append(letter, glyph.code_point);
    std::string line = "p. " + std::to_string(glyph.page) + ": ";
    line += PlainLine::from(letter) ? letter + " (" + code_point.data() + ")" : std::string(code_point.data());
    if (glyph.count > 1) line += " x " + std::to_string(glyph.count);
    return line;
}

}  // namespace

std::optional<TextBlock> beside_pictures(const PartRow& row, const std::vector<std::string>& links,
                                         const std::vector<MissingGlyph>& missing, LinkStyle style) {
    std::string text;
    for (const std::string& link : links) {
        if (style != LinkStyle::drop) text += (style == LinkStyle::defang ? unlinked(link) : link) + "\n";
    }
    for (const MissingGlyph& glyph : missing) text += line_of(glyph) + "\n";
    auto plain = PlainText::from(std::move(text));
    auto title = PlainLine::from(row.facts.name);
    if (!plain || !title || plain->str().empty()) return std::nullopt;
    TextBlock block;
    block.path = row.facts.path;
    block.role = TextRole::attached;
    block.title = *std::move(title);
    block.text = *std::move(plain);
    return block;
}

}  // namespace mugaika
