#include "relay/evidence/base64.hpp"

#include <openssl/evp.h>

namespace mugaika::base64 {

std::string encode(std::span<const unsigned char> bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::optional<std::string> decode(std::string_view untrusted) {
    if (untrusted.empty() || untrusted.size() % 4 != 0 || untrusted.ends_with("===")) return std::nullopt;
    std::string bytes(untrusted.size() / 4 * 3, '\0');
    const int length =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(untrusted.data()), static_cast<int>(untrusted.size()));
    if (length < 0) return std::nullopt;
    for (std::string_view rest = untrusted; rest.ends_with('='); rest.remove_suffix(1)) bytes.pop_back();
    // EVP_DecodeBlock passes over blanks: one text for each value.
    const std::span<const unsigned char> read(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    return encode(read) == untrusted ? std::optional(bytes) : std::nullopt;
}

}  // namespace mugaika::base64
