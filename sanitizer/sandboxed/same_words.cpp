#include "sanitizer/sandboxed/same_words.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <stdexcept>
#include <string>

#include "policy/ascii.hpp"
#include "policy/showable.hpp"
#include "policy/utf8.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr double share_of_the_same = 0.5;
constexpr std::size_t stub_ratio = 4;             // HTML with more than four times the words
constexpr std::size_t stub_characters_max = 200;  // a note longer than this is a text of its own

constexpr std::array<std::string_view, 8> link_starts{"https://", "http://", "hxxps",   "hxxp",
                                                      "ftp://",   "www.",    "mailto:", "tel:"};

// Lower case, as the words are compared after case folding.
constexpr std::array<std::string_view, 12> stub_phrases{"html形式",     "htmlメール",  "htmlに対応",   "html表示",
                                                        "htmlで表示",   "html email",  "html e-mail",  "html mail",
                                                        "html message", "html format", "html version", "html-capable"};

bool starts_link(std::string_view text) {
    constexpr std::string_view first_letters = "hfwmtHFWMT";  // asked at every word, so the cheap question first
    if (first_letters.find(text.front()) == std::string_view::npos) return false;
    return std::any_of(link_starts.begin(), link_starts.end(),
                       [&](std::string_view start) { return ascii::istarts_with(text, start); });
}

// Links stand in HTML behind their words and in plain text instead of them, so they say nothing about sameness.
std::string without_links(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    bool in_word = false;
    while (!text.empty()) {
        if (!in_word && starts_link(text)) {
            const auto end =
                std::find_if(text.begin(), text.end(), [](char c) { return !ascii::is_printable(c) || c == ' '; });
            text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
            out.push_back(' ');
            continue;
        }
        in_word = ascii::is_alnum(text.front());
        const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
        const auto end = std::find_if(text.begin() + 1, text.end(), is_ascii);  // no link starts in between
        out.append(text.begin(), end);
        text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
    }
    return out;
}

icu::UnicodeString folded(std::string_view utf8) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* folder = icu::Normalizer2::getNFKCCasefoldInstance(status);
    if (U_FAILURE(status)) throw std::runtime_error("ICU has no NFKC_Casefold");
    const auto text =
        icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())));
    icu::UnicodeString result = folder->normalize(text, status);
    if (U_FAILURE(status)) throw std::runtime_error("ICU cannot normalise a text");
    return result;
}

// What folding makes of a character whatever stands before it: ASCII, everyday Japanese and full-width ASCII. Nothing
// for all others: they take ICU's tables, and may combine with the character before them.
constexpr std::optional<char32_t> folded_alone(char32_t c) {
    if (c == 0x3000) return U' ';
    if (c >= 0xff01 && c <= 0xff5e) c -= 0xfee0;
    if (c < 0x80) return static_cast<char32_t>(ascii::to_lower(static_cast<char>(c)));
    return is_everyday(c) ? std::optional(c) : std::nullopt;
}

// u_isalnum for what folded_alone gives: not punctuation, nor U+3007 and other signs for numbers.
constexpr bool is_letter(char32_t c) {
    if (c < 0x80) return ascii::is_alnum(static_cast<char>(c));
    if (c < 0x3041) return c == 0x3005 || c == 0x3006;
    return c != 0x30a0 && c != 0x30fb;
}

void append_letters(std::vector<char32_t>& letters, const icu::UnicodeString& text) {
    for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
        const UChar32 c = text.char32At(i);
        if (u_isalnum(c)) letters.push_back(static_cast<char32_t>(c));
    }
}

// Where the run that ICU has to fold ends.
std::size_t end_of_others(std::string_view text, std::size_t at) {
    while (at < text.size()) {
        const utf8::Character c = utf8::first(text.substr(at));
        if (folded_alone(c.value)) break;
        at += c.bytes;
    }
    return at;
}

