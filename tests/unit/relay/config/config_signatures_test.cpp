#include <openssl/pem.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "config_reading.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/made_signatures.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

std::string table(const std::string& lines) { return "[relay.signatures]\n" + lines + "\n" + route_text; }

// As `mugaika check` reads it.
ConfigReading reading_of(const TestCertificates& certificates, const std::string& lines,
                         ConfigUse use = ConfigUse::tool) {
    const std::string file = certificates.folder() + "/m.toml";
    std::ofstream(file) << table(lines);
    return read_config_file(file, use);
}

std::string all_of(const std::vector<ConfigFault>& faults) {
    std::string text;
    for (const ConfigFault& fault : faults) text += fault.text() + "\n";
    return text;
}

bool says(const std::vector<ConfigFault>& faults, const std::string& words) {
    INFO(all_of(faults));
    return all_of(faults).find(words) != std::string::npos;
}

std::string as_pem(const std::string& der) {
    const CHandle<BIO, BIO_free> bio(BIO_new(BIO_s_mem()));
    need(bio && PEM_write_bio(bio.get(), PEM_STRING_X509_CRL, "", reinterpret_cast<const unsigned char*>(der.data()),
                              static_cast<long>(der.size())) > 0);
    char* bytes = nullptr;
    const long length = BIO_get_mem_data(bio.get(), &bytes);
    return {bytes, static_cast<std::size_t>(length)};
}

}  // namespace

TEST_CASE("trusted certificates are read from their files, each once") {
    TestCertificates one, other;
    const std::string both = one.file_with("");
    std::ofstream(both) << std::ifstream(one.ca_file()).rdbuf() << std::ifstream(other.ca_file()).rdbuf();
    const ConfigReading reading =
        reading_of(one, "trust = [\"" + one.ca_file() + "\", \"" + both + "\"]\npurpose = \"any\"");
    CHECK(all_of(reading.faults).empty());
    CHECK(all_of(reading.warnings).empty());
    REQUIRE(reading.config.signature_trust);
    CHECK(reading.config.signature_trust->certificates.size() == 2);
    CHECK(reading.config.signature_trust->any_purpose);
    const ConfigReading alone = reading_of(one, "trust = \"" + one.ca_file() + "\"");
    REQUIRE(alone.config.signature_trust);
    CHECK(alone.config.signature_trust->certificates.size() == 1);
    CHECK_FALSE(alone.config.signature_trust->any_purpose);
    CHECK_FALSE(config_in(route_text).signature_trust);
}

TEST_CASE("what is wrong about [relay.signatures] is said with its place and what was expected") {
    TestCertificates certificates;
    const auto fault = [](const std::string& lines) {
        const auto faults = faults_in(table(lines));
        REQUIRE(faults.size() == 1);
        return faults.front();
    };
    CHECK(fault("").find("m.toml:1:1: [relay.signatures] trust: nobody is trusted, expected") == 0);
    CHECK(fault("trust = []").find("nobody is trusted") != std::string::npos);
    CHECK(fault("trust = [\"/a.pem\", \"b.pem\"]").find("m.toml:2:20: ") == 0);
    CHECK(fault("trust = \"/a.pem\"\npurpose = \"web\"").find("m.toml:3:11: ") == 0);
    CHECK(fault("trust = \"/a.pem\"\ntrusted = \"x\"").find("trusted") != std::string::npos);
    const auto in_files = [&](const std::string& file) {
        return reading_of(certificates, "trust = [\"" + certificates.ca_file() + "\",\n\"" + file + "\"]").faults;
    };
    CHECK(says(in_files("/nowhere.pem"), ":3:1: [relay.signatures] trust: "));
    CHECK(says(in_files("/nowhere.pem"), "/nowhere.pem"));
    CHECK(says(in_files(certificates.file_with("no certificate")), "holds no certificate, expected PEM"));
    const std::string open_file = certificates.file_with("");
    std::ofstream(open_file) << std::ifstream(certificates.ca_file()).rdbuf();
    std::filesystem::permissions(open_file, std::filesystem::perms::all);
    CHECK(says(in_files(open_file), "everybody can change it"));
}

TEST_CASE("lists of revoked certificates are read from their files, in PEM and in DER") {
    TestCertificates certificates;
    const MadeCertificate root(authority_order());
    const std::string der = made_list(root, {});
    const std::string trust = "trust = \"" + certificates.ca_file() + "\"\n";
    const auto with = [&](const std::string& text) {
        return reading_of(certificates, trust + "crls = [\"" + certificates.file_with(text) + "\"]");
    };
    const ConfigReading reading = with(der);
    CHECK(all_of(reading.faults).empty());
    CHECK(all_of(reading.warnings).empty());
    REQUIRE(reading.config.signature_trust);
    CHECK(reading.config.signature_trust->revocations == std::vector{der});
    const ConfigReading pem = with(as_pem(der) + as_pem(made_list(root, {{&root}})));
    CHECK(all_of(pem.faults).empty());
    CHECK(pem.config.signature_trust->revocations.size() == 2);
    CHECK(pem.config.signature_trust->revocations.at(0) == der);
    const ConfigReading old = with(made_list(root, {{}, made_from, made_from, made_from + 1000}));
    CHECK(all_of(old.faults).empty());
    CHECK(says(old.warnings, "crls: "));
    CHECK(says(old.warnings, "should have been renewed by 2026-01-01"));
    CHECK(old.config.signature_trust->revocations.size() == 1);
    CHECK(says(with("nothing").faults, "holds no list of revoked certificates, expected PEM"));
    CHECK(says(reading_of(certificates, trust + "crls = \"/nowhere.crl\"").faults, "/nowhere.crl"));
    CHECK(says(reading_of(certificates, trust + "crls = \"here.crl\"").faults,
               "expected the absolute path of a file with lists"));
    std::string many;
    for (std::size_t i = 0; i <= revocation_lists_max; ++i) many += as_pem(der);
    CHECK(says(with(many).faults, "there are more than 50 lists"));
}

TEST_CASE("a trusted certificate that has expired is warned of by its name") {
    TestCertificates certificates;
    CertificateOrder order;
    order.until = std::chrono::hours(-1);
    order.from = std::chrono::hours(-48);
    const std::string expired = certificates.issue(order).certificate;
    const ConfigReading reading = reading_of(certificates, "trust = \"" + expired + "\"");
    CHECK(reading.faults.empty());
    CHECK(says(reading.warnings, ": the certificate \"CN=mugaika test "));
    CHECK(says(reading.warnings, "expired on"));
}

TEST_CASE("a bundle of all public authorities is no list of trusted ones") {
    TestCertificates certificates;
    const std::string bundle = certificates.file_with("");
    std::ofstream out(bundle);
    for (std::size_t i = 0; i <= trusted_certificates_max; ++i) {
        out << std::ifstream(certificates.issue().certificate).rdbuf();
    }
    out.close();
    CHECK(says(reading_of(certificates, "trust = \"" + bundle + "\"").faults, "more than 100 certificates"));
}
