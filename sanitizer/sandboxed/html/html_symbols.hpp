// Fonts whose letters are pictures: Word writes its bullets and arrows in them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mugaika::sandboxed {

enum class SymbolFont : std::uint8_t { none, wingdings, symbol };

// The font that the first family of a font-family value, or the face of a <font>, means.
SymbolFont symbol_font(std::string_view lower_case_families);

// `utf8` as it looks in that font. Letters that are not in our table stay what they are.
std::string in_symbol_font(std::string_view utf8, SymbolFont);

}  // namespace mugaika::sandboxed
