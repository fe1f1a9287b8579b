#include "tests/support/made_locked_package.hpp"

#include <iconv.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <stdexcept>

namespace mugaika::test {
namespace {

constexpr std::uint32_t last_of_chain = 0xfffffffe;
constexpr std::uint32_t no_sector = 0xffffffff;

void put(std::string& out, std::uint64_t number, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i) & 0xff);
}

std::string padded(std::string bytes, std::size_t unit, char filler = '\0') {
    bytes.resize((bytes.size() + unit - 1) / unit * unit, filler);
    return bytes;
}

std::string utf16(std::string utf8) {
    std::string out(2 * utf8.size(), '\0');
    char* from = utf8.data();
    char* to = out.data();
    std::size_t left = utf8.size(), room = out.size();
    const iconv_t handle = iconv_open("UTF-16LE", "UTF-8");
    const bool done = iconv(handle, &from, &left, &to, &room) != std::size_t(-1);
    iconv_close(handle);
    if (!done) throw std::runtime_error("no UTF-8");
    out.resize(out.size() - room);
    return out;
}

class CompoundWriter {
public:
    explicit CompoundWriter(std::size_t sector_bytes) : sector_bytes_(sector_bytes) {}

    void add(const MadePart& stream) { add(top_, stream.name, stream.bytes); }

    std::string write() {
        const std::uint32_t first = write_rows(top_);
        const std::uint32_t small = chain(small_);
        std::string small_table;
        for (const std::uint32_t next : small_table_) put(small_table, next, 4);
        const std::uint32_t small_table_at = chain(padded(small_table, sector_bytes_, '\xff'));
        std::string root = row(utf16("Root Entry"), 5, no_sector, small, small_.size());
        put_number(root, 72, no_sector);
        put_number(root, 76, first);
        std::string rows;
        for (const std::string& one : rows_) rows += one;
        const std::uint32_t directory = chain(root + rows);
        return with_table(directory, small_table_at);
    }

private:
    struct Node {
        std::string name;
        std::string bytes;
        std::vector<Node> inside;
    };

    static void add(std::vector<Node>& nodes, std::string_view name, const std::string& bytes) {
        const std::size_t slash = name.find('/');
        if (slash == name.npos) {
            nodes.push_back({std::string(name), bytes, {}});
            return;
        }
        const std::string_view storage = name.substr(0, slash);
        const auto is_it = [&](const Node& node) { return node.name == storage && !node.inside.empty(); };
        auto found = std::find_if(nodes.begin(), nodes.end(), is_it);
        if (found == nodes.end()) found = nodes.insert(nodes.end(), {std::string(storage), {}, {}});
        add(found->inside, name.substr(slash + 1), bytes);
    }

