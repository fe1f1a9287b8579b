// Bytes and a label to UTF-8, with ICU, as Japanese mail needs it (DOMAIN section 2, every row of the charset table).
// Never fails: what cannot be decoded becomes U+FFFD and is counted. No limits of its own: output is at most four times
// the input.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/reason.hpp"

namespace mugaika::sandboxed {

struct Decoded {
    std::string utf8;  // valid UTF-8; may hold controls and invisible characters: see clean_text.hpp
                       // where tables differ (～ － ∥ ￠ ￡ ￢), always as Windows has them: see jis_decoder.hpp
    std::string charset;  // canonical name of what it was read as: "UTF-8", "ISO-2022-JP", "windows-31j" …
    std::uint64_t undecodable = 0;
    std::vector<Reason> notes;  // charset_guessed, charset_label_wrong, undecodable, emoji_replaced …
};

// A body or text file. A label that fits most of the bytes stays, and what does not fit is undecodable; where it is
// missing, unknown or does not fit, the bytes decide (ESC sequences, BOM, UTF-8, then EUC-JP and windows-31j scored by
// kana and kanji, then ICU's detector).
Decoded decode_text(std::string_view untrusted_bytes, std::string_view untrusted_label);

// Raw 8-bit bytes in a header or file name: ISO-2022-JP by its escapes, then UTF-8, then CP932, then EUC-JP. Pure
// ASCII is never guessed at. A label (from RFC 2047 or 2231) is tried first.
Decoded decode_header_bytes(std::string_view untrusted_bytes, std::string_view untrusted_label);

// Raw 8-bit bytes in a header or file name of a mail whose body has this label: it is tried before anything is guessed.
// Everything but ASCII counts as guessed.
Decoded decode_raw_header_bytes(std::string_view untrusted_bytes, std::string_view untrusted_body_label);

}  // namespace mugaika::sandboxed
