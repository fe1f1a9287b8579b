// Words of a sender inside a notice, written so that no mail reader makes a link of them.
#pragma once

#include <string>
#include <string_view>

namespace mugaika {

// "a@b.example" -> "a[at]b[.]example", "https://x" -> "https[:]//x", "evil.zip" -> "evil[.]zip". Dots before digits,
// before blanks and before the usual file extensions that are no top-level domains stay: "見積書.pdf" reads as ever.
std::string unlinked(std::string_view utf8);

}  // namespace mugaika
