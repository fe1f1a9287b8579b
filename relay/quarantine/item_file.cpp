#include "relay/quarantine/item_file.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "policy/c_handle.hpp"
#include "policy/shown_text.hpp"
#include "sanitizer/mail/write_fully.hpp"

namespace mugaika {
namespace {

constexpr std::string_view magic = "mugaikaQ";
constexpr std::uint32_t version = 1;
constexpr std::size_t chunk_bytes = 1u << 20;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t salt_bytes = 32;
constexpr std::size_t header_bytes = 8 + 4 + 8 + salt_bytes + 8 + 8;

using CipherContext = CHandle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using ItemKey = std::array<unsigned char, 32>;

void put_number(std::string& out, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
}

std::uint64_t get_number(std::string_view bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
}

ItemKey derive_key(const QuarantineKey& key, std::string_view salt) {
    ItemKey derived{};
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.bytes.data(), static_cast<int>(key.bytes.size()),
         reinterpret_cast<const unsigned char*>(salt.data()), salt.size(), derived.data(), &size);
    return derived;
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::array<unsigned char, 12> nonce_of(std::uint64_t chunk) {
    std::array<unsigned char, 12> nonce{};
    for (std::size_t i = 0; i < 8; ++i) nonce[i] = static_cast<unsigned char>(chunk >> (8 * i) & 0xff);
    return nonce;
}

// One direction of AES-256-GCM over the chunks of one item.
class ChunkCipher {
public:
    enum class Direction { seal, open };

    ChunkCipher(const ItemKey& key, std::string header, Direction direction)
        : context_(EVP_CIPHER_CTX_new()), key_(key), header_(std::move(header)), direction_(direction) {}

    // In: plaintext. Out: ciphertext and tag.
    bool seal(std::string_view plain, std::string& out) {
        out.resize(plain.size() + tag_bytes);
        auto* target = reinterpret_cast<unsigned char*>(out.data());
        int written = 0;
        int rest = 0;
        return start() &&
               EVP_CipherUpdate(context_.get(), target, &written, bytes_of(plain), static_cast<int>(plain.size())) ==
                   1 &&
               EVP_CipherFinal_ex(context_.get(), target + written, &rest) == 1 &&
               EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, target + plain.size()) == 1;
    }

    // In: ciphertext and tag. False when anything was altered; `out` is then empty.
    bool open(std::string_view sealed, std::string& out) {
        const std::string_view text = sealed.substr(0, sealed.size() - tag_bytes);
        std::array<unsigned char, tag_bytes> tag{};
        std::memcpy(tag.data(), sealed.data() + text.size(), tag_bytes);
        out.resize(text.size());
        auto* target = reinterpret_cast<unsigned char*>(out.data());
        int written = 0;
        int rest = 0;
        const bool good =
            start() &&
            EVP_CipherUpdate(context_.get(), target, &written, bytes_of(text), static_cast<int>(text.size())) == 1 &&
            EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1 &&
            EVP_CipherFinal_ex(context_.get(), target + written, &rest) == 1;
        if (!good) out.clear();
        return good;
    }

private:
    bool start() {
        const auto nonce = nonce_of(chunk_++);
        int ignored = 0;
        return EVP_CipherInit_ex(context_.get(), EVP_aes_256_gcm(), nullptr, key_.data(), nonce.data(),
                                 direction_ == Direction::seal ? 1 : 0) == 1 &&
               EVP_CipherUpdate(context_.get(), nullptr, &ignored, bytes_of(header_),
                                static_cast<int>(header_.size())) == 1;
    }

