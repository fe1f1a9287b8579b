// clean_text and clean_line of charset.hpp: decoded text to text that PlainText and PlainLine accept.
#include "sanitizer/sandboxed/text/clean_text.hpp"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>

#include <optional>
#include <stdexcept>

#include "policy/findings.hpp"
#include "policy/showable.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/text/carrier_emoji.hpp"
#include "sanitizer/sandboxed/text/charset.hpp"

namespace mugaika::sandboxed {
namespace {

// More marks on one letter than any script uses are an attack on the screen and, unsorted, on the normaliser, which
// takes quadratic time over them (UAX 15, Stream-Safe Text Format).
constexpr int marks_in_a_row_max = 30;

constexpr bool is_line_end(char32_t c) {
    return c == '\n' || c == '\r' || c == '\v' || c == '\f' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

constexpr bool is_bidi_control(char32_t c) {
    return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

// Of the bidi controls only some make a reader see another order than is written (UAX 9): a right-to-left override
// always; an embedding or isolate from right to left, and an override from left to right, where what they enclose runs
// the other way. Marks, and LRO … PDF or LRI … PDI around a telephone number, as address books write it, turn nothing.
enum class Turns { never, left_to_right_text, right_to_left_text, always };
constexpr Turns turns(char32_t bidi_control) {
    switch (bidi_control) {
        case 0x202e:
            return Turns::always;
        case 0x202b:
        case 0x2067:
            return Turns::left_to_right_text;
        case 0x202d:
            return Turns::right_to_left_text;
        default:
            return Turns::never;
    }
}

// Hebrew, Arabic and their neighbours.
constexpr bool is_right_to_left(char32_t c) {
    return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfeff) ||
           (c >= 0x10800 && c <= 0x10fff) || (c >= 0x1e800 && c <= 0x1efff);
}

constexpr bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c <= 0x9f); }

constexpr bool is_noncharacter(char32_t c) { return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef); }

// Length of a terminal's control sequence (ECMA-48 5.4) at the start of `text`, 0 when there is none. Longer ones than
// any terminal knows are left, so that nobody hides a sentence in one.
std::size_t control_sequence_length(std::string_view text) {
    constexpr std::size_t length_max = 32;
    std::size_t at = text.starts_with("\x1b[") || text.starts_with("\xc2\x9b") ? 2 : 0;
    if (at == 0) return 0;
    while (at < text.size() && at < length_max && text[at] >= ' ' && text[at] <= '?') ++at;
    return at < text.size() && text[at] >= '@' && text[at] <= '~' ? at + 1 : 0;
}

// Characters that NFC leaves as they are, and that combine with nothing before them. Not all: those that are frequent
// in Japanese mail. A text of nothing else needs no normaliser.
constexpr bool is_surely_nfc(char32_t c) {
    const bool sign = (c >= 0x2010 && c <= 0x2027) || c == 0x203b || (c >= 0x2460 && c <= 0x25ff) || c == 0x3000;
    return c < 0x300 || is_everyday(c) || sign || (c >= 0xff01 && c <= 0xff9f);
}

// NFC, but for the compatibility ideographs: NFC would turn 神 (U+FA19) and others of CP932 into their everyday forms,
// and in the name of a citizen that is another character.
std::string normalize(std::string text) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(error);
    if (U_FAILURE(error)) throw std::logic_error("ICU has no NFC table");
    const icu::StringPiece piece(text.data(), static_cast<std::int32_t>(text.size()));
    const bool is_normal = nfc->isNormalizedUTF8(piece, error);
    if (U_SUCCESS(error) && is_normal) return text;
    icu::UnicodeSet normalized(0, 0x10ffff);
    normalized.remove(0xf900, 0xfaff).remove(0x2f800, 0x2fa1f);
    const icu::FilteredNormalizer2 normalizer(*nfc, normalized);
    std::string out;
    out.reserve(text.size());
    icu::StringByteSink<std::string> sink(&out);
    normalizer.normalizeUTF8(0, piece, sink, nullptr, error);
    if (U_FAILURE(error)) throw std::logic_error(std::string("NFC: ") + u_errorName(error));
    return out;
}

class Cleaner {
public:
    Cleaner(std::string_view utf8, TextRule rule, std::vector<Reason>& notes) : in_(utf8), rule_(rule), notes_(notes) {
        out_.reserve(utf8.size());
    }

