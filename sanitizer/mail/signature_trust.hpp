// Whose word about signers counts: the configuration's, given to the worker with each job.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mugaika {

struct SignatureTrust {
    std::vector<std::string> certificates;  // X.509 in DER; none: no signature is looked at
    bool any_purpose = false;               // a signer's certificate may have been issued for something else than mail
};

inline constexpr std::size_t trusted_certificates_max = 100;
inline constexpr std::size_t trusted_certificate_bytes_max = 16u << 10;

}  // namespace mugaika
