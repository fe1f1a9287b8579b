// Charset labels of mail to the charsets we read. Our own table: ICU does not know the names Japanese mailers use, and
// a label of a stranger should not choose among all that ICU could do.
#pragma once

#include <string_view>

namespace mugaika::sandboxed {

enum class CharsetFamily {
    utf8,
    utf16,           // no byte order in the label
    wide,            // UTF-16 or UTF-32 with a byte order, UTF-32
    iso2022jp,       // own decoder, CP50221 and more
    eucjp,           // own decoder, CP51932 and three-byte characters
    shift_jis,       // CP932
    euc_jis_2004,    // own decoder, JIS X 0213
    shift_jis_2004,  // own decoder, JIS X 0213
    seven_bit,       // ASCII bytes that mean something else: UTF-7, HZ, ISO-2022-KR, ISO-2022-CN
    ascii,
    multi_byte,   // Chinese and Korean
    single_byte,  // never fails to decode, so the label alone proves little
};

struct Charset {
    std::string_view name;  // canonical, for ledgers
    const char* icu;        // ICU's name of the table; nullptr where we decode ourselves
    CharsetFamily family;
};

// nullptr for a label that is missing, unknown or longer than any real one. Case, quotes and punctuation do not matter.
const Charset* charset_by_label(std::string_view untrusted_label) noexcept;

// A canonical name; one that is not in the table is a bug and throws std::logic_error.
const Charset& charset_by_name(std::string_view name);

}  // namespace mugaika::sandboxed
