#include "relay/config/config_signatures.hpp"

#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "policy/shown_text.hpp"
#include "relay/config/config.hpp"
#include "relay/tls/certificate_files.hpp"

namespace mugaika {
namespace {

constexpr std::string_view table_name = "[relay.signatures]";

enum class Purpose { mail, any };
constexpr std::array purposes{Purpose::mail, Purpose::any};
std::string_view to_string(Purpose purpose) noexcept { return purpose == Purpose::any ? "any" : "mail"; }

std::vector<const TomlValue*> items_of(const TomlValue& value) {
    std::vector<const TomlValue*> items;
    if (value.kind != TomlValue::Kind::list) return {&value};
    for (const TomlValue& item : value.items) items.push_back(&item);
    return items;
}

std::string to_der(X509* certificate) {
    unsigned char* bytes = nullptr;
    const int length = i2d_X509(certificate, &bytes);
    std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(std::max(length, 0)));
    OPENSSL_free(bytes);
    return der;
}

// Adds them to the trust; words when there is one too many, or too large a one.
std::optional<std::string> add_certificates(const CertificateChain& chain, SignatureTrust& trust) {
    std::vector<std::string> found{to_der(chain.own.get())};
    for (const X509Handle& issuer : chain.issuers) found.push_back(to_der(issuer.get()));
    for (std::string& der : found) {
        if (der.empty() || der.size() > trusted_certificate_bytes_max) return "holds a certificate that is too large";
        if (std::find(trust.certificates.begin(), trust.certificates.end(), der) != trust.certificates.end()) continue;
        trust.certificates.push_back(std::move(der));
    }
    if (trust.certificates.size() <= trusted_certificates_max) return std::nullopt;
    return "there are more than " + std::to_string(trusted_certificates_max) +
           " certificates in all files together; expected those of the authorities that issue certificates for mail, "
           "not a bundle of all public ones";
}

const TomlValue* value_in(const TomlValue& root, std::string_view key) {
    const TomlMember* relay = root.find("relay");
    const TomlMember* table = relay == nullptr ? nullptr : relay->value.find("signatures");
    const TomlMember* found = table == nullptr ? nullptr : table->value.find(key);
    return found == nullptr ? nullptr : &found->value;
}

void read_paths(TableReader& reader, const char* key, std::string_view expected, std::vector<std::string>& paths) {
    const TomlValue* const value = reader.any(key);
    if (value == nullptr) return;
    for (const TomlValue* item : items_of(*value)) {
        const bool is_path = item->kind == TomlValue::Kind::text && item->text.starts_with('/') &&
                             shown_text(item->text, item->text.size()) == item->text;
        if (!is_path) reader.fault(item->place, key, expected);
        paths.push_back(item->text);
    }
}

void load_lists(const Config& config, const TomlValue& root, SignatureTrust& trust, FileFaults& faults,
                FileFaults& warnings) {
    const TomlValue* const value = value_in(root, "crls");
    if (value == nullptr) return;
    const std::vector<const TomlValue*> items = items_of(*value);
    const std::string start = std::string(table_name) + " crls: ";
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < config.signatures.crls.size(); ++i) {
        const std::string& file = config.signatures.crls[i];
        if (!file.starts_with('/')) continue;  // a fault of its own
        auto lists = read_revocation_lists(file, std::chrono::system_clock::now());
        if (!lists) {
            faults.add(items.at(i)->place, start + lists.error().words());
            continue;
        }
        for (const std::string& words : lists->warnings) warnings.add(items.at(i)->place, start + words);
        for (std::string& der : lists->der) {
            bytes += der.size();
            trust.revocations.push_back(std::move(der));
        }
        if (trust.revocations.size() <= revocation_lists_max && bytes <= revocation_bytes_max) continue;
        faults.add(items.at(i)->place, start + file + ": there are more than " + std::to_string(revocation_lists_max) +
                                           " lists, or more than " + std::to_string(revocation_bytes_max >> 10) +
                                           " KB, in all files together; expected those of the authorities that issue "
                                           "certificates for mail");
        return;
    }
}

}  // namespace

void read_signatures(const TomlValue& table, FileFaults& faults, SignatureSettings& settings) {
    constexpr std::string_view expected =
        "expected the absolute path of a file with certificates (PEM), or a list of them";
    TableReader reader(table, std::string(table_name), faults);
    read_paths(reader, "trust", expected, settings.trust);
    read_paths(
        reader, "crls",
        "expected the absolute path of a file with lists of revoked certificates (PEM or DER), or a list of them",
        settings.crls);
    Purpose purpose = Purpose::mail;
    reader.one_of<Purpose>("purpose", purpose, purposes);
    settings.any_purpose = purpose == Purpose::any;
    reader.finish();
    if (settings.trust.empty()) {
        faults.add(table.place, std::string(table_name) + " trust: nobody is trusted, " + std::string(expected) +
                                    "; without this table no signature is looked at");
    }
}

void load_signature_files(Config& config, const TomlValue& root, FileFaults& faults, FileFaults& warnings) {
    const TomlValue* value = value_in(root, "trust");
    if (value == nullptr) return;
    const auto trust = std::make_shared<SignatureTrust>();
    trust->any_purpose = config.signatures.any_purpose;
    const std::vector<const TomlValue*> items = items_of(*value);
    const std::string start = std::string(table_name) + " trust: ";
    for (std::size_t i = 0; i < config.signatures.trust.size(); ++i) {
        const std::string& file = config.signatures.trust[i];
        if (!file.starts_with('/')) continue;  // a fault of its own
        const auto chain = read_certificate_chain(file);
        if (!chain) {
            faults.add(items.at(i)->place, start + chain.error().words());
            continue;
        }
        for (const std::string& words : validity_warnings(*chain, file, std::chrono::system_clock::now())) {
            warnings.add(items.at(i)->place, start + words);
        }
        if (const auto wrong = add_certificates(*chain, *trust)) {
            return faults.add(items.at(i)->place, start + file + ": " + *wrong);
        }
    }
    load_lists(config, root, *trust, faults, warnings);
    config.signature_trust = trust;
}

}  // namespace mugaika
