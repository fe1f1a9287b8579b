#include "sanitizer/codec/mapi/rich_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "policy/ascii.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/codec/mapi/code_page.hpp"

namespace mugaika::codec::mapi {
namespace {

// What a group is for.
enum class Place : std::uint8_t { text, tag, fonts, nothing };

struct State {
    Place place = Place::text;
    bool is_rtf_only = false;     // between \htmlrtf and \htmlrtf0: for readers of rich text, not of the HTML in it
    std::uint32_t code_page = 0;  // of the font
    std::uint32_t skipped = 1;    // characters behind \u for readers that do not know it
};

// Groups whose words are not the message's.
constexpr auto no_text = std::to_array<std::string_view>(
    {"author",  "bkmkend", "bkmkstart",  "colortbl",  "comment",    "creatim",   "datafield", "field",    "fldinst",
     "footer",  "footerf", "footerl",    "footerr",   "footnote",   "generator", "header",    "headerf",  "headerl",
     "headerr", "info",    "keywords",   "listtable", "nonshppict", "objdata",   "object",    "operator", "pict",
     "printim", "revtbl",  "stylesheet", "subject",   "template",   "themedata", "title",     "xmlnstbl"});

struct Sign {
    std::string_view word;
    std::string_view utf8;
};
constexpr auto signs = std::to_array<Sign>({{"par", "\n"},
                                            {"line", "\n"},
                                            {"sect", "\n"},
                                            {"page", "\n"},
                                            {"row", "\n"},
                                            {"cell", "\t"},
                                            {"tab", "\t"},
                                            {"lquote", "\u2018"},
                                            {"rquote", "\u2019"},
                                            {"ldblquote", "\u201c"},
                                            {"rdblquote", "\u201d"},
                                            {"bullet", "\u2022"},
                                            {"endash", "\u2013"},
                                            {"emdash", "\u2014"}});

struct FontCharset {
    std::int32_t number;
    std::uint32_t code_page;
};
constexpr auto font_charsets = std::to_array<FontCharset>(
    {{0, 1252}, {128, 932}, {129, 949}, {134, 936}, {136, 950}, {161, 1253}, {162, 1254}, {204, 1251}, {238, 1250}});

struct Word {
    std::string_view name;
    std::optional<std::int32_t> number;
};

class Reader {
public:
    explicit Reader(std::string_view untrusted) : rest_(untrusted) {}

    RichText read() && {
        if (!rest_.starts_with("{\\rtf")) return {};
        while (!rest_.empty()) step();
        flush();
        return {is_html_, std::move(out_)};
    }

private:
    void step() {
        const char c = rest_.front();
        rest_.remove_prefix(1);
        if (c == '{') {
            flush();
            outer_.push_back(state_);
        } else if (c == '}') {
            leave();
        } else if (c == '\\') {
            control();
        } else if (c != '\r' && c != '\n' && c != '\0') {
            byte(c);
        }
    }

    void leave() {
        flush();
        if (outer_.empty()) return;
        state_ = outer_.back();
        outer_.pop_back();
    }

    void control() {
        if (rest_.empty()) return;
        const char c = rest_.front();
        if (ascii::is_alpha(c)) return word(take_word());
        rest_.remove_prefix(1);
        if (c == '\'') return hex();
        if (c == '*') return starred();
        if (c == '~') return character(0xa0);
        if (c == '_') return byte('-');
        if (c == '\r' || c == '\n') return sign("\n");
        if (c == '\\' || c == '{' || c == '}') byte(c);
    }

    Word take_word() {
        std::size_t end = 0;
        while (end < rest_.size() && ascii::is_alpha(rest_[end])) ++end;
        Word word{rest_.substr(0, end), {}};
        rest_.remove_prefix(end);
        const bool is_negative = rest_.starts_with('-');
        std::size_t digits = is_negative ? 1 : 0;
        std::int32_t number = 0;
        const std::size_t first = digits;
        while (digits < rest_.size() && digits < first + 9 && ascii::is_digit(rest_[digits])) {
            number = number * 10 + (rest_[digits++] - '0');
        }
        if (digits > first) {
            word.number = is_negative ? -number : number;
            rest_.remove_prefix(digits);
        }
        if (rest_.starts_with(' ')) rest_.remove_prefix(1);
        return word;
    }

    // A group that readers may leave out when they do not know it. We know the tags of the HTML.
    void starred() {
        state_.place = Place::nothing;
        if (!rest_.starts_with("\\htmltag")) return;
        rest_.remove_prefix(1);
        take_word();
        state_.place = Place::tag;
    }

