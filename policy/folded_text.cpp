#include "policy/folded_text.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "policy/ascii.hpp"
#include "policy/folded_text_table.hpp"
#include "policy/showable.hpp"
#include "policy/utf8.hpp"

namespace mugaika {
namespace {

using folded_text_table::Pair;
using folded_text_table::pairs;
using folded_text_table::Row;
using folded_text_table::rows;
using folded_text_table::Span;
using folded_text_table::spans;

constexpr bool is_before(const Pair& a, const Pair& b) noexcept {
    return a.base < b.base || (a.base == b.base && a.mark < b.mark);
}

static_assert(std::is_sorted(spans.begin(), spans.end(),
                             [](const Span& a, const Span& b) { return a.first < b.first; }));
static_assert(std::is_sorted(rows.begin(), rows.end(),
                             [](const Row& a, const Row& b) { return a.character < b.character; }));
static_assert(std::is_sorted(pairs.begin(), pairs.end(), is_before));

constexpr bool is_private(char32_t c) noexcept { return (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000; }

// The default ignorable characters that mail is written with.
constexpr bool is_unseen(char32_t c) noexcept {
    return c == 0xad || c == 0x34f || (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

constexpr std::u32string_view row_of(char32_t c) noexcept {
    const auto* const row =
        std::lower_bound(rows.begin(), rows.end(), c, [](const Row& r, char32_t value) { return r.character < value; });
    return row != rows.end() && row->character == c ? row->text : std::u32string_view();
}

constexpr char32_t letter_of(char32_t c) noexcept {
    const auto* const next = std::upper_bound(spans.begin(), spans.end(), c,
                                              [](char32_t value, const Span& span) { return value < span.first; });
    if (next == spans.begin()) return c;
    const Span& span = *(next - 1);
    const std::size_t at = c - span.first;
    return at < span.letters.size() && span.letters[at] != u' ' ? span.letters[at] : c;
}

constexpr std::optional<char32_t> composed(char32_t base, char32_t mark) noexcept {
    const Pair wanted{base, mark, 0};
    const auto* const pair = std::lower_bound(pairs.begin(), pairs.end(), wanted, is_before);
    if (pair == pairs.end() || pair->base != base || pair->mark != mark) return std::nullopt;
    return pair->both;
}

// Kana and kanji of which most texts are made; no row changes them. Not the marks that a kana before them takes in.
constexpr bool is_plain(char32_t c) noexcept { return c >= 0x3041 && is_everyday(c); }

class Folder {
public:
    explicit Folder(std::size_t bytes) { out_.reserve(bytes); }

    void take(char32_t c) {
        if (c < 0x80) {
            out_.push_back(static_cast<unsigned char>(ascii::to_lower(static_cast<char>(c))));
        } else if (is_plain(c)) {
            out_.push_back(c);
        } else if (is_private(c)) {
            out_.push_back(utf8::replacement);
        } else if (!is_unseen(c)) {
            take_rare(c);
        }
    }
    std::u32string finish() && { return std::move(out_); }

private:
    void take_rare(char32_t c) {
        const std::u32string_view text = row_of(c);
        if (text.empty()) add(letter_of(c));
        for (const char32_t letter : text) add(letter);
    }

    void add(char32_t letter) {
        const auto both = out_.empty() ? std::nullopt : composed(out_.back(), letter);
        if (both)
            out_.back() = *both;
        else
            out_.push_back(letter);
    }

    std::u32string out_;
};

}  // namespace

std::u32string folded_text(std::string_view untrusted_text) {
    Folder folder(untrusted_text.size());
    for (std::string_view rest = untrusted_text; !rest.empty();) {
        const utf8::Character c = utf8::first(rest);
        folder.take(c.valid ? c.value : utf8::replacement);
        rest.remove_prefix(c.bytes);
    }
    return std::move(folder).finish();
}

}  // namespace mugaika