    CipherContext context_;
    ItemKey key_;
    std::string header_;
    Direction direction_;
    std::uint64_t chunk_ = 0;
};

// An item as people know it: by its id, not by where it lies.
std::string name_of(const std::string& path) {
    const std::size_t begin = path.rfind('/') + 1;
    return "kept mail " + path.substr(begin, path.find('.', begin) - begin);
}

Result<std::string> read_exactly(int fd, std::size_t size, const std::string& name) {
    std::string bytes(size, '\0');
    std::size_t have = 0;
    while (have < size) {
        const ssize_t n = ::read(fd, bytes.data() + have, size - have);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return error_from_errno(name + " cannot be read", errno);
        if (n == 0) return Error(Fault::protocol, name + " ends early");
        have += static_cast<std::size_t>(n);
    }
    return bytes;
}

Error altered(const std::string& name, std::string_view what) {
    return {Fault::protocol, name + " " + std::string(what)};
}

struct Header {
    std::string text;
    std::string key_id;
    std::string salt;
    std::uint64_t meta_bytes = 0;
    std::uint64_t original_bytes = 0;
};

// How long a file with this header is. The lengths are not yet authenticated and may be anything.
std::uint64_t whole_bytes(std::uint64_t meta_bytes, std::uint64_t original_bytes) {
    const std::uint64_t chunks = original_bytes / chunk_bytes + (original_bytes % chunk_bytes == 0 ? 0 : 1);
    return header_bytes + meta_bytes + tag_bytes + original_bytes + chunks * tag_bytes;
}

// Looks at the length of the file too, so that a cut item is noticed by who reads no more than its meta text.
Result<Header> read_header(int fd, const std::string& name) {
    auto text = read_exactly(fd, header_bytes, name);
    if (!text) return text.error();
    const std::string_view view = *text;
    if (view.substr(0, 8) != magic) return altered(name, "is no quarantine item");
    if (get_number(view.substr(8, 4)) != version) return altered(name, "was written by another version");
    Header header;
    header.key_id = std::string(view.substr(12, 8));
    header.salt = std::string(view.substr(20, salt_bytes));
    header.meta_bytes = get_number(view.substr(20 + salt_bytes, 8));
    header.original_bytes = get_number(view.substr(28 + salt_bytes, 8));
    if (header.meta_bytes > item_meta_bytes_max) return altered(name, "has an impossible length");
    struct stat facts {};
    if (fstat(fd, &facts) != 0) return error_from_errno(name + " cannot be read", errno);
    if (static_cast<std::uint64_t>(facts.st_size) != whole_bytes(header.meta_bytes, header.original_bytes)) {
        return altered(name, "was cut or lengthened");
    }
    header.text = std::move(*text);
    return header;
}

}  // namespace

Result<void> write_item_file(int fd, const QuarantineKey& key, std::string_view meta, std::string_view original) {
    std::array<unsigned char, salt_bytes> salt{};
    if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1) return Error(Fault::internal, "no random bytes");
    const std::string_view salt_view(reinterpret_cast<const char*>(salt.data()), salt.size());
    std::string header(magic);
    put_number(header, version, 4);
    header += key.id;
    header += salt_view;
    put_number(header, meta.size(), 8);
    put_number(header, original.size(), 8);

    ChunkCipher cipher(derive_key(key, salt_view), header, ChunkCipher::Direction::seal);
    auto written = write_fully(fd, header, "writing a quarantine item");
    std::string sealed;
    const auto put = [&](std::string_view plain) {
        if (!written) return;
        if (!cipher.seal(plain, sealed)) {
            written = Error(Fault::internal, "AES-256-GCM failed");
            return;
        }
        written = write_fully(fd, sealed, "writing a quarantine item");
    };
    put(meta);
    while (written && !original.empty()) {
        put(original.substr(0, chunk_bytes));
        original.remove_prefix(std::min(original.size(), chunk_bytes));
    }
    return written;
}

Result<ItemReading> read_item_file(const std::string& path, const KeyFile& keys,
                                   const std::function<Result<void>(std::string_view)>& original) {
    const std::string name = name_of(path);
    const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open() && errno == ENOENT) return Error(Fault::not_found, "there is no " + name);
    if (!file.is_open()) return error_from_errno(name + " cannot be read", errno);
    auto header = read_header(file.get(), name);
    if (!header) return header.error();
    const QuarantineKey* key = keys.find(header->key_id);
    if (key == nullptr) {
        return Error(Fault::configuration,
                     name + ": its key " + shown_text(header->key_id) + " is not in the key file");
    }
    ChunkCipher cipher(derive_key(*key, header->salt), header->text, ChunkCipher::Direction::open);
    ItemReading reading;
    reading.key_id = key->id;
    reading.original_bytes = header->original_bytes;
    auto sealed = read_exactly(file.get(), header->meta_bytes + tag_bytes, name);
    if (!sealed) return sealed.error();
    if (!cipher.open(*sealed, reading.meta)) return altered(name, "was altered");
    if (!original) return reading;

    std::string chunk;
    for (std::uint64_t left = header->original_bytes; left > 0;) {
        const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(left, chunk_bytes));
        sealed = read_exactly(file.get(), size + tag_bytes, name);
        if (!sealed) return sealed.error();
        if (!cipher.open(*sealed, chunk)) return altered(name, "was altered");
        auto taken = original(chunk);
        if (!taken) return taken.error();
        left -= size;
    }
    return reading;
}

}  // namespace mugaika
