// What a ZIP is, by the names in its central directory: OOXML with or without macros, OpenDocument, XPS, JAR, plain
// archive, encrypted. Nothing is inflated. Linear; at most 10,000 members are looked at. AC-152, AC-162, AC-184,
// AC-220.
#pragma once

#include <string_view>

#include "sanitizer/sandboxed/types/file_type.hpp"

namespace mugaika::sandboxed {

bool looks_like_zip(std::string_view untrusted_bytes) noexcept;
FileType zip_type_of(std::string_view untrusted_bytes);

}  // namespace mugaika::sandboxed
