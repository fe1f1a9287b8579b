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
constexpr std::size_t stub_characters_max = 300;  // a note longer than this is a text of its own
constexpr std::size_t word_characters_min = 3;    // of less a sentence is told by those around it

constexpr std::array<std::string_view, 8> link_starts{"https://", "http://", "hxxps",   "hxxp",
                                                      "ftp://",   "www.",    "mailto:", "tel:"};

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

// Letters and digits alone, folded, without links; and the numbers among them. Most characters of most texts fold
// alone; ICU gets the runs of others, each with the character before it. As nothing combines with a following character
// of the first kind, this is the same as folding the whole.
class LetterReader {
public:
    // Both are empty.
    LetterReader(std::string_view untrusted_utf8, std::vector<char32_t>& letters, std::vector<std::uint64_t>& numbers)
        : text_(untrusted_utf8), letters_(letters), numbers_(numbers) {
        letters_.reserve(text_.size() / 3);
    }

    void read() {
        while (at_ < text_.size()) {
            take_everyday();
            if (at_ == text_.size()) break;
            static_cast<unsigned char>(text_[at_]) < 0x80 ? take_ascii() : take_character();
        }
        end_number();
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
        end_number();
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
        end_number();
        at_ += bytes;
        last_at_ = at_;
        letters_last_ = letters_.size();
    }

    void take(char32_t folded_character, bool is_letter, std::size_t bytes) {
        last_at_ = at_;
        letters_last_ = letters_.size();
        if (is_letter) letters_.push_back(folded_character);
        at_ += bytes;
        if (folded_character >= U'0' && folded_character <= U'9') {
            number_ = number_ * 10 + (folded_character - U'0');
        } else if (folded_character != U',') {
            end_number();
        }
    }

    void end_number() {
        if (number_ > 0) numbers_.push_back(number_);
        number_ = 0;
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
    std::vector<char32_t>& letters_;
    std::uint64_t number_ = 0;  // that is being read
    std::vector<std::uint64_t>& numbers_;
};

std::uint32_t hash_of(char32_t a, char32_t b, char32_t c) {
    // Multiplicative hashing (Knuth 6.4); a collision makes texts a little more alike, never less.
    const std::uint64_t joined = (std::uint64_t{a} << 42) ^ (std::uint64_t{b} << 21) ^ std::uint64_t{c};
    return static_cast<std::uint32_t>((joined * 0x9e3779b97f4a7c15u) >> 32);
}

// ---- sentences

bool is_wide_mark(std::string_view character) {
    return character == "\xe3\x80\x82" || character == "\xef\xbc\x81" || character == "\xef\xbc\x9f";
}

// Is `text[at]`, a full stop or its like, the end of a sentence? Not in "1.5", nor in "1. " of a list.
bool ends_sentence(std::string_view text, std::size_t at) {
    const bool ends_word = at + 1 < text.size() && ascii::is_space(text[at + 1]);
    const bool is_number = text[at] == '.' && at > 0 && ascii::is_digit(text[at - 1]);
    return ends_word && !is_number;
}

// Where the first sentence of `text` ends: behind its mark, or behind the line. A character of three bytes is one step:
// most of most texts are.
std::size_t sentence_length(std::string_view text) {
    constexpr std::size_t wide_bytes = 3;
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        if ((static_cast<unsigned char>(c) & 0xf0u) == 0xe0) {
            if (is_wide_mark(text.substr(i, wide_bytes))) return i + wide_bytes;
            i += wide_bytes;
            continue;
        }
        if (c == '\n') return i + 1;
        if ((c == '.' || c == '!' || c == '?') && ends_sentence(text, i)) return i + 1;
        ++i;
    }
    return text.size();
}

// "12. " at the start of a line counts items and is no number that is said.
std::string_view without_item_number(std::string_view sentence) {
    while (!sentence.empty() && ascii::is_space(sentence.front())) sentence.remove_prefix(1);
    std::size_t digits = 0;
    while (digits < sentence.size() && ascii::is_digit(sentence[digits])) ++digits;
    const bool is_item = digits > 0 && digits <= 2 && digits + 1 < sentence.size() &&
                         (sentence[digits] == '.' || sentence[digits] == ')') && ascii::is_blank(sentence[digits + 1]);
    return is_item ? sentence.substr(digits + 1) : sentence;
}