    void word(const Word& word) {
        if (word.name == "u" && word.number) return unicode(*word.number);
        if (word.name == "bin") return rest_.remove_prefix(std::min(rest_.size(), size_of(word)));
        if (word.name == "fromhtml") is_html_ = word.number.value_or(1) != 0;
        if (word.name == "ansicpg")
            default_page_ = state_.code_page = static_cast<std::uint32_t>(word.number.value_or(0));
        if (word.name == "uc") state_.skipped = static_cast<std::uint32_t>(std::clamp(word.number.value_or(1), 0, 16));
        if (word.name == "htmlrtf") state_.is_rtf_only = word.number.value_or(1) != 0;
        if (word.name == "fonttbl") state_.place = Place::fonts;
        if (std::find(no_text.begin(), no_text.end(), word.name) != no_text.end()) state_.place = Place::nothing;
        if (word.name == "fldrslt") state_.place = Place::text;
        if (word.name == "f") return font(word.number.value_or(0));
        if (word.name == "fcharset") return charset(word.number.value_or(0));
        const auto* const found =
            std::find_if(signs.begin(), signs.end(), [&](const Sign& one) { return one.word == word.name; });
        if (found != signs.end()) sign(found->utf8);
    }

    static std::size_t size_of(const Word& word) {
        return static_cast<std::size_t>(std::max(word.number.value_or(0), 0));
    }

    void font(std::int32_t number) {
        font_ = number;
        if (state_.place == Place::fonts) return;
        flush();
        const auto found = fonts_.find(number);
        state_.code_page = found == fonts_.end() ? default_page_ : found->second;
    }

    void charset(std::int32_t number) {
        const auto* const found = std::find_if(font_charsets.begin(), font_charsets.end(),
                                               [&](const FontCharset& one) { return one.number == number; });
        if (state_.place == Place::fonts && found != font_charsets.end() && fonts_.size() < 1000) {
            fonts_[font_] = found->code_page;
        }
    }

    bool is_shown() const noexcept {
        if (state_.place == Place::tag) return is_html_ && !state_.is_rtf_only;
        return state_.place == Place::text && !(is_html_ && state_.is_rtf_only);
    }

    // Of a character that may take several.
    void byte(char c) {
        if (left_out_ > 0) {
            --left_out_;
        } else if (is_shown()) {
            pending_ += c;
        }
    }

    void hex() {
        if (rest_.size() < 2) return;
        const auto digit = [](char c) {
            if (ascii::is_digit(c)) return c - '0';
            const char lower = ascii::to_lower(c);
            return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
        };
        const int high = digit(rest_[0]), low = digit(rest_[1]);
        if (high < 0 || low < 0) return;
        rest_.remove_prefix(2);
        byte(static_cast<char>(high * 16 + low));
    }

    // Stated as a signed number of sixteen bits; two of them may be one character.
    void unicode(std::int32_t number) {
        const auto unit = static_cast<char32_t>(static_cast<std::uint32_t>(number) & 0xffff);
        const char32_t before = std::exchange(high_surrogate_, 0);
        left_out_ = state_.skipped;
        if (unit >= 0xd800 && unit < 0xdc00) {
            high_surrogate_ = unit;
        } else if (unit >= 0xdc00 && unit < 0xe000) {
            character(before == 0 ? 0xfffd : 0x10000 + ((before - 0xd800) << 10) + (unit - 0xdc00));
        } else {
            character(unit);
        }
    }

    void character(char32_t c) {
        flush();
        if (is_shown() && c != 0) utf8::append(out_, c);
    }
    // In the HTML line ends are those of its tags.
    void sign(std::string_view utf8) {
        left_out_ = 0;
        flush();
        if (is_shown()) out_ += utf8;
    }
    void flush() {
        if (pending_.empty()) return;
        out_ += decoded(pending_, state_.code_page);
        pending_.clear();
    }

    std::string_view rest_;
    State state_;
    std::vector<State> outer_;
    std::map<std::int32_t, std::uint32_t> fonts_;
    std::int32_t font_ = 0;
    std::uint32_t default_page_ = 0;
    bool is_html_ = false;
    std::uint32_t left_out_ = 0;
    char32_t high_surrogate_ = 0;
    std::string pending_;
    std::string out_;
};

}  // namespace

RichText read_rich_text(std::string_view untrusted) { return Reader(untrusted).read(); }

}  // namespace mugaika::codec::mapi
