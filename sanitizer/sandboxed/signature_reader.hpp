// The signatures of a mail where they stand in it: which octets each is of, and whose it is. Looks at none without a
// trusted certificate in the job, nor in a mail that two readers could see as two. AC-226, AC-230, AC-232.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sanitizer/mail/job.hpp"
#include "sanitizer/sandboxed/part_handler.hpp"
#include "sanitizer/sandboxed/structure/mime_reader.hpp"

namespace mugaika::sandboxed {

class SignatureReader {
public:
    explicit SignatureReader(const Job& job) : job_(job) {}  // which outlives it

    // Of a mail that is signed data as a whole; `path` as in SignatureFact. None for other mails.
    std::vector<SignatureFact> of_mail(const MailStructure&, const HeaderFacts&, const std::string& path);
    // Of the leaf that was made of this entity, where it is the signature in a multipart/signed.
    std::vector<SignatureFact> of_part(const MailStructure&, std::size_t entity, const HeaderFacts&, const Part&);

private:
    bool looks_at(const MailStructure&) const;
    std::vector<SignatureFact> counted(std::vector<SignatureFact>, const std::string& path);

    const Job& job_;
    std::size_t found_ = 0;
};

}  // namespace mugaika::sandboxed
