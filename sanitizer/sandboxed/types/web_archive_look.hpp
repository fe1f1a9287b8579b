// A page that a browser or Word saved with all that it shows in one file (.mht, RFC 2557): made like a mail, but nobody
// sent it (AC-217).
#pragma once

#include <string_view>

namespace mugaika::sandboxed {

inline constexpr std::string_view web_archive_type = "multipart/related";

// A header block with MIME-Version and Content-Type: multipart/related, and no field that a mail gets on its way. Looks
// at the first lines only.
bool looks_like_web_archive(std::string_view untrusted_bytes) noexcept;
bool is_web_archive_extension(std::string_view lower_case_extension) noexcept;

}  // namespace mugaika::sandboxed
