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
    bool is_tolerable() const { return errors == 0 || errors * 20 <= characters; }
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
    bool has_more_bytes = false;  // a character of three or four
    std::uint64_t errors = 0;
};

Utf8Evidence weigh_utf8(std::string_view text) noexcept {
    Utf8Evidence evidence;
    for (std::size_t i = 0; i < text.size();) {
        if (const std::size_t run = everyday_run(text.substr(i)); run > 0) {
            evidence.has_more_bytes = evidence.has_more_bytes || !ascii::is_ascii(text.substr(i, run));
            i += run;
            continue;
        }
        const utf8::Character c = utf8::first(text.substr(i));
        if (!c.valid) ++evidence.errors;
        if (c.valid && c.bytes == 2) ++evidence.two_bytes;
        if (c.bytes > 2) evidence.has_more_bytes = true;
        i += c.bytes;
    }
    return evidence;
}

// A sample must not end inside a character, or its end looks like an error.
std::string_view sample_of(std::string_view text) noexcept {
    if (text.size() <= sample_bytes_max) return text;
    const std::size_t line_end = text.substr(0, sample_bytes_max).rfind('\n');
    return text.substr(0, line_end == std::string_view::npos ? sample_bytes_max : line_end);
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

}  // namespace

const Charset* unmistakable_charset(std::string_view untrusted_bytes) {
    if (const Charset* marked = charset_by_byte_order_mark(untrusted_bytes)) return marked;
    if (ascii::is_ascii(untrusted_bytes)) {
        return has_jis_escape(untrusted_bytes) ? &charset_by_name("ISO-2022-JP") : nullptr;
    }
    const Utf8Evidence utf8 = weigh_utf8(sample_of(untrusted_bytes));
    const bool plenty = utf8.has_more_bytes || utf8.two_bytes > 1;
    return plenty && utf8.errors == 0 ? &charset_by_name("UTF-8") : nullptr;
}

const Charset& guess_charset(std::string_view untrusted_bytes, Guess guess) {
    if (const Charset* clear = unmistakable_charset(untrusted_bytes)) return *clear;
    const std::string_view sample = sample_of(untrusted_bytes);
    if (const Charset* wide = charset_by_zeros(sample)) return *wide;
    if (ascii::is_ascii(untrusted_bytes)) return charset_by_name("US-ASCII");
    if (has_jis_escape(sample)) return charset_by_name("ISO-2022-JP");  // with eight-bit kana
    if (weigh_utf8(sample).errors == 0) return charset_by_name("UTF-8");
    const Evidence euc = weigh(sample, count_eucjp);
    const Evidence shift_jis = weigh(sample, count_shift_jis);
    const bool is_euc = euc.score() > shift_jis.score();
    const Charset& japanese = charset_by_name(is_euc ? "EUC-JP" : "windows-31j");
    const Evidence& better = is_euc ? euc : shift_jis;
    if (guess == Guess::japanese ? better.is_tolerable() : better.is_convincing()) return japanese;
    if (guess == Guess::any) {
        if (const Charset* other = ask_icu(sample)) return *other;
    }
    const Utf8Evidence utf8 = weigh_utf8(sample);
    return utf8.errors < static_cast<std::uint64_t>(better.errors) ? charset_by_name("UTF-8") : japanese;
}

bool is_surely_japanese(std::string_view untrusted_bytes) noexcept {
    const std::string_view sample = sample_of(untrusted_bytes);
    const auto sure = [](const Evidence& e) {
        return e.errors == 0 && e.is_convincing() && e.half_width * 2 <= e.characters && e.neighbours > 0;
    };
    return sure(weigh(sample, count_eucjp)) || sure(weigh(sample, count_shift_jis));
}

}  // namespace mugaika::sandboxed
