#include "sanitizer/sandboxed/text/charset_detect.hpp"

#include <unicode/ucsdet.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "policy/ascii.hpp"
#include "policy/showable.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/text/jis_decoder.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t sample_bytes_max = 64u << 10;

constexpr unsigned to_byte(char c) { return static_cast<unsigned char>(c); }

// What bytes would be if they were EUC-JP or CP932.
struct Evidence {
    std::int64_t characters = 0;  // not ASCII
    std::int64_t neighbours = 0;  // of them, right behind another one
    std::int64_t kana = 0;
    std::int64_t common = 0;  // kana, full-width signs, the everyday kanji of JIS level 1
    std::int64_t rare = 0;    // other kanji and signs
    std::int64_t half_width = 0;
    std::int64_t user_defined = 0;
    std::int64_t errors = 0;

    std::int64_t score() const { return 5 * kana + 3 * common + rare - half_width - 8 * user_defined - 12 * errors; }
    // A stray byte in everyday text is a fault of the text.
    bool is_tolerable() const { return errors * 20 <= characters || errors * 8 <= common; }
    // Korean and Chinese fit EUC-JP too, but never show kana; a long Japanese text always does. Lone characters
    // between letters are the apostrophes of a western charset.
    bool is_convincing() const {
        const bool kana_expected = characters > 12;
        return characters > 0 && is_tolerable() && common * 10 >= (characters - half_width) * 6 &&
               common + half_width > 0 && (!kana_expected || kana > 0) && neighbours * 2 >= characters - 1;
    }
};

// Row of the 94x94 table: 1 … 94, 95 … 114 user-defined, 115 … 119 IBM.
void count_row(Evidence& evidence, unsigned row) {
    const bool kana = row == 4 || row == 5;
    const bool level_1 = row >= 16 && row <= 47;
    if (kana) ++evidence.kana;
    if (kana || level_1 || (row >= 1 && row <= 3)) {
        ++evidence.common;
    } else if (row >= 95 && row <= 114) {
        ++evidence.user_defined;
    } else if ((row >= 6 && row <= 8) || row == 13 || (row >= 48 && row <= 84) || (row >= 89 && row <= 92) ||
               row >= 115) {
        ++evidence.rare;
    } else {
        ++evidence.errors;
    }
}

// Length in bytes of the character counted.
std::size_t count_shift_jis(Evidence& evidence, std::string_view text) {
    const unsigned lead = to_byte(text[0]);
    if (lead >= 0xa1 && lead <= 0xdf) {
        ++evidence.half_width;
        return 1;
    }
    const unsigned trail = text.size() > 1 ? to_byte(text[1]) : 0;
    const bool fits = lead > 0x80 && lead != 0xa0 && lead <= 0xfc && trail >= 0x40 && trail != 0x7f && trail <= 0xfc;
    if (!fits) {
        ++evidence.errors;
        return 1;
    }
    const unsigned row_pair = lead - (lead >= 0xe0 ? 0xc1 : 0x81);
    count_row(evidence, row_pair * 2 + (trail >= 0x9f ? 2 : 1));
    return 2;
}

std::size_t count_eucjp(Evidence& evidence, std::string_view text) {
    const auto graphic = [&](std::size_t i) {
        return i < text.size() && to_byte(text[i]) >= 0xa1 && to_byte(text[i]) <= 0xfe;
    };
    if (text[0] == '\x8e' && graphic(1) && to_byte(text[1]) <= 0xdf) {
        ++evidence.half_width;
        return 2;
    }
    if (text[0] == '\x8f' && graphic(1) && graphic(2)) {
        ++evidence.rare;
        return 3;
    }
    if (graphic(0) && graphic(1)) {
        count_row(evidence, to_byte(text[0]) - 0xa0);
        return 2;
    }
    ++evidence.errors;
    return 1;
}

template <class Count>
Evidence weigh(std::string_view text, Count count) noexcept {
    Evidence evidence;
    bool after_another = false;
    for (std::size_t i = 0; i < text.size();) {
        if (to_byte(text[i]) < 0x80) {
            after_another = false;
            ++i;
            continue;
        }
        ++evidence.characters;
        if (after_another) ++evidence.neighbours;
        after_another = true;
        i += count(evidence, text.substr(i));
    }
    return evidence;
}

struct Utf8Evidence {
    std::uint64_t two_bytes = 0;
    std::uint64_t more_bytes = 0;  // characters of three or four
    std::uint64_t errors = 0;
    bool is_cut = false;  // ends inside a character; no error