// ---- stubs

// Lower case, as they are looked for in folded text.
constexpr auto pointers = std::to_array<std::string_view>({
    "html形式",
    "htmlメール",
    "htmlに対応",
    "html対応",
    "html表示",
    "htmlで表示",
    "html版",
    "htmlでご覧",
    "正しく表示",
    "正常に表示",
    "うまく表示",
    "表示されない",
    "表示できない",
    "ご覧になれない",
    "ご覧いただけない",
    "見られない場合",
    "見えない場合",
    "読めない場合",
    "ブラウザで",
    "ブラウザーで",
    "ブラウザから",
    "ブラウザ版",
    "webブラウザ",
    "web版",
    "ウェブ版",
    "ウェブで",
    "webで見",
    "webで表示",
    "webでご覧",
    "webページで",
    "ウェブページで",
    "オンライン版",
    "テキスト版は",
    "テキスト形式では",
    "html email",
    "html e-mail",
    "html mail",
    "html message",
    "html format",
    "html version",
    "html-capable",
    "html-enabled",
    "html enabled",
    "html compatible",
    "html-compatible",
    "html viewer",
    "support html",
    "supports html",
    "view in browser",
    "view in a browser",
    "in your browser",
    "in a browser",
    "in browser",
    "web browser",
    "view this email",
    "view this e-mail",
    "view this message",
    "view this newsletter",
    "view it online",
    "view online",
    "read online",
    "read it online",
    "view web version",
    "web version",
    "online version",
    "see this email",
    "see this message",
    "see this e-mail",
    "read this email",
    "read this message",
    "trouble viewing",
    "trouble reading",
    "trouble seeing",
    "problems viewing",
    "difficulty viewing",
    "displayed correctly",
    "display correctly",
    "displaying correctly",
    "displayed properly",
    "display properly",
    "displaying properly",
    "does not display",
    "doesn't display",
    "plain text version",
    "plain-text version",
    "text version of this",
    "text-only",
    "mime format",
    "mime-compliant",
    "im browser",
    "richtig angezeigt",
    "korrekt angezeigt",
    "navigateur",
    "navegador",
    "浏览器",
    "瀏覽器",
    "브라우저",
});

// What stands beside them, and says nothing by itself.
constexpr auto courtesies = std::to_array<std::string_view>({
    "クリック",       "タップ",        "下記url",        "以下のurl",        "次のurl",      "下記のurl",
    "以下のリンク",   "下記のリンク",  "次のリンク",     "こちらから",       "ご覧ください", "ご覧下さい",
    "ご確認ください", "ご了承",        "お手数",         "click here",       "click on",     "click the link",
    "click below",    "link below",    "following link", "follow this link", "thank you",    "mail program",
    "email client",   "e-mail client", "mail client",    "copy and paste",
});

bool holds_any(std::string_view text, const auto& phrases) {
    return std::any_of(phrases.begin(), phrases.end(),
                       [&](std::string_view phrase) { return text.find(phrase) != std::string_view::npos; });
}

// Folded, a paragraph in one line: mailers break lines in the middle of a sentence.
std::string folded_paragraphs(std::string_view utf8) {
    std::string text;
    folded(utf8).toUTF8String(text);
    for (std::size_t at = text.find("\xe2\x80\x99"); at != std::string::npos; at = text.find("\xe2\x80\x99", at)) {
        text.replace(at, 3, "'");
    }
    std::string joined;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_inner =
            text[i] == '\n' && i > 0 && i + 1 < text.size() && text[i - 1] != '\n' && text[i + 1] != '\n';
        const bool parts_words = is_inner && static_cast<unsigned char>(text[i - 1]) < 0x80;
        if (!is_inner) joined.push_back(text[i]);
        if (parts_words) joined.push_back(' ');
    }
    return joined;
}

