// Addresses in the log as pseudonyms: "p-5e0c…@example.com" in place of "taro@example.com". Who has the key finds an
// address that they know; nobody gets an address back from the log alone. The domain stays, for statistics by domain.
//
// A pseudonym is the beginning of HMAC-SHA-256 (RFC 2104) over the address in lower case: 80 bits in
// hexadecimal. Message-IDs, file names, and names of persons who give orders stay as they are.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "policy/result.hpp"

namespace mugaika {

class Pseudonyms {
public:
    // A file that others cannot read, with a line of 64 hexadecimal digits (`openssl rand -hex 32`).
    // Fault::configuration otherwise, with what was expected.
    static Result<std::shared_ptr<const Pseudonyms>> read(const std::string& path);

    // Nothing but a domain, or no address at all, comes back as it is.
    std::string of_address(std::string_view address) const;
    // With each address that stands somewhere in it.
    std::string in_text(std::string_view text) const;

private:
    explicit Pseudonyms(std::string key) : key_(std::move(key)) {}

    std::string key_;  // 32 bytes
};

}  // namespace mugaika
