// Bytes in memory for a process that maps them.
#pragma once

#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {

// A memfd with these pieces, one behind the other, offset 0. From then on nobody, its owner included, can change a byte
// of it or its length. Fails with the fault of the call that failed.
Result<FileDescriptor> sealed_file(const std::vector<std::string_view>& untrusted_pieces);

}  // namespace mugaika
