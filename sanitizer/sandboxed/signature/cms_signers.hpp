// Electronic signatures in CMS (RFC 5652, S/MIME) are verified with OpenSSL against certificates that the configuration
// trusts, at the time when the mail came. Nothing is fetched: lists of revoked certificates are those that the
// configuration has, never those in a mail, and there is no OCSP. Certificates of issuers come with the mail or stand
// in the configuration.
//
// A signer's certificate chains to a trusted one, which may be any that is configured, a root or not; it and its
// issuers are valid when the mail came and, by the signer's word, when it was signed; it was issued for mail (S/MIME:
// no extended usage, as certificates of LGPKI and JPKI have none, or emailProtection) unless
// SignatureTrust::any_purpose; SHA-1 and MD5, and keys below 112 bits of strength (RSA 2048), are weak.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/mail_address.hpp"
#include "sanitizer/mail/signature_fact.hpp"
#include "sanitizer/mail/signature_trust.hpp"

namespace mugaika::sandboxed {

struct SignedBytes {
    std::string_view untrusted_cms;
    std::string_view content;   // that is shown to the reader, which has to be what was signed
    bool is_detached = true;    // it stands beside the signature, and must not stand in it
    const MailAddress* author;  // of the mail; nullptr where it has none, or several
};

// One fact for each signer, at least one, at most signatures_max; their paths are left empty. Never throws on bad
// input.
std::vector<SignatureFact> check_signers(const SignedBytes&, const SignatureTrust&, std::uint64_t arrived_at);

// Uses once what OpenSSL and the C library set up at first use (algorithms, the time zone), before the sandbox closes.
// False when a signature that is good is not found to be.
bool warm_up_signatures();

}  // namespace mugaika::sandboxed