    // The number of the first; each has the next one on its right, the last has none.
    std::uint32_t write_rows(const std::vector<Node>& nodes) {
        if (nodes.empty()) return no_sector;
        const std::size_t begin = rows_.size();
        rows_.resize(begin + nodes.size());
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            const Node& node = nodes[i];
            const bool is_small = node.bytes.size() < 4096;
            const std::uint32_t start = is_small ? add_small(node.bytes) : chain(node.bytes);
            const std::uint32_t inside = write_rows(node.inside);
            const auto number = static_cast<std::uint32_t>(begin + i + 1);
            std::string& one = rows_[begin + i];
            one = row(utf16(node.name), node.inside.empty() ? 2 : 1, number, start, node.bytes.size());
            if (i + 1 == nodes.size()) put_number(one, 72, no_sector);
            put_number(one, 76, inside);
        }
        return static_cast<std::uint32_t>(begin + 1);
    }

    std::string row(const std::string& name, int type, std::uint32_t number, std::uint32_t start, std::size_t bytes) {
        std::string out = name;
        out.resize(64);
        put(out, name.size() + 2, 2);
        put(out, static_cast<std::uint32_t>(type) | 0x100, 2);
        put(out, no_sector, 4);
        put(out, number + 1, 4);
        put(out, no_sector, 4);
        out.resize(116);
        put(out, start, 4);
        put(out, bytes, 8);
        return out;
    }

    std::uint32_t chain(const std::string& bytes) {
        if (bytes.empty()) return last_of_chain;
        const auto start = static_cast<std::uint32_t>(table_.size());
        body_ += padded(bytes, sector_bytes_);
        const std::size_t end = body_.size() / sector_bytes_;
        while (table_.size() + 1 < end) table_.push_back(static_cast<std::uint32_t>(table_.size() + 1));
        table_.push_back(last_of_chain);
        return start;
    }

    std::uint32_t add_small(const std::string& bytes) {
        if (bytes.empty()) return last_of_chain;
        const auto start = static_cast<std::uint32_t>(small_table_.size());
        small_ += padded(bytes, 64);
        while (small_table_.size() + 1 < small_.size() / 64) {
            small_table_.push_back(static_cast<std::uint32_t>(small_table_.size() + 1));
        }
        small_table_.push_back(last_of_chain);
        return start;
    }

    std::string with_table(std::uint32_t directory, std::uint32_t small_table_at) {
        const std::size_t per_sector = sector_bytes_ / 4;
        const std::size_t data = table_.size();
        std::size_t holds = 0;
        std::size_t more = 0;
        do {
            ++holds;
            more = holds > 109 ? (holds - 109 + per_sector - 2) / (per_sector - 1) : 0;
        } while (data + holds + more > holds * per_sector);
        table_.insert(table_.end(), holds, 0xfffffffd);
        table_.insert(table_.end(), more, 0xfffffffc);
        std::string table;
        for (const std::uint32_t next : table_) put(table, next, 4);
        body_ += padded(table, sector_bytes_, '\xff');
        std::string header("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
        header.resize(24);
        put(header, 0x3e, 2);
        put(header, sector_bytes_ == 512 ? 3 : 4, 2);
        put(header, 0xfffe, 2);
        put(header, sector_bytes_ == 512 ? 9 : 12, 2);
        put(header, 6, 2);
        header.resize(44);
        put(header, holds, 4);
        put(header, directory, 4);
        put(header, 0, 4);
        put(header, 4096, 4);
        put(header, small_table_at, 4);
        put(header, small_table_at == last_of_chain ? 0 : 1, 4);
        put(header, more > 0 ? data + holds : last_of_chain, 4);
        put(header, more, 4);
        std::string further;
        for (std::size_t i = 0; i < std::max<std::size_t>(holds, 109); ++i) {
            std::string& to = i < 109 ? header : further;
            put(to, i < holds ? data + i : no_sector, 4);
            const bool is_full = to.size() % sector_bytes_ == sector_bytes_ - 4;
            if (&to == &further && is_full) put(to, data + holds + further.size() / sector_bytes_ + 1, 4);
        }
        body_ += padded(further, sector_bytes_, '\xff');
        if (more > 0) put_number(body_, body_.size() - 4, last_of_chain);
        return padded(header, sector_bytes_) + body_;
    }

    std::size_t sector_bytes_;
    std::string body_;
    std::vector<std::uint32_t> table_;
    std::string small_;
    std::vector<std::uint32_t> small_table_;
    std::vector<Node> top_;
    std::vector<std::string> rows_;
};

std::string openssl_name(const std::string& digest) { return digest == "SHA1" ? "SHA1" : "SHA2-" + digest.substr(3); }

std::string hashed(const std::string& digest, const std::string& bytes) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    std::size_t size = 0;
    if (EVP_Q_digest(nullptr, openssl_name(digest).c_str(), nullptr, bytes.data(), bytes.size(),
                     reinterpret_cast<unsigned char*>(out.data()), &size) != 1) {
        throw std::runtime_error("no such digest");
    }
    out.resize(size);
    return out;
}

std::string fitted(std::string bytes, std::size_t size) {
    bytes.resize(size, '\x36');
    return bytes;
}

std::string spun(const std::string& digest, const std::string& salt, const std::string& password, std::uint32_t spins) {
    std::string hash = hashed(digest, salt + utf16(password));
    for (std::uint32_t i = 0; i < spins; ++i) {
        std::string number;
        put(number, i, 4);
        hash = hashed(digest, number + hash);
    }
    return hash;
}