    std::string run() {
        while (at_ < in_.size()) {
            const std::size_t length = everyday_run(in_.substr(at_));
            if (length == 0) {
                step();
                continue;
            }
            out_.append(in_, at_, length);
            at_ += length;
            marks_ = 0;
        }
        const bool is_turned = has_right_to_left_ ? turns_right_to_left_ : turns_left_to_right_;
        if (is_turned) note(Reason::bidi_removed);
        return may_need_nfc_ ? normalize(std::move(out_)) : std::move(out_);
    }

private:
    void step() {
        const std::string_view rest = in_.substr(at_);
        if (const std::size_t length = control_sequence_length(rest)) {
            note(Reason::controls_removed);
            at_ += length;
            return;
        }
        const utf8::Character c = utf8::first(rest);
        at_ += rest.starts_with("\r\n") ? 2 : c.bytes;
        if (!c.valid) return replace(utf8::replacement, Reason::undecodable);
        if (is_line_end(c.value) || c.value == '\t') return layout(c.value);
        const bool joins =
            rule_ == TextRule::text && c.value == zero_width_joiner && joins_emoji(out_, in_.substr(at_));
        if (joins) return show(c.value);
        is_showable(c.value) ? show(c.value) : refuse(c.value, rest.size() == in_.size());
    }

    void layout(char32_t c) {
        marks_ = 0;
        if (rule_ == TextRule::text) {
            out_.push_back(c == '\t' ? '\t' : '\n');
        } else if (!after_layout_at_ || *after_layout_at_ != out_.size()) {  // a fold is CR, LF and TAB in a row
            out_.push_back(' ');
            after_layout_at_ = out_.size();
        }
    }

    void show(char32_t c) {
        marks_ = u_getCombiningClass(static_cast<UChar32>(c)) == 0 ? 0 : marks_ + 1;
        if (marks_ > marks_in_a_row_max) return note(Reason::invisible_removed);
        if (!is_surely_nfc(c)) {
            may_need_nfc_ = true;
            has_right_to_left_ = has_right_to_left_ || is_right_to_left(c);
        }
        utf8::append(out_, c);
    }

    void refuse(char32_t c, bool at_start) {
        if (c == 0) note(Reason::nul_in_text);
        if (is_control(c)) return note(Reason::controls_removed);
        if (is_bidi_control(c)) return remove_bidi(c);
        if (is_private_use(c)) {
            const bool emoji = is_carrier_emoji(c, PrivateUse::unicode);
            return replace(geta, emoji ? Reason::emoji_replaced : Reason::undecodable);
        }
        if (is_noncharacter(c)) return replace(utf8::replacement, Reason::undecodable);
        if (c == 0xfeff && at_start) return;  // a byte order mark says nothing to the reader
        note(Reason::invisible_removed);
    }

    void remove_bidi(char32_t c) {
        note(turns(c) == Turns::always ? Reason::bidi_removed : Reason::invisible_removed);
        turns_left_to_right_ = turns_left_to_right_ || turns(c) == Turns::left_to_right_text;
        turns_right_to_left_ = turns_right_to_left_ || turns(c) == Turns::right_to_left_text;
    }

    void replace(char32_t by, Reason why) {
        marks_ = 0;
        utf8::append(out_, by);
        note(why);
    }

    void note(Reason reason) { add_once(notes_, reason); }

    std::string_view in_;
    TextRule rule_;
    std::vector<Reason>& notes_;
    std::string out_;
    std::size_t at_ = 0;
    int marks_ = 0;
    bool may_need_nfc_ = false;
    bool has_right_to_left_ = false;  // letters that run from right to left
    bool turns_left_to_right_ = false, turns_right_to_left_ = false;
    std::optional<std::size_t> after_layout_at_;  // where a blank for layout ended
};

template <class Plain>
Plain clean(std::string_view utf8, TextRule rule, std::vector<Reason>& notes) {
    auto plain = Plain::from(Cleaner(utf8, rule, notes).run());
    if (!plain) throw std::logic_error("cleaned text is refused: " + plain.error().words());
    return *std::move(plain);
}

}  // namespace

PlainText clean_text(std::string_view utf8, std::vector<Reason>& notes) {
    return clean<PlainText>(utf8, TextRule::text, notes);
}

PlainLine clean_line(std::string_view utf8, std::vector<Reason>& notes) {
    return clean<PlainLine>(utf8, TextRule::line, notes);
}

}  // namespace mugaika::sandboxed
