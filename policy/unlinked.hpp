// Words of a sender written so that no mail program makes a link of them: all of them, or what no mail needs.
#pragma once

#include <string>
#include <string_view>

namespace mugaika {

// "a@b.example" -> "a[at]b[.]example", "https://x" -> "https[:]//x", "evil.zip" -> "evil[.]zip", "\\server\share" ->
// "\[\]server\share". Dots before digits, before blanks and before the usual file extensions that are no top-level
// domains stay: "見積書.pdf" reads as ever. What is written so already stays as it is.
std::string unlinked(std::string_view utf8);

// Leaves alive what people need in ordinary text: http, https, mailto, www. and addresses. Dead are UNC paths, every
// scheme that a program may follow ("file:", "javascript:", "data:", "ms-msdt:"), and every other one before "//". What
// is the label of a telephone number becomes none by a blank: "TEL:03-" -> "TEL: 03-". Linear.
std::string with_ordinary_links(std::string_view utf8);
void append_with_ordinary_links(std::string& out, std::string_view utf8);

// A name for between the quotes or brackets of a sentence of ours: what looks like their ends becomes another sign, so
// that it cannot say something behind them. "a」（PDF" -> "a』（PDF", "a］b" -> "a)b".
std::string in_quotes(std::string_view utf8);

}  // namespace mugaika
