// ISO-2022-JP, EUC-JP and their siblings as Japanese mailers really write them. All are carried over to CP932 and
// decoded by its table, so that one character comes out the same from all of them, with NEC's and IBM's characters
// (CP50221, CP51932) and with Microsoft's choice where tables differ (～ － ∥ ￠ ￡ ￢). That choice is the one that
// the old Windows programs of the readers can write back; text in Unicode says itself which of the two it means and is
// left alone.
#pragma once

#include <string_view>

#include "sanitizer/sandboxed/text/icu_decoder.hpp"

namespace mugaika::sandboxed {

// All of: JIS X 0201 Roman and kana (ESC ( I, SO and SI, 8-bit), JIS X 0208 of 1978 and 1983, NEC row 13,
// NEC-selected IBM extensions, JIS X 0212, JIS X 0213, and GB 2312 and KS C 5601 of ISO-2022-JP-2. Every line begins in
// ASCII again, so a lost escape costs one line; a line that was broken inside a double-byte set goes on in the next one
// where that is plainly so, and where it may be, the doubt is counted as undecodable. Eight-bit lines between (footers
// in UTF-8, CP932 or EUC-JP) are read too. No designation remains in the result. AC-119 … AC-121.
Utf16Text decode_iso2022jp(std::string_view untrusted_bytes);

// CP51932, and with 0x8F JIS X 0212 and the IBM extensions of eucJP-ms.
Utf16Text decode_eucjp(std::string_view untrusted_bytes);

// With JIS X 0213 in the place of NEC's and IBM's characters.
Utf16Text decode_euc_jis_2004(std::string_view untrusted_bytes);
Utf16Text decode_shift_jis_2004(std::string_view untrusted_bytes);

// Does an escape sequence that only ISO-2022-JP has stand in it?
bool has_jis_escape(std::string_view untrusted_bytes) noexcept;

}  // namespace mugaika::sandboxed