// Whole blocks; ECB without an IV.
std::string encrypted(const std::string& key, const std::string& iv, const std::string& plain) {
    const std::string name = "AES-" + std::to_string(key.size() * 8) + (iv.empty() ? "-ECB" : "-CBC");
    EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, name.c_str(), nullptr);
    EVP_CIPHER_CTX* const context = EVP_CIPHER_CTX_new();
    const std::string bytes = padded(plain, 16);
    std::string out(bytes.size(), '\0');
    int size = 0;
    const auto raw = [](const std::string& s) { return reinterpret_cast<const unsigned char*>(s.data()); };
    const bool done = EVP_EncryptInit_ex2(context, cipher, raw(key), iv.empty() ? nullptr : raw(iv), nullptr) == 1 &&
                      EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
                      EVP_EncryptUpdate(context, reinterpret_cast<unsigned char*>(out.data()), &size, raw(bytes),
                                        static_cast<int>(bytes.size())) == 1;
    EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_free(cipher);
    if (!done) throw std::runtime_error("not encrypted");
    return out;
}

std::string base64(const std::string& bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                    static_cast<int>(bytes.size()));
    out.pop_back();
    return out;
}

std::string hmac(const std::string& digest, const std::string& key, const std::string& bytes) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    std::size_t size = 0;
    EVP_Q_mac(nullptr, "HMAC", nullptr, openssl_name(digest).c_str(), nullptr, key.data(), key.size(),
              reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
              reinterpret_cast<unsigned char*>(out.data()), out.size(), &size);
    out.resize(size);
    return out;
}

// Never the same twice in one file, always the same from one run to the next.
std::string bytes_like(char first, std::size_t size) {
    std::string out;
    while (out.size() < size) out += static_cast<char>(first + static_cast<char>(7 * out.size()));
    return out;
}

std::string with_size(std::string_view package, const std::string& encrypted_bytes) {
    std::string out;
    put(out, package.size(), 8);
    return out + encrypted_bytes;
}

std::string described(const Lock& lock, std::size_t digest_bytes, const std::string& salt) {
    return " saltSize=\"" + std::to_string(salt.size()) + "\" blockSize=\"16\" keyBits=\"" +
           std::to_string(lock.key_bytes * 8) + "\" hashSize=\"" + std::to_string(digest_bytes) +
           "\" cipherAlgorithm=\"AES\" cipherChaining=\"ChainingModeCBC\" hashAlgorithm=\"" + lock.digest +
           "\" saltValue=\"" + base64(salt) + "\"";
}

std::string agile_package(std::string_view package, const Lock& lock, const std::string& key, const std::string& salt) {
    std::string bytes;
    for (std::size_t at = 0; at < package.size(); at += 4096) {
        std::string number;
        put(number, at / 4096, 4);
        const std::string iv = fitted(hashed(lock.digest, salt + number), 16);
        bytes += encrypted(key, iv, std::string(package.substr(at, 4096)));
    }
    return with_size(package, bytes);
}

}  // namespace

std::uint32_t number_in(std::string_view bytes, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t i = 4; i > 0; --i) number = number << 8 | static_cast<std::uint8_t>(bytes.at(at + i - 1));
    return number;
}

void put_number(std::string& bytes, std::size_t at, std::uint32_t number) {
    for (std::size_t i = 0; i < 4; ++i) bytes.at(at + i) = static_cast<char>(number >> (8 * i) & 0xff);
}

std::string made_compound(const std::vector<MadePart>& streams, std::size_t sector_bytes) {
    CompoundWriter writer(sector_bytes);
    for (const MadePart& stream : streams) writer.add(stream);
    return writer.write();
}

std::string made_compound(const Locked& locked, std::size_t sector_bytes) {
    return made_compound({{"EncryptionInfo", locked.info}, {"EncryptedPackage", locked.package}}, sector_bytes);
}

std::size_t offset_of_sector(std::string_view compound, std::uint32_t number) {
    return (std::size_t{number} + 1) * (compound.at(30) == 12 ? 4096 : 512);
}

std::size_t offset_of_table_row(std::string_view compound, std::uint32_t number) {
    return offset_of_sector(compound, number_in(compound, 76)) + std::size_t{number} * 4;
}

std::size_t offset_of_directory_row(std::string_view compound, std::uint32_t number) {
    return offset_of_sector(compound, number_in(compound, 48)) + std::size_t{number} * 128;
}

