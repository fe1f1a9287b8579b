// What the configuration says of signed mail: [relay.signatures]. Whose certificates are trusted is read from files of
// the administrator, which nobody else can change; what mail brings is never read here.
#pragma once

#include <string>
#include <vector>

#include "policy/policy_file.hpp"
#include "sanitizer/mail/signature_trust.hpp"

namespace mugaika {

struct Config;

// What stands in the table; the files are read by load_signature_files().
struct SignatureSettings {
    std::vector<std::string> trust;  // PEM files
    std::vector<std::string> crls;   // PEM or DER files
    bool any_purpose = false;
};

// `trust` and `crls`: a path, or a list of them. `purpose`: "mail" or "any".
void read_signatures(const TomlValue& table, FileFaults&, SignatureSettings&);

// Fills Config::signature_trust. A file that cannot be read, holds no certificate, or can be changed by everybody is a
// fault; a certificate that has expired, or is not valid yet, and a list of
// revoked ones that should have been renewed, a warning.
void load_signature_files(Config&, const TomlValue& root, FileFaults& faults, FileFaults& warnings);

}  // namespace mugaika
