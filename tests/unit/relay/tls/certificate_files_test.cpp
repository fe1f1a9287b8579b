#include "relay/tls/certificate_files.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "relay/tls/client_context.hpp"
#include "relay/tls/server_context.hpp"
#include "tests/support/certificates.hpp"

namespace mugaika::test {
namespace {

std::string words_of(const std::vector<TlsKeyPair>& pairs) {
    const auto loaded = TlsServerContext::load(pairs);
    if (loaded) return "";
    CHECK(loaded.error().fault() == Fault::configuration);
    return loaded.error().words();
}

CertificateOrder of_kind(KeyKind kind) {
    CertificateOrder order;
    order.kind = kind;
    return order;
}

}  // namespace

TEST_CASE("certificates and keys that cannot be used are named with what was expected") {
    TestCertificates made;
    const TlsKeyPair good = made.issue();
    const TlsKeyPair other = made.issue();
    const std::string text = made.file_with("hello\n");
    const std::string torn = made.file_with("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    const std::string missing = made.folder() + "/missing";
    CHECK(words_of({good}).empty());
    CHECK_THAT(words_of({{missing, good.key}}), Catch::Contains(missing) && Catch::Contains("No such file"));
    CHECK_THAT(words_of({{good.certificate, missing}}), Catch::Contains(missing) && Catch::Contains("No such file"));
    CHECK(words_of({{text, good.key}}) == text + ": holds no certificate, expected PEM (\"BEGIN CERTIFICATE\")");
    CHECK_THAT(words_of({{torn, good.key}}), Catch::StartsWith(torn + ": holds a certificate that cannot be read"));
    CHECK(words_of({{good.certificate, text}}) ==
          text + ": holds no private key, expected PEM (\"BEGIN PRIVATE KEY\") without a passphrase");
    CHECK(words_of({{good.certificate, other.key}}) == other.key + ": does not fit the first certificate of " +
                                                           good.certificate + ", expected the key it was made with");
    CHECK_THAT(words_of({{made.folder(), good.key}}), Catch::StartsWith(made.folder() + ": "));
}

TEST_CASE("a key that others can read, and a certificate that others can change, are faults with the mode expected") {
    TestCertificates made;
    const TlsKeyPair pair = made.issue();
    const auto with_modes = [&](mode_t certificate, mode_t key) {
        REQUIRE(chmod(pair.certificate.c_str(), certificate) == 0);
        REQUIRE(chmod(pair.key.c_str(), key) == 0);
        return words_of({pair});
    };
    for (const mode_t mode : {0600u, 0400u, 0640u, 0440u}) {
        CAPTURE(mode);
        CHECK(with_modes(0644, mode).empty());
    }
    for (const mode_t mode : {0644u, 0604u, 0602u, 0660u, 0666u}) {
        CAPTURE(mode);
        CHECK_THAT(with_modes(0644, mode),
                   Catch::StartsWith(pair.key + ": its mode is") && Catch::Contains("expected 0600"));
    }
    CHECK_THAT(with_modes(0646, 0600), Catch::StartsWith(pair.certificate + ": everybody can change it"));
    CHECK(with_modes(0600, 0600).empty());
    // A key beside the certificate makes that a key file too.
    std::ofstream(pair.certificate, std::ios::app) << std::ifstream(pair.key).rdbuf();
    CHECK_THAT(with_modes(0644, 0600),
               Catch::StartsWith(pair.certificate + ": holds a private key that others can read"));
    CHECK(with_modes(0640, 0600).empty());
}

TEST_CASE("a certificate and a key of one kind each, and no weak key") {
    TestCertificates made;
    const TlsKeyPair ecdsa = made.issue();
    const TlsKeyPair rsa = made.issue(of_kind(KeyKind::rsa));
    const TlsKeyPair weak = made.issue(of_kind(KeyKind::short_rsa));
    CHECK(words_of({ecdsa, rsa}).empty());
    CHECK(words_of({rsa}).empty());
    const TlsKeyPair second = made.issue();
    CHECK_THAT(words_of({ecdsa, rsa, second}), Catch::StartsWith(second.certificate + ": a second certificate"));
    CHECK_THAT(words_of({weak}), Catch::Contains(weak.certificate) && Catch::Contains("2048 bits or more"));
}

TEST_CASE("a key with a passphrase is refused without asking the terminal") {
    TestCertificates made;
    const TlsKeyPair pair = made.issue();
    const auto key = read_private_key(pair.key).value();
    const BioHandle bio(BIO_new_file(pair.key.c_str(), "w"));
    const std::string secret = "secret";
    REQUIRE(PEM_write_bio_PrivateKey(bio.get(), key.get(), EVP_aes_256_cbc(), nullptr, 0, nullptr,
                                     const_cast<char*>(secret.c_str())) == 1);
    REQUIRE(BIO_flush(bio.get()) == 1);
    CHECK_THAT(words_of({pair}), Catch::Contains("without a passphrase"));
}

TEST_CASE("an expired certificate, and one of tomorrow, can be used and are warned of") {
    TestCertificates made;
    const auto now = std::chrono::system_clock::now();
    const auto warning = [&](const CertificateOrder& order) {
        const TlsKeyPair pair = made.issue(order);
        CHECK(words_of({pair}).empty());
        const auto chain = read_certificate_chain(pair.certificate);
        return validity_warning(*chain, "c.pem", now).value_or("");
    };
    CertificateOrder expired;
    expired.until = std::chrono::hours(-1);
    CertificateOrder early;
    early.from = std::chrono::hours(1);
    CHECK(warning({}).empty());
    CHECK_THAT(warning(expired), Catch::StartsWith("c.pem: the certificate expired on 20"));
    CHECK_THAT(warning(early), Catch::StartsWith("c.pem: the certificate is not valid before 20"));
}

TEST_CASE("the whole chain of a file is sent") {
    TestCertificates made;
    const TlsKeyPair pair = made.issue();
    std::ofstream(pair.certificate, std::ios::app) << std::ifstream(made.ca_file()).rdbuf();
    const auto chain = read_certificate_chain(pair.certificate);
    REQUIRE(chain.has_value());
    CHECK(chain->issuers.size() == 1);
    CHECK(words_of({pair}).empty());
}

TEST_CASE("without certificates nothing is offered, and a reload begins and ends it") {
    TestCertificates made;
    const auto tls = TlsServerContext::load({}).value();
    CHECK_FALSE(tls->is_offered());
    const TlsKeyPair pair = made.issue();
    tls->take_over(TlsServerContext::load({pair}).value());
    CHECK(tls->is_offered());
    CHECK_FALSE(TlsServerContext::load({{made.ca_file(), pair.key}}).has_value());
    CHECK(tls->is_offered());
    tls->take_over(TlsServerContext::load({}).value());
    CHECK_FALSE(tls->is_offered());
    CHECK(tls->new_session() != nullptr);  // for whom it was offered before
}

TEST_CASE("a CA file that cannot be used is named") {
    TestCertificates made;
    const auto words = [](const std::string& file) {
        const auto loaded = TlsClientContext::load({TlsMode::verify, file, {}});
        return loaded ? "" : loaded.error().words();
    };
    CHECK(words(made.ca_file()).empty());
    CHECK(words("").empty());
    const std::string text = made.file_with("hello\n");
    CHECK_THAT(words(text), Catch::StartsWith(text + ": holds no certificate"));
    CHECK_THAT(words("/missing/ca.pem"), Catch::Contains("/missing/ca.pem"));
}

}  // namespace mugaika::test
