#include "sanitizer/sandboxed/text/charset.hpp"

#include <unicode/uchar.h>

#include <algorithm>

#include "policy/ascii.hpp"
#include "policy/findings.hpp"
#include "policy/showable.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/text/carrier_emoji.hpp"
#include "sanitizer/sandboxed/text/charset_detect.hpp"
#include "sanitizer/sandboxed/text/charset_names.hpp"
#include "sanitizer/sandboxed/text/icu_decoder.hpp"
#include "sanitizer/sandboxed/text/jis_decoder.hpp"

namespace mugaika::sandboxed {
namespace {

struct Reading {
    const Charset* charset;
    std::string utf8;
    std::uint64_t undecodable = 0;
    std::uint64_t private_use = 0;  // of these: right in the charset, but nobody outside knows what they are
    std::uint64_t emoji = 0;
    bool is_mixed = false;  // part of it in another charset
};

// RFC 2781 says big endian where nothing says otherwise, Windows writes little endian: the side with the high bytes of
// ASCII, kana and Japanese punctuation decides.
const char* icu_name_of_utf16(std::string_view bytes) {
    std::uint64_t high_first = 0;
    std::uint64_t high_second = 0;
    const auto is_common = [](char c) { return c == '\0' || c == '\x30'; };
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        high_first += is_common(bytes[i]) ? 1 : 0;
        high_second += is_common(bytes[i + 1]) ? 1 : 0;
    }
    return high_second > high_first ? "UTF-16LE" : "UTF-16BE";
}

Utf16Text decode_by_icu(const char* icu_name, std::string_view bytes) {
    IcuDecoder decoder(icu_name);
    Utf16Text text;
    decoder.append(bytes, text.utf16);
    text.undecodable = decoder.undecodable();
    return text;
}

Utf16Text decode(const Charset& charset, std::string_view bytes) {
    switch (charset.family) {
        case CharsetFamily::iso2022jp:
            return decode_iso2022jp(bytes);
        case CharsetFamily::eucjp:
            return decode_eucjp(bytes);
        case CharsetFamily::euc_jis_2004:
            return decode_euc_jis_2004(bytes);
        case CharsetFamily::shift_jis_2004:
            return decode_shift_jis_2004(bytes);
        case CharsetFamily::utf16:
            return decode_by_icu(icu_name_of_utf16(bytes), bytes);
        case CharsetFamily::utf8:
        case CharsetFamily::wide:
        case CharsetFamily::shift_jis:
        case CharsetFamily::seven_bit:
        case CharsetFamily::ascii:
        case CharsetFamily::multi_byte:
        case CharsetFamily::single_byte:
            break;
    }
    return decode_by_icu(charset.icu, bytes);
}

// UTF-8 that decoding would give back as it is: no fault, no private use, no byte order mark, no web code of a carrier.
// Most mails of today, and twice the way through UTF-16 is most of their cost.
bool is_read_as_it_is(std::string_view bytes) {
    constexpr char escape = '\x1b';
    for (std::size_t at = 0; at < bytes.size();) {
        if (const std::size_t run = everyday_run(bytes.substr(at)); run > 0) {
            at += run;
            continue;
        }
        const utf8::Character c = utf8::first(bytes.substr(at));
        if (!c.valid || is_private_use(c.value) || c.value == 0xfeff || bytes[at] == escape) return false;
        at += c.bytes;
    }
    return true;
}

Reading as_it_is(const Charset& charset, std::string_view bytes) { return {&charset, std::string(bytes)}; }

Reading read_as(const Charset& charset, std::string_view bytes) {
    if (charset.family == CharsetFamily::utf8 && is_read_as_it_is(bytes)) return as_it_is(charset, bytes);
    Utf16Text text = decode(charset, bytes);
    if (text.utf16.starts_with(u'\xfeff')) text.utf16.erase(0, 1);
    const bool cp932 = charset.family == CharsetFamily::shift_jis;
    const ReplacedPrivateUse replaced =
        replace_private_use(text.utf16, cp932 ? PrivateUse::cp932 : PrivateUse::unicode);
    Reading reading{&charset,     {}, text.undecodable + replaced.other, replaced.other, text.emoji + replaced.emoji,
                    text.is_mixed};
    reading.utf8 = utf8_from_utf16(text.utf16, reading.undecodable);
    return reading;
}

bool is_wide(const Charset& charset) {
    return charset.family == CharsetFamily::utf16 || charset.family == CharsetFamily::wide;
}

// What stands in a text beside ASCII.
struct Characters {
    std::uint64_t all = 0;
    std::uint64_t odd = 0;  // no letters, marks and digits; or a capital letter right behind a small one
};

Characters count_characters(std::string_view utf8) {
    Characters characters;
    bool after_small = false;
    for (std::string_view rest = utf8; !rest.empty();) {
        const utf8::Character c = utf8::first(rest);
        rest.remove_prefix(c.bytes);
        const auto category = U_GET_GC_MASK(static_cast<UChar32>(c.value));
        if (c.bytes > 1) {
            ++characters.all;
            const bool is_capital = (category & U_GC_LU_MASK) != 0;
            const bool is_of_words = (category & (U_GC_L_MASK | U_GC_M_MASK | U_GC_ND_MASK)) != 0;
            if (!is_of_words || (is_capital && after_small)) ++characters.odd;
        }
        after_small = (category & U_GC_LL_MASK) != 0;
    }
    return characters;
}

// In a charset of which every byte is a character: no words of any language, but bytes of another charset.
bool is_no_text(std::string_view utf8) {
    const Characters characters = count_characters(utf8);
    return characters.odd * 5 >= characters.all;
}

bool belies_single_byte(const Reading& as_declared, std::string_view bytes) {
    const JapaneseLook look = japanese_look(bytes);
    return look == JapaneseLook::kana || (look == JapaneseLook::kanji && is_no_text(as_declared.utf8));
}

// Bytes that decode without an error under a label that is wrong all the same.
bool belies_label(const Charset& declared, const Reading& as_declared, std::string_view bytes) {
    switch (declared.family) {
        // EUC-JP would come out as half-width kana.
        case CharsetFamily::iso2022jp:
            return !ascii::is_ascii(bytes) && !has_jis_escape(bytes);
        // Programs that turn UTF-16 HTML into mail leave its label inside.
        case CharsetFamily::utf16:
        case CharsetFamily::wide:
            return ascii::is_ascii(bytes) && bytes.find(' ') != std::string_view::npos &&
                   bytes.find('\0') == std::string_view::npos;
        case CharsetFamily::single_byte:
            return belies_single_byte(as_declared, bytes);
        case CharsetFamily::utf8:
        case CharsetFamily::eucjp:
        case CharsetFamily::shift_jis:
        case CharsetFamily::euc_jis_2004:
        case CharsetFamily::shift_jis_2004:
        case CharsetFamily::seven_bit:
        case CharsetFamily::ascii:
        case CharsetFamily::multi_byte:
            return false;
    }
    return false;
}

// Pairs of eight-bit bytes are characters in these: now and then a few of them could be UTF-8 as well.
bool has_pairs(const Charset& charset) {
    return charset.family == CharsetFamily::multi_byte || charset.family == CharsetFamily::eucjp ||
           charset.family == CharsetFamily::shift_jis || charset.family == CharsetFamily::euc_jis_2004 ||
           charset.family == CharsetFamily::shift_jis_2004;
}

const Charset* clear_sign_against(const Charset& declared, std::string_view bytes) {
    constexpr std::size_t too_many_for_chance = 4;
    return has_pairs(declared) ? unmistakable_charset(bytes, too_many_for_chance) : unmistakable_charset(bytes);
}

// Does the clear sign in the bytes stand against the label? Escapes are no sign against a charset that has its own.
bool outweighs(const Charset& clear, const Charset& declared) {
    if (&clear == &declared || (is_wide(clear) && declared.family == CharsetFamily::utf16)) return false;
    return declared.family != CharsetFamily::seven_bit;
}

// One bad byte does not overturn a label: it is a fault of the text.
bool is_mostly_valid(const Reading& as_declared, std::string_view bytes) {
    if (as_declared.charset->family == CharsetFamily::ascii) return false;
    if (as_declared.charset->family == CharsetFamily::utf8 && is_cut_utf8(bytes)) return true;
    const std::uint64_t all = count_characters(as_declared.utf8).all;
    return all >= 2 * (as_declared.undecodable - as_declared.private_use);
}

// A text that another charset explains without a fault, and that only by being meant so.
bool is_explained_by(const Reading& as_guessed, const Reading& as_declared, std::string_view bytes) {
    const CharsetFamily declared = as_declared.charset->family;
    if (as_guessed.undecodable > 0 || declared == CharsetFamily::utf8 || declared == CharsetFamily::single_byte) {
        return false;
    }
    if (as_guessed.charset->family == CharsetFamily::utf8) return true;
    return has_pairs(*as_guessed.charset) && japanese_look(bytes) != JapaneseLook::none;
}

Reading read_labelled(std::string_view bytes, const Charset& declared, Guess guess) {
    // The rest comes to the same for UTF-8 without a fault or a mark: nothing speaks against such a label.
    if (declared.family == CharsetFamily::utf8 && is_read_as_it_is(bytes)) return as_it_is(declared, bytes);
    const Charset* clear = clear_sign_against(declared, bytes);
    if (clear != nullptr && outweighs(*clear, declared)) return read_as(*clear, bytes);
    // UTF-16 with a mark: the byte order that is there, not the one that is usual.
    Reading as_declared = read_as(clear != nullptr && is_wide(*clear) ? *clear : declared, bytes);
    const bool belied = belies_label(declared, as_declared, bytes);
    if (as_declared.undecodable == 0 && !belied) return as_declared;
    const Charset& guessed = guess_charset(bytes, guess);
    // Everything in seven bits is faultless ASCII, so that proves nothing against the label.
    if (guessed.family == CharsetFamily::ascii && !belied) return as_declared;
    Reading as_guessed = read_as(guessed, bytes);
    if (!belied && is_mostly_valid(as_declared, bytes)) {
        return is_explained_by(as_guessed, as_declared, bytes) ? as_guessed : as_declared;
    }
    const bool better =
        belied ? as_guessed.undecodable <= as_declared.undecodable : as_guessed.undecodable < as_declared.undecodable;
    return better ? as_guessed : as_declared;
}

Decoded decoded_from(Reading&& reading, const Charset* declared) {
    Decoded decoded{std::move(reading.utf8), std::string(reading.charset->name), reading.undecodable, {}};
    const bool as_said =
        declared != nullptr && (reading.charset == declared || (is_wide(*declared) && is_wide(*reading.charset)));
    const bool plain = reading.charset->family == CharsetFamily::ascii;
    if (reading.is_mixed || (declared == nullptr && !plain)) decoded.notes.push_back(Reason::charset_guessed);
    if (declared != nullptr && !as_said && !plain) decoded.notes.push_back(Reason::charset_label_wrong);
    if (decoded.undecodable > 0) decoded.notes.push_back(Reason::undecodable);
    if (reading.emoji > 0) decoded.notes.push_back(Reason::emoji_replaced);
    return decoded;
}

Decoded decode_bytes(std::string_view bytes, std::string_view label, Guess guess) {
    const Charset* declared = charset_by_label(label);
    if (declared == nullptr) return decoded_from(read_as(guess_charset(bytes, guess), bytes), nullptr);
    return decoded_from(read_labelled(bytes, *declared, guess), declared);
}

}  // namespace

Decoded decode_text(std::string_view untrusted_bytes, std::string_view untrusted_label) {
    return decode_bytes(untrusted_bytes, untrusted_label, Guess::any);
}

Decoded decode_header_bytes(std::string_view untrusted_bytes, std::string_view untrusted_label) {
    return decode_bytes(untrusted_bytes, untrusted_label, Guess::japanese);
}

// The label is another text's, so it proves nothing when it is wrong.
Decoded decode_raw_header_bytes(std::string_view untrusted_bytes, std::string_view untrusted_body_label) {
    const Charset* of_body = charset_by_label(untrusted_body_label);
    if (of_body == nullptr || is_wide(*of_body)) return decode_bytes(untrusted_bytes, {}, Guess::japanese);
    return decoded_from(read_labelled(untrusted_bytes, *of_body, Guess::japanese), nullptr);
}

}  // namespace mugaika::sandboxed
