// One mail through the worker: structure, header facts, each leaf to its handler, texts in reading order, one row per
// leaf. Iterative over attached mails. Anything that goes wrong inside is a verdict on the part or the mail.
#pragma once

#include <string_view>

#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/job.hpp"
#include "sanitizer/sandboxed/part_handler.hpp"
#include "sanitizer/sandboxed/types/file_type.hpp"

namespace mugaika::sandboxed {

Extract read_mail(std::string_view untrusted_mail, const Job&, const FileTyper&);

// The same with other handlers than make_handlers gives. A handler that throws, fails or claims more than the profile
// allows for the kind ends in quarantine, whatever it says.
Extract read_mail_with(const Handlers&, std::string_view untrusted_mail, const Job&, const FileTyper&);

}  // namespace mugaika::sandboxed