    // Whatever else it could be, so many characters do not come together by chance.
    bool holds() const { return errors == 0 || (more_bytes > 2 && errors * 8 <= more_bytes); }
    // Without a label that says otherwise.
    bool is_likely() const { return (errors == 0 && !is_cut) || (more_bytes > 2 && errors * 2 <= more_bytes); }
    bool is_plain(std::uint64_t two_bytes_min) const {
        return holds() && (more_bytes > (is_cut ? 1u : 0u) || two_bytes >= two_bytes_min);
    }
};

bool is_continuation(char c) noexcept { return (to_byte(c) & 0xc0) == 0x80; }

// The beginning of a character, and then the text ends.
bool is_cut_character(std::string_view rest) noexcept {
    const unsigned lead = to_byte(rest.front());
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    return lead >= 0xc2 && lead <= 0xf4 && rest.size() < length &&
           std::all_of(rest.begin() + 1, rest.end(), is_continuation);
}

Utf8Evidence weigh_utf8(std::string_view text) noexcept {
    Utf8Evidence evidence;
    for (std::size_t i = 0; i < text.size();) {
        const std::string_view rest = text.substr(i);
        if (const std::size_t run = everyday_run(rest); run > 0) {
            for (const char c : rest.substr(0, run)) evidence.more_bytes += to_byte(c) >= 0xe0 ? 1 : 0;
            i += run;
            continue;
        }
        const utf8::Character c = utf8::first(rest);
        if (!c.valid && is_cut_character(rest)) {
            evidence.is_cut = true;
            break;
        }
        if (!c.valid) ++evidence.errors;
        if (c.valid && c.bytes == 2) ++evidence.two_bytes;
        if (c.bytes > 2) ++evidence.more_bytes;
        i += c.bytes;
    }
    return evidence;
}

// A sample must not end inside a character, or its end looks like an error.
std::string_view sample_of(std::string_view text) noexcept {
    if (text.size() <= sample_bytes_max) return text;
    const std::size_t line_end = text.substr(0, sample_bytes_max).rfind('\n');
    return line_end == std::string_view::npos ? utf8::cut(text, sample_bytes_max) : text.substr(0, line_end);
}

const Charset* charset_by_byte_order_mark(std::string_view text) {
    using namespace std::string_view_literals;
    if (text.starts_with("\xef\xbb\xbf"sv)) return &charset_by_name("UTF-8");
    if (text.starts_with("\xff\xfe\0\0"sv)) return &charset_by_name("UTF-32LE");
    if (text.starts_with("\0\0\xfe\xff"sv)) return &charset_by_name("UTF-32BE");
    if (text.starts_with("\xff\xfe"sv)) return &charset_by_name("UTF-16LE");
    if (text.starts_with("\xfe\xff"sv)) return &charset_by_name("UTF-16BE");
    return nullptr;
}

// Text in UTF-16 has ASCII signs or line ends in it, so zeros on one side of its pairs and hardly any on the other.
const Charset* charset_by_zeros(std::string_view text) {
    if (text.size() < 4 || text.size() % 2 != 0 || text.find('\0') == std::string_view::npos) return nullptr;
    std::size_t first = 0;
    std::size_t second = 0;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        first += text[i] == '\0' ? 1 : 0;
        second += text[i + 1] == '\0' ? 1 : 0;
    }
    const std::size_t pairs = text.size() / 2;
    if (second * 20 >= pairs && first * 10 < second) return &charset_by_name("UTF-16LE");
    if (first * 20 >= pairs && second * 10 < first) return &charset_by_name("UTF-16BE");
    return nullptr;
}

struct CloseDetector {
    void operator()(UCharsetDetector* detector) const noexcept { ucsdet_close(detector); }
};

// nullptr when ICU is not sure, or means something that we do not read.
const Charset* ask_icu(std::string_view text) {
    constexpr std::int32_t confidence_min = 30;
    UErrorCode error = U_ZERO_ERROR;
    const std::unique_ptr<UCharsetDetector, CloseDetector> detector(ucsdet_open(&error));
    ucsdet_setText(detector.get(), text.data(), static_cast<std::int32_t>(text.size()), &error);
    const UCharsetMatch* match = ucsdet_detect(detector.get(), &error);
    if (U_FAILURE(error) || match == nullptr || ucsdet_getConfidence(match, &error) < confidence_min) return nullptr;
    const char* name = ucsdet_getName(match, &error);
    return U_FAILURE(error) ? nullptr : charset_by_label(name);
}

