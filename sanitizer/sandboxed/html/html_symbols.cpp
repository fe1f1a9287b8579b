#include "sanitizer/sandboxed/html/html_symbols.hpp"

#include <algorithm>
#include <array>

#include "policy/utf8.hpp"

namespace mugaika::sandboxed {
namespace {

struct Sign {
    char32_t code;  // in the font's own table
    char32_t shown;
};

constexpr auto wingdings = std::to_array<Sign>({
    {0x4a, U'☺'}, {0x4b, U'😐'},  {0x4c, U'☹'},   {0x6c, U'●'}, {0x6d, U'○'}, {0x6e, U'■'}, {0x6f, U'□'},
    {0x70, U'□'}, {0x71, U'□'},  {0x72, U'□'},   {0x73, U'◆'}, {0x74, U'◆'}, {0x75, U'◆'}, {0x76, U'◆'},
    {0x77, U'◆'}, {0x9f, U'・'}, {0x178, U'・'}, {0xa1, U'○'}, {0xa4, U'◎'}, {0xa7, U'▪'}, {0xa8, U'□'},
    {0xd8, U'➢'}, {0xdf, U'←'},  {0xe0, U'→'},   {0xe1, U'↑'}, {0xe2, U'↓'}, {0xe8, U'➔'}, {0xef, U'⇦'},
    {0xf0, U'⇨'}, {0xfb, U'✗'},  {0xfc, U'✓'},   {0xfd, U'☒'}, {0xfe, U'☑'},
});

constexpr auto symbols = std::to_array<Sign>({
    {0xa7, U'♣'},
    {0xa8, U'♦'},
    {0xac, U'←'},
    {0xad, U'↑'},
    {0xae, U'→'},
    {0xaf, U'↓'},
    {0xb0, U'°'},
    {0xb1, U'±'},
    {0xb4, U'×'},
    {0xb7, U'・'},
    {0xb8, U'÷'},
    {0xde, U'⇒'},
});

char32_t shown(char32_t c, SymbolFont font) {
    constexpr char32_t private_use = 0xf000;  // where programs put the letters of such fonts
    const char32_t code = c > private_use && c <= private_use + 0xff ? c - private_use : c;
    const auto in = [&](const auto& signs) {
        const auto* sign = std::find_if(signs.begin(), signs.end(), [&](const Sign& one) { return one.code == code; });
        return sign == signs.end() ? c : sign->shown;
    };
    return font == SymbolFont::symbol ? in(symbols) : in(wingdings);
}

}  // namespace

SymbolFont symbol_font(std::string_view families) {
    const std::size_t start = families.find_first_not_of(" \t\n\"'");
    if (start == std::string_view::npos) return SymbolFont::none;
    families.remove_prefix(start);
    if (families.starts_with("wingdings")) return SymbolFont::wingdings;
    const std::string_view name = families.substr(0, families.find_first_of(",\"';"));
    return name == "symbol" ? SymbolFont::symbol : SymbolFont::none;
}

std::string in_symbol_font(std::string_view utf8, SymbolFont font) {
    std::string out;
    while (!utf8.empty()) {
        const utf8::Character c = utf8::first(utf8);
        const char32_t sign = c.valid ? shown(c.value, font) : c.value;
        if (sign == c.value) {
            out.append(utf8.substr(0, c.bytes));
        } else {
            utf8::append(out, sign);
        }
        utf8.remove_prefix(c.bytes);
    }
    return out;
}

}  // namespace mugaika::sandboxed
