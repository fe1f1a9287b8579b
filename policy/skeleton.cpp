#include "policy/skeleton.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "policy/ascii.hpp"
#include "policy/skeleton_table.hpp"
#include "policy/utf8.hpp"

namespace mugaika {
namespace {

using skeleton_table::ignored;
using skeleton_table::Range;
using skeleton_table::Span;
using skeleton_table::spans;

constexpr std::size_t rule_length_min = 3;  // of signs that draw a line
constexpr std::size_t same_length_min = 6;  // of one sign, whichever it is
constexpr char32_t kanji_one = 0x4e00;      // 一, as good a stroke as any dash

static_assert(std::is_sorted(spans.begin(), spans.end(),
                             [](const Span& a, const Span& b) { return a.first < b.first; }));
static_assert(std::is_sorted(ignored.begin(), ignored.end(),
                             [](const Range& a, const Range& b) { return a.last < b.first; }));

constexpr char32_t page_bytes = 0x100;

// Which pages of 256 characters have a row at all: most kanji stand in one that has none.
constexpr auto pages = [] {
    std::array<bool, 0x30000 / page_bytes> has{};
    for (const Span& span : spans) {
        const char32_t last = span.first + static_cast<char32_t>(span.letters.size()) - 1;
        for (char32_t page = span.first / page_bytes; page <= last / page_bytes; ++page) has[page] = true;
    }
    return has;
}();

// The letter that a character is taken for; itself when it has no row.
constexpr char32_t letter_of(char32_t c) noexcept {
    const char32_t page = c / page_bytes;
    if (page >= pages.size() || !pages[page]) return c;
    const auto* const next = std::upper_bound(spans.begin(), spans.end(), c,
                                              [](char32_t value, const Span& span) { return value < span.first; });
    if (next == spans.begin()) return c;
    const Span& span = *(next - 1);
    const std::size_t at = c - span.first;
    return at < span.letters.size() && span.letters[at] != u' ' ? span.letters[at] : c;
}

// Kana and kanji that are letters beyond doubt, so that most of most texts is asked no more.
constexpr bool is_everyday_letter(char32_t c) noexcept {
    return (c > kanji_one && c <= 0x9fff) || (c >= 0x3041 && c <= 0x3096) || (c >= 0x3400 && c <= 0x4dbf);
}

// Voicing marks go too, wherever they stand: が is か.
constexpr bool is_ignored(char32_t c) noexcept {
    if (c < 0xad || is_everyday_letter(c)) return false;
    if (c == 0x309b || c == 0x309c || c == 0xff9e || c == 0xff9f) return true;
    const auto* const range = std::lower_bound(ignored.begin(), ignored.end(), c,
                                               [](const Range& r, char32_t value) { return r.last < value; });
    return range != ignored.end() && c >= range->first;
}

constexpr bool is_blank(char32_t c) noexcept {
    return c <= ' ' || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
           c == 0x202f || c == 0x205f || c == 0x2800 || c == 0x3000;
}

enum class Sign : std::uint8_t { letter, stroke, other };  // other: punctuation that says nothing of a rule

struct SignRange {
    char32_t first;
    char32_t last;
    Sign sign;
};

// Signs that are no letters, sorted. Strokes are all that draws a line: dashes, stars, arrows, boxes, pictures.
constexpr auto signs = std::to_array<SignRange>({
    {0x00a1, 0x00a9, Sign::stroke},   {0x00ab, 0x00b4, Sign::stroke},   {0x00b6, 0x00b9, Sign::stroke},
    {0x00bb, 0x00bf, Sign::stroke},   {0x00d7, 0x00d7, Sign::stroke},   {0x00f7, 0x00f7, Sign::stroke},
    {0x02c2, 0x02df, Sign::stroke},   {0x02e5, 0x02ff, Sign::stroke},   {0x2010, 0x2017, Sign::stroke},
    {0x2018, 0x201f, Sign::other},    {0x2020, 0x2023, Sign::stroke},   {0x2024, 0x2027, Sign::other},
    {0x2030, 0x203a, Sign::other},    {0x203b, 0x205e, Sign::stroke},   {0x20a0, 0x20cf, Sign::stroke},
    {0x2190, 0x245f, Sign::stroke},   {0x24eb, 0x2bff, Sign::stroke},   {0x2e00, 0x2e7f, Sign::stroke},
    {0x2ff0, 0x2fff, Sign::stroke},   {0x3001, 0x3002, Sign::other},    {0x3003, 0x3004, Sign::stroke},
    {0x3008, 0x3011, Sign::other},    {0x3012, 0x3013, Sign::stroke},   {0x3014, 0x301b, Sign::other},
    {0x301c, 0x301c, Sign::stroke},   {0x301d, 0x301f, Sign::other},    {0x3020, 0x3020, Sign::stroke},
    {0x3030, 0x3037, Sign::stroke},   {0x303d, 0x303f, Sign::stroke},   {0x30a0, 0x30a0, Sign::stroke},
    {0x30fb, 0x30fb, Sign::other},    {0x30fc, 0x30fc, Sign::stroke},   {0x3127, 0x3127, Sign::stroke},
    {0x3161, 0x3161, Sign::stroke},   {0x31c0, 0x31e3, Sign::stroke},   {0x4dc0, 0x4dff, Sign::stroke},
    {0x4e00, 0x4e00, Sign::stroke},   {0xa4f8, 0xa4ff, Sign::other},    {0xa78a, 0xa78a, Sign::stroke},
    {0xfe10, 0xfe30, Sign::other},    {0xfe31, 0xfe34, Sign::stroke},   {0xfe35, 0xfe48, Sign::other},
    {0xfe49, 0xfe4f, Sign::stroke},   {0xfe50, 0xfe57, Sign::other},    {0xfe58, 0xfe58, Sign::stroke},
    {0xfe59, 0xfe5e, Sign::other},    {0xfe5f, 0xfe66, Sign::stroke},   {0xfe68, 0xfe6b, Sign::other},
    {0xff01, 0xff02, Sign::other},    {0xff03, 0xff03, Sign::stroke},   {0xff04, 0xff09, Sign::other},
    {0xff0a, 0xff0b, Sign::stroke},   {0xff0c, 0xff0c, Sign::other},    {0xff0d, 0xff0d, Sign::stroke},
    {0xff0e, 0xff0f, Sign::other},    {0xff1a, 0xff1b, Sign::other},    {0xff1c, 0xff1e, Sign::stroke},
    {0xff1f, 0xff20, Sign::other},    {0xff3b, 0xff3d, Sign::other},    {0xff3e, 0xff40, Sign::stroke},
    {0xff5b, 0xff5d, Sign::other},    {0xff5e, 0xff5e, Sign::stroke},   {0xff5f, 0xff65, Sign::other},
    {0xff70, 0xff70, Sign::stroke},   {0xffe0, 0xffee, Sign::stroke},   {0xfffd, 0xfffd, Sign::other},
    {0x1d300, 0x1d37f, Sign::stroke}, {0x1f000, 0x1fbff, Sign::stroke},
});
static_assert(std::is_sorted(signs.begin(), signs.end(),
                             [](const SignRange& a, const SignRange& b) { return a.last < b.first; }));

constexpr auto ascii_signs = [] {
    std::array<Sign, 0x80> table{};
    for (char32_t c = 0; c < 0x80; ++c) {
        const char byte = static_cast<char>(c);
        table[c] = ascii::is_alnum(byte)                                                 ? Sign::letter
                   : std::string_view("#*+-<=>^_~").find(byte) != std::string_view::npos ? Sign::stroke
                                                                                         : Sign::other;
    }
    return table;
}();

constexpr Sign sign_of(char32_t c) noexcept {
    if (c < ascii_signs.size()) return ascii_signs[c];
    if (is_everyday_letter(c)) return Sign::letter;
    const auto* const range = std::lower_bound(signs.begin(), signs.end(), c,
                                               [](const SignRange& r, char32_t value) { return r.last < value; });
    return range != signs.end() && c >= range->first ? range->sign : Sign::letter;
}

constexpr char32_t ascii_letter(char32_t c) noexcept {
    if (c == '1' || c == 'l' || c == 'L' || c == 'I') return 'i';
    if (c == '0') return 'o';
    return static_cast<unsigned char>(ascii::to_lower(static_cast<char>(c)));
}

constexpr char32_t what_is_seen(char32_t c) noexcept {
    if (is_blank(c)) return ' ';
    if (c < 0x80) return c;
    return is_ignored(c) ? 0 : letter_of(c);
}

struct Seen {
    char32_t letter = 0;  // 0: nothing, or a blank
    Sign sign = Sign::other;
};

constexpr Seen look_at(char32_t c) noexcept {
    const char32_t seen = what_is_seen(c);
    if (seen == ' ' || seen == 0) return {};
    const char32_t letter = seen < 0x80 ? ascii_letter(seen) : seen;
    return {letter, sign_of(letter)};
}

// Most of most texts is looked up in one of these two.
template <char32_t first, std::size_t size>
constexpr auto table_of = [] {
    std::array<Seen, size> table{};
    for (std::size_t i = 0; i < size; ++i) table[i] = look_at(first + static_cast<char32_t>(i));
    return table;
}();
constexpr char32_t kana_first = 0x3000;
constexpr const auto& of_ascii = table_of<0, 0x80>;
constexpr const auto& of_kana = table_of<kana_first, 0x100>;

class Reader {
public:
    explicit Reader(std::size_t bytes) { out_.letters.reserve(bytes); }

