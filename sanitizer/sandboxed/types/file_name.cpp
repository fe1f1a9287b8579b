#include "sanitizer/sandboxed/types/file_name.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "policy/showable.hpp"
#include "policy/utf8.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t untrusted_bytes_max = 16u << 10;  // nobody's file name; only the end of a longer one counts
constexpr std::size_t name_bytes_max = 200;
constexpr std::size_t extension_bytes_max = 40;

// Without this much of the table at hand ICU cannot normalise anything: the name goes through unnormalised.
std::string normalized(std::string_view utf8, const icu::Normalizer2* (*form)(UErrorCode&)) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* normalizer = form(error);
    if (U_FAILURE(error)) return std::string(utf8);
    const auto size = static_cast<std::int32_t>(utf8.size());
    const icu::UnicodeString text = icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), size));
    const icu::UnicodeString result = normalizer->normalize(text, error);
    std::string out;
    if (U_FAILURE(error)) return std::string(utf8);
    result.toUTF8String(out);
    return out;
}

std::string_view bounded(std::string_view text) noexcept {
    return text.size() <= untrusted_bytes_max ? text : text.substr(text.size() - untrusted_bytes_max);
}

bool is_blank(char32_t c) noexcept {
    return c == ' ' || c == 0xa0 || c == 0x3000 || u_isblank(static_cast<UChar32>(c));
}

bool is_forbidden(char32_t c) noexcept {
    return c < 0x80 && std::string_view("<>:\"|?*").find(static_cast<char>(c)) != std::string_view::npos;
}

// What Windows, which most readers use, takes for a separator.
std::string_view base_name(std::string_view name) noexcept {
    while (name.ends_with('/') || name.ends_with('\\')) name.remove_suffix(1);
    const std::size_t separator = name.find_last_of("/\\");
    if (separator != std::string_view::npos) name.remove_prefix(separator + 1);
    if (name.size() > 1 && ascii::is_alpha(name[0]) && name[1] == ':') name.remove_prefix(2);
    return name;
}

// One character after the other; blanks of all kinds become one.
std::string harmless_characters(std::string_view name) {
    std::string out;
    while (!name.empty()) {
        const utf8::Character character = utf8::first(name);
        name.remove_prefix(character.bytes);
        const bool is_line_end = character.value == '\r' || character.value == '\n' || character.value == '\t';
        if (is_line_end || is_blank(character.value)) {
            if (!out.ends_with(' ')) out.push_back(' ');
        } else if (!character.valid || is_forbidden(character.value)) {
            out.push_back('_');
        } else if (is_showable(character.value)) {
            utf8::append(out, character.value);
        }
    }
    return out;
}

// Windows drops dots and blanks at the end, so "a.exe. ." is a.exe.
std::string_view trim_ends(std::string_view name) noexcept {
    while (name.ends_with('.') || name.ends_with(' ')) name.remove_suffix(1);
    while (name.starts_with(' ')) name.remove_prefix(1);
    return name;
}

// Device names open the device whatever the extension: "NUL.txt". AC-094.
bool is_reserved(std::string_view name) {
    constexpr std::array<std::string_view, 7> devices{"con", "prn", "aux", "nul", "clock$", "conin$", "conout$"};
    constexpr std::array<std::string_view, 3> superscripts{"\xc2\xb9", "\xc2\xb2", "\xc2\xb3"};
    const std::string stem = ascii::to_lower(trim_ends(name.substr(0, name.find('.'))));
    if (std::find(devices.begin(), devices.end(), stem) != devices.end()) return true;
    if (!stem.starts_with("com") && !stem.starts_with("lpt")) return false;
    const std::string_view port = std::string_view(stem).substr(3);
    return (port.size() == 1 && ascii::is_digit(port[0])) ||
           std::find(superscripts.begin(), superscripts.end(), port) != superscripts.end();
}

std::string_view cut(std::string_view utf8, std::size_t bytes_max) noexcept {
    if (utf8.size() <= bytes_max) return utf8;
    while (bytes_max > 0 && (static_cast<unsigned char>(utf8[bytes_max]) & 0xc0) == 0x80) --bytes_max;
    return utf8.substr(0, bytes_max);
}

