// Signatures in CMS, as a mail brings them. Nobody is trusted, so none may ever be valid.
#include <cstdlib>
#include <string>
#include <string_view>

#include "sanitizer/mail/plain_text.hpp"
#include "sanitizer/sandboxed/signature/cms_signers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace mugaika;
    static const bool is_warm = sandboxed::warm_up_signatures();
    if (!is_warm) std::abort();
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto author = MailAddress::parse("a@example.jp");
    for (const bool is_detached : {true, false}) {
        const auto facts = sandboxed::check_signers({bytes, "letter\r\n", is_detached, &*author}, {}, 1800000000);
        if (facts.empty() || facts.size() > signatures_max) std::abort();
        for (const SignatureFact& fact : facts) {
            if (fact.fault == SignatureFault::none) std::abort();
            for (const PlainLine* line : {&fact.signer, &fact.issuer}) {
                if (line->str().size() > signature_name_bytes_max) std::abort();
                if (!is_plain(line->str(), TextRule::line)) std::abort();
            }
        }
    }
    return 0;
}
