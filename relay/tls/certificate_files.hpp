// Certificates and keys as administrators keep them: PEM files. Errors are Fault::configuration; their words name the
// file, what is wrong and what was expected. Reads from the disk and waits for it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "policy/tls_policy.hpp"
#include "relay/tls/handles.hpp"

namespace mugaika {

struct CertificateChain {
    X509Handle own;
    std::vector<X509Handle> issuers;
};

struct RevocationLists {
    std::vector<std::string> der;       // as the file has them: one or several in PEM, or one in DER
    std::vector<std::string> warnings;  // of those that should have been renewed by then
};

// Lists of revoked certificates (RFC 5280 5). Refuses a file that others can change, or that has none.
Result<RevocationLists> read_revocation_lists(const std::string& file, std::chrono::system_clock::time_point now);

// Both refuse what others can change, and a private key that others can read (policy/private_file.hpp).
Result<CertificateChain> read_certificate_chain(const std::string& file);
Result<KeyHandle> read_private_key(const std::string& file);

// Does the key belong to the certificate? `files` are for the words.
Result<void> check_key_fits(const CertificateChain&, const KeyHandle&, const TlsKeyPair& files);

// Words when the certificate cannot be believed at that time: it has expired, or is not valid yet. Mail still flows
// with it, since most senders do not look.
std::optional<std::string> validity_warning(const CertificateChain&, const std::string& file,
                                            std::chrono::system_clock::time_point now);

// The same of each certificate of the file, for those that are trusted; the words name the certificate.
std::vector<std::string> validity_warnings(const CertificateChain&, const std::string& file,
                                           std::chrono::system_clock::time_point now);

// A file of certificates to trust: at least one, and nothing that cannot be read.
Result<void> check_ca_file(const std::string& file);

}  // namespace mugaika