// The stem gives way and says so, the extension stays.
std::string shortened(std::string_view name) {
    if (name.size() <= name_bytes_max) return std::string(name);
    const std::size_t dot = name.rfind('.');
    const bool has_extension = dot != std::string_view::npos && name.size() - dot <= extension_bytes_max;
    const std::string_view extension = has_extension ? name.substr(dot) : std::string_view();
    constexpr std::string_view ellipsis = "…";
    const std::string_view stem =
        cut(name.substr(0, name.size() - extension.size()), name_bytes_max - extension.size() - ellipsis.size());
    return std::string(trim_ends(stem)).append(ellipsis).append(extension);
}

struct Lookalike {
    char32_t other;
    char ascii;
};
// Letters that most fonts draw as the ASCII one, after NFKC and lower-casing: Cyrillic, Greek, Latin (AC-099).
constexpr std::array lookalikes{
    Lookalike{0x0430, 'a'}, Lookalike{0x0432, 'b'}, Lookalike{0x0435, 'e'}, Lookalike{0x043a, 'k'},
    Lookalike{0x043c, 'm'}, Lookalike{0x043d, 'h'}, Lookalike{0x043e, 'o'}, Lookalike{0x0440, 'p'},
    Lookalike{0x0441, 'c'}, Lookalike{0x0442, 't'}, Lookalike{0x0443, 'y'}, Lookalike{0x0445, 'x'},
    Lookalike{0x0455, 's'}, Lookalike{0x0456, 'i'}, Lookalike{0x0458, 'j'}, Lookalike{0x04bb, 'h'},
    Lookalike{0x0501, 'd'}, Lookalike{0x051b, 'q'}, Lookalike{0x051d, 'w'}, Lookalike{0x03b1, 'a'},
    Lookalike{0x03b5, 'e'}, Lookalike{0x03b9, 'i'}, Lookalike{0x03ba, 'k'}, Lookalike{0x03bd, 'v'},
    Lookalike{0x03bf, 'o'}, Lookalike{0x03c1, 'p'}, Lookalike{0x03c4, 't'}, Lookalike{0x03c5, 'u'},
    Lookalike{0x03c7, 'x'}, Lookalike{0x0131, 'i'}, Lookalike{0x0251, 'a'}, Lookalike{0x0261, 'g'},
    Lookalike{0x217c, 'l'}};

char32_t plain_letter(char32_t c) noexcept {
    const auto lower = static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
    const auto found =
        std::find_if(lookalikes.begin(), lookalikes.end(), [&](const Lookalike& l) { return l.other == lower; });
    return found == lookalikes.end() ? lower : static_cast<char32_t>(found->ascii);
}

}  // namespace

std::string clean_file_name(std::string_view untrusted_utf8, std::vector<Reason>& notes) {
    const std::string composed = normalized(bounded(untrusted_utf8), icu::Normalizer2::getNFCInstance);
    std::string name(trim_ends(harmless_characters(base_name(composed))));
    if (name.starts_with('.')) name.insert(0, "_");
    if (is_reserved(name)) name.insert(0, "_");
    // Dropping a character may bring two together that compose.
    name = shortened(normalized(name, icu::Normalizer2::getNFCInstance));
    if (name != untrusted_utf8) add_once(notes, Reason::name_cleaned);
    return name;
}

std::string name_key(std::string_view untrusted_utf8) {
    const auto size = static_cast<std::int32_t>(untrusted_utf8.size());
    icu::UnicodeString name = icu::UnicodeString::fromUTF8(icu::StringPiece(untrusted_utf8.data(), size));
    std::string key;
    name.foldCase().toUTF8String(key);
    return key;
}

std::string extension_of(std::string_view untrusted_utf8) {
    const std::string folded = normalized(bounded(untrusted_utf8), icu::Normalizer2::getNFKCInstance);
    const std::string harmless = harmless_characters(base_name(folded));
    const std::string_view name = trim_ends(harmless);
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) return {};
    std::string_view written = trim_ends(name.substr(dot + 1));
    std::string extension;
    while (!written.empty() && extension.size() + 4 <= extension_bytes_max) {
        const utf8::Character character = utf8::first(written);
        written.remove_prefix(character.bytes);
        utf8::append(extension, plain_letter(character.value));
    }
    return extension;
}

}  // namespace mugaika::sandboxed
