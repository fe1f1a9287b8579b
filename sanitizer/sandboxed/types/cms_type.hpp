// Cryptographic messages in BER (RFC 5652, S/MIME): is it a detached signature, or does it hide content? Looks at a
// handful of headers, follows nothing else. AC-226, AC-227, AC-232.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sanitizer/sandboxed/types/file_type.hpp"

namespace mugaika::sandboxed {

// Signed data with its content inside, which is no secret to anybody. Taken out where it is the whole mail, or
// stands as an entity beside a letter; a file of it stays.
inline constexpr std::string_view signed_container_type = "application/x-pkcs7-signed-data";

// Nothing when it is no CMS ContentInfo. A signature without content is PartKind::signature, everything else that CMS
// can wrap cannot be looked into and is PartKind::encrypted; of that, signed data with content is
// signed_container_type.
std::optional<FileType> cms_type_of(std::string_view untrusted_bytes);

// What signed data holds (eContent, RFC 5652 5.2), put together where it comes in pieces; nothing when it is no signed
// data, holds none, or holds something else than data. No signature is looked at.
std::optional<std::string> signed_content(std::string_view untrusted_bytes);

}  // namespace mugaika::sandboxed
