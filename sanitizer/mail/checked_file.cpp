#include "sanitizer/mail/checked_file.hpp"

#include "sanitizer/mail/sha256.hpp"

namespace mugaika {

Result<CheckedFile> CheckedFile::from(std::string bytes, SafeKind kind, const CheckAnswer& answer) {
    if (!answer.passes()) return Error(Fault::protocol, answer.words());
    if (kind == SafeKind::zip) return Error(Fault::protocol, "no checker reads a ZIP");
    std::string digest = sha256_hex(bytes);
    if (answer.kind() != kind || answer.sha256() != digest) {
        return Error(Fault::protocol, "the checker has read another file");
    }
    return CheckedFile(kind, std::move(digest), answer.pages(), std::move(bytes));
}

}  // namespace mugaika
