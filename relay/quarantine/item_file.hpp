// One quarantine item as one encrypted file.
//
//   "mugaikaQ" | u32 version 1 | key id (8) | salt (32) | u64 bytes of the meta text | u64 bytes of the original
//   meta text, then the original in chunks of 1 MiB; each: ciphertext, 16 bytes tag
//
// AES-256-GCM. Each item has a key of its own, HMAC-SHA-256(key, salt), and numbers its chunks as nonces, so no nonce
// is ever used twice. The header is authenticated with every chunk; lengths stand in it, so nothing can be cut off,
// moved or exchanged without being noticed. Integers are little-endian.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "relay/quarantine/key_file.hpp"
#include "sanitizer/mail/raw_mail.hpp"

namespace mugaika {

inline constexpr std::string_view item_file_suffix = ".item";
inline std::string item_file_name(std::string_view id) { return std::string(id) + std::string(item_file_suffix); }

inline constexpr std::size_t item_meta_bytes_max = 16u << 20;

// Writes header, meta and original to an open file, from offset 0; does not sync.
Result<void> write_item_file(int fd, const QuarantineKey&, std::string_view meta, std::string_view original);

struct ItemReading {
    std::string key_id;
    std::string meta;
    std::uint64_t original_bytes = 0;
};

// Authenticated; Fault::protocol when the file is cut, altered or of another version, Fault::configuration when its
// key is not in the key file, Fault::not_found when there is none. The words name the item by its file's name without
// the end, which is its id. `original` is called with each decrypted chunk in order, or not at all when empty.
Result<ItemReading> read_item_file(const std::string& path, const KeyFile&,
                                   const std::function<Result<void>(std::string_view)>& original);

}  // namespace mugaika
