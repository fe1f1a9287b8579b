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
    // Fails with Fault::configuration when it cannot be used: a malformed line (FILE:LINE), a key id that stands twice,
    // no key, or a file that others can read or that its group can write; Fault::not_found when it is missing.
    static Result<KeyFile> read(const std::string& path);
    // A new file with one random key, 0600, synced. For a store without items only: theirs would be lost to sight.
    static Result<KeyFile> create(const std::string& path);

    const QuarantineKey& newest() const noexcept { return keys_.front(); }
    const QuarantineKey* find(std::string_view id) const noexcept;

private:
    std::vector<QuarantineKey> keys_;  // never empty
};

}  // namespace mugaika
