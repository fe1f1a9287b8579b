// The keys of the quarantine: a text file of lines "id hex", id eight lower case hexadecimal digits, hex 64 digits
// (AES-256). The first key encrypts new items, every key decrypts, so rotation is: put a new line on top, keep the old
// ones until their items are gone. Lines that start with '#' are comments.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"

namespace mugaika {

struct QuarantineKey {
    std::string id;  // 8 hexadecimal digits
    std::array<unsigned char, 32> bytes{};
};

class KeyFile {
public:
    // Fails with Fault::configuration for a malformed line (FILE:LINE), Fault::not_found when the file is missing.
    static Result<KeyFile> read(const std::string& path);
    // Makes the file with one random key, 0600, synced, if it is missing; then reads it.
    static Result<KeyFile> read_or_create(const std::string& path);

    const QuarantineKey& newest() const noexcept { return keys_.front(); }
    const QuarantineKey* find(std::string_view id) const noexcept;

private:
    std::vector<QuarantineKey> keys_;  // never empty
};

}  // namespace mugaika
