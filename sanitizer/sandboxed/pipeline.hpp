// One mail through the worker: structure, header facts, each leaf to its handler, texts in reading order, one row per
// leaf. Iterative over attached mails. Anything that goes wrong inside is a verdict on the part or the mail.
#pragma once

#include <string_view>

#include "sanitizer/mail/extract.hpp"
#include "sanitizer/sandboxed/file_type.hpp"
#include "sanitizer/worker/wire.hpp"

namespace mugaika::sandboxed {

Extract read_mail(std::string_view untrusted_mail, const Job&, const FileTyper&);

}  // namespace mugaika::sandboxed