    void take(char32_t c) {
        const Seen seen = c < of_ascii.size()                               ? of_ascii[c]
                          : c - kana_first < of_kana.size()                 ? of_kana[c - kana_first]
                          : is_everyday_letter(c) && !pages[c / page_bytes] ? Seen{c, Sign::letter}
                                                                            : look_at(c);
        if (seen.letter == 0) return;
        repeated_ = c == before_ ? repeated_ + 1 : 1;
        before_ = c;
        const bool is_digit = c >= '0' && c <= '9';  // of a sum of money
        if (repeated_ >= same_length_min && !is_digit) out_.has_rule = true;
        if (seen.sign == Sign::stroke) draw();
        if (seen.sign == Sign::letter) add(seen.letter);
    }
    Skeleton finish() && { return std::move(out_); }

private:
    void draw() {
        if (++strokes_ == 2) ++pairs_;
        if (strokes_ >= rule_length_min || pairs_ >= 2) out_.has_rule = true;
    }

    void add(char32_t letter) {
        strokes_ = 0;
        ++out_.count;
        if (letter == 'm') {
            out_.letters += "rn";  // drawn alike in many fonts
        } else if (letter < 0x80) {
            out_.letters.push_back(static_cast<char>(letter));
        } else {
            utf8::append(out_.letters, letter);
        }
    }

    Skeleton out_;
    std::size_t strokes_ = 0;  // in a row
    std::size_t pairs_ = 0;    // of strokes: one on each side of some words
    std::size_t repeated_ = 0;
    char32_t before_ = 0;
};

}  // namespace

char32_t taken_for(char32_t c) noexcept { return what_is_seen(c); }

Skeleton skeleton(std::string_view line) {
    Reader reader(line.size());
    while (!line.empty()) {
        const utf8::Character c = utf8::first(line);
        reader.take(c.value);
        line.remove_prefix(c.bytes);
    }
    return std::move(reader).finish();
}

std::string skeleton_letters(std::string_view line) { return skeleton(line).letters; }

}  // namespace mugaika
