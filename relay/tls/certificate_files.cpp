#include "relay/tls/certificate_files.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <fstream>

#include "policy/private_file.hpp"
#include "policy/shown_text.hpp"

namespace mugaika {
namespace {

// A certificate is 1 to 4 KB; a bundle of all public roots is a quarter of a megabyte.
constexpr std::size_t chain_certificates_max = 1000;

Error wrong(const std::string& file, const std::string& words) { return {Fault::configuration, file + ": " + words}; }

Result<BioHandle> open_file(const std::string& file) {
    ERR_clear_error();
    errno = 0;
    BioHandle bio(BIO_new_file(file.c_str(), "r"));
    const int reason = errno;
    ERR_clear_error();
    if (bio) return bio;
    return Error(Fault::configuration, error_from_errno("reading " + file, reason).words());
}

// A key that asks for a passphrase: there is nobody to type it, and OpenSSL would ask the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

bool is_end_of_pem() {
    const unsigned long error = ERR_peek_last_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

// Certificates are for everybody to read, unless a key stands beside them in the file.
Result<void> check_certificate_mode(const std::string& file) {
    struct stat facts {};
    if (stat(file.c_str(), &facts) != 0) return error_from_errno("reading " + file, errno);
    if ((facts.st_mode & S_IWOTH) != 0) return wrong(file, "everybody can change it, expected mode 0644 (chmod o-w)");
    if ((facts.st_mode & S_IROTH) == 0) return {};
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.find("PRIVATE KEY-----") == std::string::npos) continue;
        return wrong(file, "holds a private key that others can read, expected mode 0600 (chmod 0600)");
    }
    return {};
}

std::string day_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable date";
    std::string text(sizeof "2026-01-01 00:00 UTC", '\0');
    text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &parts));
    return text;
}

// As one line that can be shown.
std::string words_of(const X509_NAME* name) {
    const BioHandle bio(BIO_new(BIO_s_mem()));
    constexpr unsigned long form = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
    if (!bio || X509_NAME_print_ex(bio.get(), name, 0, form) < 0) return "";
    char* bytes = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &bytes);
    return shown_text(std::string_view(bytes, static_cast<std::size_t>(std::max(length, 0L))), 200);
}

std::string subject_of(const X509& certificate) { return words_of(X509_get_subject_name(&certificate)); }

using ListHandle = CHandle<X509_CRL, X509_CRL_free>;

std::vector<ListHandle> lists_in(BIO* bio) {
    std::vector<ListHandle> found;
    for (ListHandle next(PEM_read_bio_X509_CRL(bio, nullptr, no_passphrase, nullptr)); next;
         next.reset(PEM_read_bio_X509_CRL(bio, nullptr, no_passphrase, nullptr))) {
        found.push_back(std::move(next));
    }
    ERR_clear_error();
    if (!found.empty() || BIO_reset(bio) != 0) return found;
    if (ListHandle alone(d2i_X509_CRL_bio(bio, nullptr)); alone) found.push_back(std::move(alone));
    ERR_clear_error();
    return found;
}

std::string to_der(const X509_CRL& list) {
    unsigned char* bytes = nullptr;
    const int length = i2d_X509_CRL(&list, &bytes);
    std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(std::max(length, 0)));
    OPENSSL_free(bytes);
    return der;
}

std::optional<std::string> validity_words(const X509& certificate, const std::string& start,
                                          std::chrono::system_clock::time_point now) {
    std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    const ASN1_TIME* from = X509_get0_notBefore(&certificate);
    const ASN1_TIME* until = X509_get0_notAfter(&certificate);
    if (X509_cmp_time(until, &seconds) <= 0) return start + " expired on " + day_of(until);
    if (X509_cmp_time(from, &seconds) > 0) return start + " is not valid before " + day_of(from);
    return std::nullopt;
}

}  // namespace

