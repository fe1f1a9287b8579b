// Whose word about signers counts: the configuration's, given to the worker with each job.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mugaika {

struct SignatureTrust {
    std::vector<std::string> certificates;  // X.509 in DER; none: no signature is looked at
    bool any_purpose = false;               // a signer's certificate may have been issued for something else than mail
    // Lists of revoked certificates in DER (RFC 5280 5); of an issuer without one no certificate is known to be
    // revoked.
    std::vector<std::string> revocations = {};
};

inline constexpr std::size_t trusted_certificates_max = 100;
inline constexpr std::size_t trusted_certificate_bytes_max = 16u << 10;
inline constexpr std::size_t revocation_lists_max = 50;
inline constexpr std::size_t revocation_bytes_max = 512u << 10;  // of all together: they go with each job

}  // namespace mugaika
