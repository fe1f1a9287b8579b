// Files as a checker has passed them, for tests of what comes after.
#pragma once

#include <string>

#include "sanitizer/mail/checked_file.hpp"
#include "sanitizer/mail/rebuilt_file.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/worker/file_wire.hpp"
#include "sanitizer/worker/frame.hpp"

namespace mugaika::test {

inline CheckAnswer passed(const std::string& bytes, SafeKind kind) {
    const std::string frame = encode_check_answers({{kind, sha256_hex(bytes), 1}});
    return decode_check_answers(std::string_view(frame).substr(frame_header_bytes), 1).value().front();
}

inline CheckedFile made_checked_file(std::string bytes, SafeKind kind) {
    const CheckAnswer answer = passed(bytes, kind);
    return CheckedFile::from(std::move(bytes), kind, answer).value();
}

inline RebuiltFile made_rebuilt_file(const std::string& path, const std::string& name, SafeKind kind,
                                     std::string bytes) {
    return {path, PlainLine::from(name).value(), made_checked_file(std::move(bytes), kind)};
}

}  // namespace mugaika::test