Result<CertificateChain> read_certificate_chain(const std::string& file) {
    auto bio = open_file(file);
    if (!bio) return bio.error();
    std::vector<X509Handle> found;
    while (found.size() < chain_certificates_max) {
        X509Handle next(PEM_read_bio_X509(bio->get(), nullptr, no_passphrase, nullptr));
        if (!next) break;
        found.push_back(std::move(next));
    }
    const bool at_end = is_end_of_pem();
    const std::string reason = take_openssl_words();
    if (found.empty() && at_end) return wrong(file, "holds no certificate, expected PEM (\"BEGIN CERTIFICATE\")");
    if (!at_end) return wrong(file, "holds a certificate that cannot be read (" + reason + "), expected PEM");
    const auto is_fit = check_certificate_mode(file);
    if (!is_fit) return is_fit.error();
    CertificateChain chain;
    chain.own = std::move(found.front());
    found.erase(found.begin());
    chain.issuers = std::move(found);
    return chain;
}

Result<RevocationLists> read_revocation_lists(const std::string& file, std::chrono::system_clock::time_point now) {
    auto bio = open_file(file);
    if (!bio) return bio.error();
    const std::vector<ListHandle> found = lists_in(bio->get());
    if (found.empty()) {
        return wrong(file, "holds no list of revoked certificates, expected PEM (\"BEGIN X509 CRL\") or DER");
    }
    const auto is_fit = check_certificate_mode(file);
    if (!is_fit) return is_fit.error();
    RevocationLists lists;
    std::time_t seconds = std::chrono::system_clock::to_time_t(now);
    for (const ListHandle& list : found) {
        lists.der.push_back(to_der(*list));
        const ASN1_TIME* until = X509_CRL_get0_nextUpdate(list.get());
        if (until == nullptr || X509_cmp_time(until, &seconds) > 0) continue;
        lists.warnings.push_back(file + ": the list of \"" + words_of(X509_CRL_get_issuer(list.get())) +
                                 "\" should have been renewed by " + day_of(until) +
                                 "; until it is, no signature by its certificates is confirmed");
    }
    return lists;
}

Result<KeyHandle> read_private_key(const std::string& file) {
    auto bio = open_file(file);
    if (!bio) return bio.error();
    KeyHandle key(PEM_read_bio_PrivateKey(bio->get(), nullptr, no_passphrase, nullptr));
    ERR_clear_error();
    if (!key) return wrong(file, "holds no private key, expected PEM (\"BEGIN PRIVATE KEY\") without a passphrase");
    const auto is_private = check_private_file(file);
    if (!is_private) return is_private.error();
    return key;
}

Result<void> check_key_fits(const CertificateChain& chain, const KeyHandle& key, const TlsKeyPair& files) {
    const bool fits = X509_check_private_key(chain.own.get(), key.get()) == 1;
    ERR_clear_error();
    if (fits) return {};
    return wrong(files.key,
                 "does not fit the first certificate of " + files.certificate + ", expected the key it was made with");
}

std::optional<std::string> validity_warning(const CertificateChain& chain, const std::string& file,
                                            std::chrono::system_clock::time_point now) {
    return validity_words(*chain.own, file + ": the certificate", now);
}

std::vector<std::string> validity_warnings(const CertificateChain& chain, const std::string& file,
                                           std::chrono::system_clock::time_point now) {
    std::vector<std::string> warnings;
    const auto look_at = [&](const X509& certificate) {
        const std::string start = file + ": the certificate \"" + subject_of(certificate) + '"';
        if (auto words = validity_words(certificate, start, now)) warnings.push_back(*std::move(words));
    };
    look_at(*chain.own);
    for (const X509Handle& issuer : chain.issuers) look_at(*issuer);
    return warnings;
}

Result<void> check_ca_file(const std::string& file) {
    auto chain = read_certificate_chain(file);
    if (!chain) return chain.error();
    return {};
}

}  // namespace mugaika