// Letters and digits alone, folded. Most characters of most texts fold alone; ICU gets the runs of others, each with
// the character before it. As nothing combines with a following character of the first kind, this is the same as
// folding the whole.
std::vector<char32_t> letters_of(std::string_view untrusted_utf8) {
    const std::string text = without_links(utf8::cut(untrusted_utf8, compared_bytes_max));
    std::vector<char32_t> letters;
    letters.reserve(text.size() / 3);
    std::size_t last_at = 0;       // the character before
    std::size_t letters_last = 0;  // how many letters there were without it
    for (std::size_t at = 0; at < text.size();) {
        const utf8::Character c = utf8::first(std::string_view(text).substr(at));
        if (const auto alone = folded_alone(c.value)) {
            last_at = at;
            letters_last = letters.size();
            if (is_letter(*alone)) letters.push_back(*alone);
            at += c.bytes;
            continue;
        }
        const std::size_t end = end_of_others(text, at);
        letters.resize(letters_last);
        append_letters(letters, folded(std::string_view(text).substr(last_at, end - last_at)));
        last_at = at = end;
        letters_last = letters.size();
    }
    return letters;
}

std::uint32_t hash_of(char32_t a, char32_t b, char32_t c) {
    // Multiplicative hashing (Knuth 6.4); a collision makes texts a little more alike, never less.
    const std::uint64_t joined = (std::uint64_t{a} << 42) ^ (std::uint64_t{b} << 21) ^ std::uint64_t{c};
    return static_cast<std::uint32_t>((joined * 0x9e3779b97f4a7c15u) >> 32);
}

// How many runs two texts have in common, each counted as often as it stands in both.
std::size_t common_runs(const Words& a, const Words& b) {
    // Four places a run keep collisions rare; the top bits of a multiplicative hash are its good ones.
    const unsigned bits = static_cast<unsigned>(std::bit_width(4 * std::max<std::size_t>(b.runs().size(), 16)));
    std::vector<std::uint16_t> left(std::size_t{1} << bits);
    for (const std::uint32_t run : b.runs()) ++left[run >> (32 - bits)];
    std::size_t common = 0;
    for (const std::uint32_t run : a.runs()) {
        std::uint16_t& here = left[run >> (32 - bits)];
        if (here == 0) continue;
        --here;
        ++common;
    }
    return common;
}

// Does the other text hold at least the wanted share of this one? A text without words is held by any.
bool is_mostly_in(const Words& text, std::size_t common) {
    return static_cast<double>(common) >= share_of_the_same * static_cast<double>(text.runs().size());
}

}  // namespace

Words::Words(std::string_view untrusted_utf8) {
    const std::vector<char32_t> letters = letters_of(untrusted_utf8);
    characters_ = letters.size();
    // A text of one or two characters is one run, padded.
    const auto at = [&](std::size_t i) { return i < letters.size() ? letters[i] : U'\0'; };
    const std::size_t runs = letters.empty() ? 0 : std::max<std::size_t>(letters.size(), 3) - 2;
    runs_.reserve(runs);
    for (std::size_t i = 0; i < runs; ++i) runs_.push_back(hash_of(at(i), at(i + 1), at(i + 2)));
}

bool differ(const Words& a, const Words& b) {
    const std::size_t common = common_runs(a, b);
    return !is_mostly_in(a, common) || !is_mostly_in(b, common);
}

bool is_stub(std::string_view plain_text, const Words& plain, const Words& html) {
    if (html.characters() == 0) return false;
    if (plain.characters() * stub_ratio < html.characters()) return true;
    if (plain.characters() > stub_characters_max) return false;
    const icu::UnicodeString text = folded(utf8::cut(plain_text, compared_bytes_max));
    std::string folded_text;
    text.toUTF8String(folded_text);
    return !is_mostly_in(plain, common_runs(plain, html)) &&
           std::any_of(stub_phrases.begin(), stub_phrases.end(),
                       [&](std::string_view phrase) { return folded_text.find(phrase) != std::string::npos; });
}

}  // namespace mugaika::sandboxed
