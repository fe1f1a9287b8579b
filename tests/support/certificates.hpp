// A certification authority of its own for a test: makes keys and certificates as files in a temporary folder, removed
// with the object. Nothing of it is worth anything outside.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "relay/tls/certificate_files.hpp"

namespace mugaika::test {

enum class KeyKind { ecdsa, rsa, short_rsa };

struct CertificateOrder {
    std::string names = "DNS:mx.example.lg.jp";  // subjectAltName as OpenSSL writes it, commas between
    KeyKind kind = KeyKind::ecdsa;
    std::chrono::hours from{-24};  // from now
    std::chrono::hours until{24};
    bool self_signed = false;
};

class TestCertificates {
public:
    TestCertificates() {
        if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("cannot make a folder");
        ca_key_ = new_key(KeyKind::ecdsa);
        CertificateOrder order;
        order.self_signed = true;
        ca_ = new_certificate(order, ca_key_.get(), "CA:TRUE");
        write_certificate(ca_file(), ca_.get());
    }
    ~TestCertificates() { std::filesystem::remove_all(folder_); }
    TestCertificates(const TestCertificates&) = delete;
    TestCertificates& operator=(const TestCertificates&) = delete;

    // The files of a new pair; each pair has its own.
    TlsKeyPair issue(const CertificateOrder& order = {}) {
        const std::string base = folder_ + "/" + std::to_string(++issued_);
        const TlsKeyPair files{base + ".pem", base + ".key"};
        const KeyHandle key = new_key(order.kind);
        write_certificate(files.certificate, new_certificate(order, key.get(), "CA:FALSE").get());
        write_key(files.key, key.get());
        return files;
    }

    // As issue(), written over the files of an earlier pair.
    void issue_again(const TlsKeyPair& files, const CertificateOrder& order = {}) {
        const TlsKeyPair made = issue(order);
        std::filesystem::rename(made.certificate, files.certificate);
        std::filesystem::rename(made.key, files.key);
    }

    std::string file_with(const std::string& text) {
        const std::string file = folder_ + "/" + std::to_string(++issued_) + ".txt";
        std::ofstream(file) << text;
        return file;
    }

    std::string ca_file() const { return folder_ + "/ca.pem"; }
    const std::string& folder() const { return folder_; }

private:
    static void need(bool done) {
        if (!done) throw std::runtime_error("OpenSSL: " + take_openssl_words());
    }

    static KeyHandle new_key(KeyKind kind) {
        KeyHandle key(kind == KeyKind::ecdsa ? EVP_EC_gen("P-256")
                      : kind == KeyKind::rsa ? EVP_RSA_gen(2048u)
                                             : EVP_RSA_gen(1024u));
        need(key != nullptr);
        return key;
    }

    X509Handle new_certificate(const CertificateOrder& order, EVP_PKEY* key, const std::string& constraints) {
        X509Handle made(X509_new());
        need(made && X509_set_version(made.get(), 2) == 1);
        need(ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial_) == 1);
        const auto seconds = [](std::chrono::hours hours) {
            return static_cast<long>(hours / std::chrono::seconds(1));
        };
        need(X509_gmtime_adj(X509_getm_notBefore(made.get()), seconds(order.from)) != nullptr);
        need(X509_gmtime_adj(X509_getm_notAfter(made.get()), seconds(order.until)) != nullptr);
        need(X509_set_pubkey(made.get(), key) == 1);
        const std::string subject = "mugaika test " + std::to_string(serial_);
        const auto* text = reinterpret_cast<const unsigned char*>(subject.c_str());
        X509_NAME* name = X509_get_subject_name(made.get());
        need(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1);
        X509_NAME* issuer = order.self_signed ? name : X509_get_subject_name(ca_.get());
        need(X509_set_issuer_name(made.get(), issuer) == 1);
        add_extension(made.get(), NID_basic_constraints, constraints);
        add_extension(made.get(), NID_subject_alt_name, order.names);
        need(X509_sign(made.get(), order.self_signed ? key : ca_key_.get(), EVP_sha256()) > 0);
        return made;
    }

    static void add_extension(X509* certificate, int kind, const std::string& value) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
        need(extension != nullptr);
        need(X509_add_ext(certificate, extension, -1) == 1);
        X509_EXTENSION_free(extension);
    }

    static void write_certificate(const std::string& file, X509* certificate) {
        const BioHandle bio(BIO_new_file(file.c_str(), "w"));
        need(bio && PEM_write_bio_X509(bio.get(), certificate) == 1);
    }

    static void write_key(const std::string& file, EVP_PKEY* key) {
        const BioHandle bio(BIO_new_file(file.c_str(), "w"));
        need(bio && PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
        need(::chmod(file.c_str(), 0600) == 0);
    }

    std::string folder_ = (std::filesystem::temp_directory_path() / "mugaika-tls-XXXXXX").string();
    long serial_ = 0;
    int issued_ = 0;
    KeyHandle ca_key_;
    X509Handle ca_;
};

}  // namespace mugaika::test