// A name in Latin letters with accents: each of them beside ASCII letters, and these are many more.
bool looks_western(std::string_view text) noexcept {
    std::size_t letters = 0;
    std::size_t accents = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto is_letter = [&](std::size_t at) { return at < text.size() && ascii::is_alpha(text[at]); };
        if (is_letter(i)) ++letters;
        if (to_byte(text[i]) < 0x80) continue;
        ++accents;
        const bool is_accented = to_byte(text[i]) >= 0xc0 && text[i] != '\xd7' && text[i] != '\xf7';
        if (!is_accented || !(is_letter(i + 1) || (i > 0 && is_letter(i - 1)))) return false;
    }
    return accents > 0 && letters >= 2 * accents;
}

}  // namespace

const Charset* unmistakable_charset(std::string_view untrusted_bytes, std::size_t two_byte_characters_min) {
    if (const Charset* marked = charset_by_byte_order_mark(untrusted_bytes)) return marked;
    const bool has_escape = has_jis_escape(untrusted_bytes);
    if (ascii::is_ascii(untrusted_bytes)) return has_escape ? &charset_by_name("ISO-2022-JP") : nullptr;
    if (!weigh_utf8(sample_of(untrusted_bytes)).is_plain(two_byte_characters_min)) return nullptr;
    return &charset_by_name(has_escape ? "ISO-2022-JP" : "UTF-8");
}

bool is_cut_utf8(std::string_view untrusted_bytes) noexcept {
    const std::string_view end =
        untrusted_bytes.substr(untrusted_bytes.size() - std::min<std::size_t>(3, untrusted_bytes.size()));
    for (std::size_t i = 0; i < end.size(); ++i) {
        const std::string_view whole = untrusted_bytes.substr(0, untrusted_bytes.size() - end.size() + i);
        if (!is_cut_character(end.substr(i))) continue;
        const Utf8Evidence before = weigh_utf8(sample_of(whole));
        const bool has_sign = end.size() - i > 1 || before.two_bytes + before.more_bytes > 0;
        return has_sign && before.errors == 0;
    }
    return false;
}

const Charset& guess_charset(std::string_view untrusted_bytes, Guess guess) {
    if (const Charset* clear = unmistakable_charset(untrusted_bytes)) return *clear;
    const std::string_view sample = sample_of(untrusted_bytes);
    if (const Charset* wide = charset_by_zeros(sample)) return *wide;
    if (ascii::is_ascii(untrusted_bytes)) return charset_by_name("US-ASCII");
    if (has_jis_escape(sample)) return charset_by_name("ISO-2022-JP");  // with eight-bit kana
    const Utf8Evidence utf8 = weigh_utf8(sample);
    if (utf8.is_likely()) return charset_by_name("UTF-8");
    if (guess == Guess::japanese && looks_western(sample)) return charset_by_name("windows-1252");
    const Evidence euc = weigh(sample, count_eucjp);
    const Evidence shift_jis = weigh(sample, count_shift_jis);
    const bool is_euc = euc.score() > shift_jis.score();
    const Charset& japanese = charset_by_name(is_euc ? "EUC-JP" : "windows-31j");
    const Evidence& better = is_euc ? euc : shift_jis;
    if (guess == Guess::japanese ? better.is_tolerable() : better.is_convincing()) return japanese;
    if (guess == Guess::any) {
        if (const Charset* other = ask_icu(sample)) return *other;
        if (looks_western(sample)) return charset_by_name("windows-1252");
    }
    return utf8.errors < static_cast<std::uint64_t>(better.errors) ? charset_by_name("UTF-8") : japanese;
}

JapaneseLook japanese_look(std::string_view untrusted_bytes) noexcept {
    const std::string_view sample = sample_of(untrusted_bytes);
    const auto look = [](const Evidence& e) {
        const bool sure = e.errors == 0 && e.is_convincing() && e.half_width * 2 <= e.characters && e.neighbours > 0;
        if (!sure) return JapaneseLook::none;
        return e.kana * 3 >= e.characters ? JapaneseLook::kana : JapaneseLook::kanji;
    };
    return std::max(look(weigh(sample, count_eucjp)), look(weigh(sample, count_shift_jis)));
}

}  // namespace mugaika::sandboxed
