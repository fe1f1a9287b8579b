// Base64, quoted-printable (RFC 2045 6.7, 6.8) and uuencode, undone. Our own: mimetic's base64 reads past its table on
// '|'. Never fails: what does not fit is kept or skipped as said below, and noted. Linear; output is never longer than
// the input.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/reason.hpp"

namespace mugaika::sandboxed {

// Every segment is decoded, also after padding (base64_padding_inside); characters outside the alphabet are skipped
// (base64_junk). After padding, lines that are not wholly base64 are skipped: footers that lists append.
std::string decode_base64(std::string_view untrusted, std::vector<Reason>& findings);

// Illegal escapes stay as they stand (qp_illegal); blanks at line ends are transport padding and go.
std::string decode_quoted_printable(std::string_view untrusted, std::vector<Reason>& findings);

// The first "begin MODE NAME" block; all of the text as it is when there is none (unknown_transfer_encoding, unless it
// is blank).
std::string decode_uuencode(std::string_view untrusted, std::vector<Reason>& findings);

// Certain only: two lines or more, all full but the last, of nothing but base64; or text that cannot be base64.
// Judged by the first 64 KB.
bool is_surely_base64(std::string_view untrusted) noexcept;
bool is_surely_not_base64(std::string_view untrusted) noexcept;

// Certain only: no decoding that a reader may try makes anything else of it. What is no base64, and holds no escape or
// soft break of quoted-printable and no line that begins uuencode or yEnc.
bool is_surely_plain(std::string_view untrusted) noexcept;

}  // namespace mugaika::sandboxed
