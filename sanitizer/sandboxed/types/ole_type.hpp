// What an OLE2 compound file is, by the names of its streams ([MS-CFB] 2): Word, Excel, PowerPoint, Outlook, Ichitaro,
// an installer, encrypted. Linear and bounded: at most 4,096 directory entries; chains that turn in circles end.
// AC-185, AC-199.
#pragma once

#include <string_view>

#include "sanitizer/sandboxed/types/file_type.hpp"

namespace mugaika::sandboxed {

bool looks_like_ole(std::string_view untrusted_bytes) noexcept;
FileType ole_type_of(std::string_view untrusted_bytes);

}  // namespace mugaika::sandboxed
