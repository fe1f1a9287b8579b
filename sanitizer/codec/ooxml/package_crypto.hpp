// What OpenSSL does for packages that are encrypted: digests, AES, HMAC. Algorithms are fetched once, before the
// process closes itself. A fault of the library's is an exception.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace mugaika::codec::ooxml {

enum class Digest : std::uint8_t { sha1, sha256, sha384, sha512 };

std::size_t digest_bytes(Digest) noexcept;
std::string digest_of(Digest, std::initializer_list<std::string_view> pieces);
std::string hmac_of(Digest, std::string_view key, std::string_view bytes);

// H(i, H(… H(0, H(salt, password)))) with i of 32 bits: what makes guessing slow.
std::string spun_digest(Digest, std::string_view salt, std::string_view password, std::uint32_t spins);

inline constexpr std::size_t aes_block_bytes = 16;

// In place, whole blocks, no padding; the key has 16, 24 or 32 bytes. By CBC with an IV of one block, by ECB when it is
// empty.
void decrypt(std::string_view key, std::string_view iv, char* bytes, std::size_t size);

void load_algorithms();

}  // namespace mugaika::codec::ooxml
