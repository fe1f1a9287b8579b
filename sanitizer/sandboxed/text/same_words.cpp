#include "sanitizer/sandboxed/text/same_words.hpp"

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
#include "policy/byte_set.hpp"
#include "policy/japanese_set.hpp"
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

// Links stand in HTML behind their words and in plain text instead of them, so they say nothing about sameness. How
// many bytes of one stand at the start of `text`, where a word begins; 0 when there is none.
std::size_t link_length(std::string_view text) {
    static constexpr ByteSet first_letters("hfwmtHFWMT");  // asked at every word, so the cheap question first
    if (!first_letters.has(text.front())) return 0;
    const bool is_link = std::any_of(link_starts.begin(), link_starts.end(),
                                     [&](std::string_view start) { return ascii::istarts_with(text, start); });
    static constexpr ByteSet ends_link([](char c) { return !ascii::is_printable(c) || c == ' '; });
    return is_link ? ends_link.find_in(text) : 0;
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

constexpr JapaneseSet everyday_japanese(is_everyday);
// Not punctuation, nor U+3007 and other signs for numbers.
constexpr JapaneseSet japanese_letters([](char32_t c) {
    return is_everyday(c) && (c >= 0x3041 || c == 0x3005 || c == 0x3006) && c != 0x30a0 && c != 0x30fb;
});

// What folding makes of a character whatever stands before it: ASCII, everyday Japanese and full-width ASCII. Nothing
// for all others: they take ICU's tables, and may combine with the character before them.
constexpr std::optional<char32_t> folded_alone(char32_t c) {
    if (everyday_japanese.has(c)) return c;
    if (c == 0x3000) return U' ';
    if (c >= 0xff01 && c <= 0xff5e) c -= 0xfee0;
    if (c < 0x80) return static_cast<char32_t>(ascii::to_lower(static_cast<char>(c)));
    return std::nullopt;
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

// Letters and digits alone, folded, without links. Most characters of most texts fold alone; ICU gets the runs of
// others, each with the character before it. As nothing combines with a following character of the first kind, this is
// the same as folding the whole.
class LetterReader {
public:
    explicit LetterReader(std::string_view untrusted_utf8) : text_(utf8::cut(untrusted_utf8, compared_bytes_max)) {
        letters_.reserve(text_.size() / 3);
    }

    std::vector<char32_t> read() {
        while (at_ < text_.size()) {
            take_everyday();
            if (at_ == text_.size()) break;
            static_cast<unsigned char>(text_[at_]) < 0x80 ? take_ascii() : take_character();
        }
        return std::move(letters_);
    }

private:
    // The run of everyday Japanese that stands here, if any: most of most texts.
    void take_everyday() {
        constexpr std::size_t bytes_each = 3;
        std::string_view rest = text_.substr(at_);
        while (!rest.empty()) {
            const char32_t c = utf8::first(rest).value;
            if (japanese_letters.has(c)) {
                letters_.push_back(c);
            } else if (!everyday_japanese.has(c)) {
                break;
            }
            rest.remove_prefix(bytes_each);
        }
        const std::size_t end = text_.size() - rest.size();
        if (end == at_) return;
        at_ = end;
        last_at_ = at_ - bytes_each;
        letters_last_ = letters_.size() - (japanese_letters.has(utf8::first(text_.substr(last_at_)).value) ? 1 : 0);
    }

    void take_ascii() {
        const char c = text_[at_];
        if (const std::size_t link = in_word_ ? 0 : link_length(text_.substr(at_))) return skip(link);
        in_word_ = ascii::is_alnum(c);
        take(static_cast<char32_t>(ascii::to_lower(c)), in_word_, 1);
    }

    void take_character() {
        const utf8::Character c = utf8::first(text_.substr(at_));
        const auto alone = folded_alone(c.value);
        alone ? take(*alone, ascii::is_alnum(static_cast<char>(*alone)), c.bytes) : take_others();
    }

    // What is left out parts words, and nothing combines with it.
    void skip(std::size_t bytes) {
        at_ += bytes;
        last_at_ = at_;
        letters_last_ = letters_.size();
    }

    void take(char32_t folded_character, bool is_letter, std::size_t bytes) {
        last_at_ = at_;
        letters_last_ = letters_.size();
        if (is_letter) letters_.push_back(folded_character);
        at_ += bytes;
    }

    void take_others() {
        const std::size_t end = end_of_others(text_, at_);
        letters_.resize(letters_last_);
        append_letters(letters_, folded(text_.substr(last_at_, end - last_at_)));
        at_ = end;
        skip(0);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool in_word_ = false;          // an ASCII one: links begin none in its middle
    std::size_t last_at_ = 0;       // the character before
    std::size_t letters_last_ = 0;  // how many letters there were without it
    std::vector<char32_t> letters_;
};

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
    std::vector<char32_t> letters = LetterReader(untrusted_utf8).read();
    characters_ = letters.size();
    if (letters.empty()) return;
    letters.resize(std::max<std::size_t>(letters.size(), 3));  // a text of one or two characters is one run, padded
    runs_.resize(letters.size() - 2);
    auto run = runs_.begin();
    for (auto letter = letters.begin() + 2; letter != letters.end(); ++letter)
        *run++ = hash_of(letter[-2], letter[-1], *letter);
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