Locked locked_agile(std::string_view package, const Lock& lock) {
    const std::string key = bytes_like('k', lock.key_bytes);
    const std::string salt = bytes_like('d', lock.salt_bytes);
    const std::string password_salt = bytes_like('p', lock.salt_bytes);
    const std::string hash = spun(lock.digest, password_salt, lock.password, lock.spins);
    const auto for_password = [&](const char* purpose, const std::string& plain) {
        const std::string by = fitted(hashed(lock.digest, hash + std::string(purpose, 8)), lock.key_bytes);
        return base64(encrypted(by, fitted(password_salt, 16), plain));
    };
    const auto for_package = [&](const char* purpose, const std::string& plain) {
        const std::string iv = fitted(hashed(lock.digest, salt + std::string(purpose, 8)), 16);
        return base64(encrypted(key, iv, plain));
    };
    Locked locked{{}, agile_package(package, lock, key, salt)};
    const std::string verifier = bytes_like('v', lock.salt_bytes);
    const std::string verifier_hash = hashed(lock.digest, verifier);
    std::string integrity;
    if (lock.has_digest) {
        const std::string hmac_key = bytes_like('h', verifier_hash.size());
        integrity = "<dataIntegrity encryptedHmacKey=\"" + for_package("\x5f\xb2\xad\x01\x0c\xb9\xe1\xf6", hmac_key) +
                    "\" encryptedHmacValue=\"" +
                    for_package("\xa0\x67\x7f\x02\xb2\x2c\x84\x33", hmac(lock.digest, hmac_key, locked.package)) +
                    "\"/>";
    }
    put(locked.info, 0x40004, 4);
    put(locked.info, 0x40, 4);
    locked.info +=
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<encryption "
        "xmlns=\"http://schemas.microsoft.com/office/2006/encryption\" "
        "xmlns:p=\"http://schemas.microsoft.com/office/2006/keyEncryptor/password\"><keyData" +
        described(lock, verifier_hash.size(), salt) + "/>" + integrity +
        "<keyEncryptors><keyEncryptor uri=\"http://schemas.microsoft.com/office/2006/keyEncryptor/password\">"
        "<p:encryptedKey spinCount=\"" +
        std::to_string(lock.spins) + "\"" + described(lock, verifier_hash.size(), password_salt) +
        " encryptedVerifierHashInput=\"" + for_password("\xfe\xa7\xd2\x76\x3b\x4b\x9e\x79", verifier) +
        "\" encryptedVerifierHashValue=\"" + for_password("\xd7\xaa\x0f\x6d\x30\x61\x34\x4e", verifier_hash) +
        "\" encryptedKeyValue=\"" + for_password("\x14\x6e\x0b\xe7\xab\xac\xd0\xd6", key) +
        "\"/></keyEncryptor></keyEncryptors></encryption>";
    return locked;
}

Locked locked_standard(std::string_view package, const Lock& lock) {
    const std::string salt = bytes_like('s', 16);
    const std::string last = hashed("SHA1", spun("SHA1", salt, lock.password, 50'000) + std::string(4, '\0'));
    const auto spread = [&](char filler) {
        std::string block(64, filler);
        for (std::size_t i = 0; i < last.size(); ++i) block[i] = static_cast<char>(block[i] ^ last[i]);
        return hashed("SHA1", block);
    };
    const std::string key = (spread('\x36') + spread('\x5c')).substr(0, lock.key_bytes);
    const std::string verifier = bytes_like('v', 16);
    std::string header;
    for (const std::uint64_t number :
         {std::uint64_t{0x24}, std::uint64_t{0}, 0x660e + lock.key_bytes / 8 - 2, std::uint64_t{0x8004},
          std::uint64_t{lock.key_bytes * 8}, std::uint64_t{0x18}, std::uint64_t{0}, std::uint64_t{0}}) {
        put(header, number, 4);
    }
    header += utf16("Microsoft Enhanced RSA and AES Cryptographic Provider") + std::string(2, '\0');
    Locked locked;
    put(locked.info, 0x20003, 4);
    put(locked.info, 0x24, 4);
    put(locked.info, header.size(), 4);
    locked.info += header;
    put(locked.info, salt.size(), 4);
    locked.info += salt + encrypted(key, {}, verifier);
    put(locked.info, 20, 4);
    locked.info += encrypted(key, {}, hashed("SHA1", verifier));
    locked.package = with_size(package, encrypted(key, {}, std::string(package)));
    return locked;
}

}  // namespace mugaika::test