bool points_elsewhere(std::string_view plain_text, const Said& html) {
    const std::string text = folded_paragraphs(plain_text);
    bool has_pointer = false;
    Words words;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view sentence = rest.substr(0, sentence_length(rest));
        rest.remove_prefix(sentence.size());
        if (holds_any(sentence, pointers)) {
            has_pointer = true;
            continue;
        }
        words.read(sentence);
        const bool is_nothing = words.characters() < word_characters_min || html.says(words);
        if (!is_nothing && !holds_any(sentence, courtesies)) return false;
    }
    return has_pointer;
}

}  // namespace

void Words::read(std::string_view untrusted_utf8) {
    letters_.clear();
    runs_.clear();
    numbers_.clear();
    LetterReader(untrusted_utf8, letters_, numbers_).read();
    characters_ = letters_.size();
    if (letters_.empty()) return;
    letters_.resize(std::max<std::size_t>(letters_.size(), 3));  // a text of one or two characters is one run, padded
    runs_.resize(letters_.size() - 2);
    auto run = runs_.begin();
    for (auto letter = letters_.begin() + 2; letter != letters_.end(); ++letter)
        *run++ = hash_of(letter[-2], letter[-1], *letter);
}

// Sixteen places a run keep collisions rare; the top bits of a multiplicative hash are its good ones.
Said::Said(std::size_t characters_max)
    : shift_(32 - static_cast<unsigned>(
                      std::bit_width(16 * std::clamp<std::size_t>(characters_max, 16, std::size_t{1} << 24)))),
      seen_(std::size_t{1} << (32 - shift_)) {}

void Said::add(const Words& words) {
    for (const std::uint32_t run : words.runs()) seen_[run >> shift_] = true;
    numbers_.insert(numbers_.end(), words.numbers().begin(), words.numbers().end());
    std::sort(numbers_.begin(), numbers_.end());
}

std::size_t Said::missing(const Words& words) const noexcept {
    return static_cast<std::size_t>(
        std::count_if(words.runs().begin(), words.runs().end(), [&](std::uint32_t run) { return !has(run); }));
}

bool Said::has_numbers(const Words& words) const {
    return std::all_of(words.numbers().begin(), words.numbers().end(), [&](std::uint64_t number) {
        return std::binary_search(numbers_.begin(), numbers_.end(), number);
    });
}

bool Said::says(const Words& words) const {
    if (words.characters() < word_characters_min) return has_numbers(words);
    const auto runs = static_cast<double>(words.runs().size());
    return runs - static_cast<double>(missing(words)) >= share_of_the_same * runs && has_numbers(words);
}

bool Said::says_all(const Words& words) const { return missing(words) == 0 && has_numbers(words); }

std::string additions(std::string_view utf8, const Said& said, const Said& own) {
    std::string out;
    bool is_new = false, is_line_new = false;
    Words words;
    while (!utf8.empty()) {
        const std::string_view sentence = utf8.substr(0, sentence_length(utf8));
        utf8.remove_prefix(sentence.size());
        words.read(without_item_number(sentence));
        if (words.characters() >= word_characters_min || !words.numbers().empty())
            is_new = !said.says(words) && own.says(words);
        const bool ends_line = sentence.ends_with('\n');
        if (is_new) out += sentence;
        is_line_new = is_line_new || is_new;
        if (!ends_line) continue;
        if (is_line_new && !is_new) out.push_back('\n');
        is_line_new = false;
    }
    return ascii::trim(out).empty() ? std::string() : out;
}

bool is_stub(std::string_view plain_text, const Words& plain, std::size_t html_characters, const Said& html) {
    if (html_characters == 0) return false;
    if (plain.characters() == 0) return true;
    if (plain.characters() * stub_ratio < html_characters) {
        Said own(plain.characters());
        own.add(plain);
        if (additions(plain_text, html, own).empty()) return true;
    }
    return plain.characters() <= stub_characters_max && points_elsewhere(plain_text, html);
}

}  // namespace mugaika::sandboxed
