#include "tests/support/made_locked_zip.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <zlib.h>

#include <algorithm>
#include <clocale>
#include <stdexcept>

namespace mugaika::test {
namespace {

void put(std::string& out, std::uint64_t number, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i) & 0xff);
}

const unsigned char* raw(const std::string& s) { return reinterpret_cast<const unsigned char*>(s.data()); }
unsigned char* raw(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }

std::string counted_through(const std::string& key, std::string bytes) {
    EVP_CIPHER* const cipher =
        EVP_CIPHER_fetch(nullptr, ("AES-" + std::to_string(key.size() * 8) + "-ECB").c_str(), "");
    EVP_CIPHER_CTX* const context = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex2(context, cipher, raw(key), nullptr, nullptr);
    for (std::size_t at = 0; at < bytes.size(); at += 16) {
        std::string block;
        put(block, at / 16 + 1, 8);
        block.resize(16);
        std::string stream(32, '\0');
        int size = 0;
        EVP_EncryptUpdate(context, raw(stream), &size, raw(block), 16);
        for (std::size_t i = at; i < std::min(at + 16, bytes.size()); ++i) {
            bytes[i] = static_cast<char>(bytes[i] ^ stream[i - at]);
        }
    }
    EVP_CIPHER_CTX_free(context);
    EVP_CIPHER_free(cipher);
    return bytes;
}

std::string encrypted(const std::string& bytes, const AesFields& fields) {
    const std::string salt = std::string("SaltSaltSaltSalt").substr(0, fields.key_bytes / 2);
    std::string made(2 * fields.key_bytes + 2, '\0');
    PKCS5_PBKDF2_HMAC_SHA1(fields.password.data(), static_cast<int>(fields.password.size()), raw(salt),
                           static_cast<int>(salt.size()), 1000, static_cast<int>(made.size()), raw(made));
    const std::string data = counted_through(made.substr(0, fields.key_bytes), bytes);
    const std::string key = made.substr(fields.key_bytes, fields.key_bytes);
    std::string code(20, '\0');
    unsigned int size = 0;
    HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), raw(data), data.size(), raw(code), &size);
    return salt + made.substr(2 * fields.key_bytes) + data + code.substr(0, 10);
}

}  // namespace

std::string locked_by_library(const char* encryption, const std::string& password,
                              const std::vector<MadeMember>& members) {
    std::setlocale(LC_CTYPE, "C.UTF-8");
    std::vector<char> room(1 << 20);
    std::size_t used = 0;
    ::archive* writer = archive_write_new();
    int worst = archive_write_set_format_zip(writer);
    worst = std::min(worst, archive_write_set_options(writer, ("zip:encryption=" + std::string(encryption)).c_str()));
    worst = std::min(worst, archive_write_set_passphrase(writer, password.c_str()));
    archive_write_set_bytes_in_last_block(writer, 1);
    worst = std::min(worst, archive_write_open_memory(writer, room.data(), room.size(), &used));
    if (worst != ARCHIVE_OK) throw std::runtime_error("libarchive has no such writer");
    for (const MadeMember& member : members) {
        archive_entry* entry = archive_entry_new();
        archive_entry_set_pathname_utf8(entry, member.name.c_str());
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, static_cast<la_int64_t>(member.bytes.size()));
        worst = std::min(worst, archive_write_header(writer, entry));
        archive_write_data(writer, member.bytes.data(), member.bytes.size());
        archive_entry_free(entry);
    }
    worst = std::min(worst, archive_write_close(writer));
    archive_write_free(writer);
    if (worst != ARCHIVE_OK) throw std::runtime_error("libarchive wrote no archive");
    return {room.data(), used};
}

std::optional<std::string> opened_by_library(std::string_view zip, const std::string& password) {
    ::archive* reader = archive_read_new();
    archive_read_support_format_zip(reader);
    archive_read_add_passphrase(reader, password.c_str());
    archive_entry* entry = nullptr;
    std::optional<std::string> bytes;
    if (archive_read_open_memory(reader, zip.data(), zip.size()) == ARCHIVE_OK &&
        archive_read_next_header(reader, &entry) == ARCHIVE_OK) {
        std::string room(1 << 16, '\0');
        const la_ssize_t got = archive_read_data(reader, room.data(), room.size());
        if (got >= 0) bytes = room.substr(0, static_cast<std::size_t>(got));
    }
    archive_read_free(reader);
    return bytes;
}

std::string noise(std::size_t bytes) {
    std::string out;
    for (std::uint32_t random = 1; out.size() < bytes;) {
        random = random * 1664525 + 1013904223;
        out += static_cast<char>(random >> 24);
    }
    return out;
}

std::string locked_by_aes(const MadeMember& member, const AesFields& fields) {
    const std::string data = encrypted(member.bytes, fields);
    const auto crc = static_cast<std::uint32_t>(crc32(0, raw(member.bytes), static_cast<uInt>(member.bytes.size())));
    std::string extra;
    put(extra, 0x9901, 2);
    put(extra, 7, 2);
    put(extra, fields.version, 2);
    extra += fields.vendor;
    put(extra, fields.key_bytes / 8 - 1, 1);
    put(extra, fields.method, 2);
    std::string facts;  // shared by both headers
    put(facts, 51, 2);
    put(facts, 1, 2);
    put(facts, 99, 2);
    put(facts, 0x5a21'8000, 4);
    put(facts, fields.crc.value_or(fields.version == 1 ? crc : 0), 4);
    put(facts, data.size(), 4);
    put(facts, member.bytes.size(), 4);
    put(facts, member.name.size(), 2);
    put(facts, extra.size(), 2);
    std::string zip("PK\x03\x04", 4);
    zip += facts + member.name + extra + data;
    const std::size_t directory = zip.size();
    zip += std::string("PK\x01\x02", 4);
    put(zip, 51, 2);
    zip += facts;
    zip.append(14, '\0');  // no comment, the first volume, no attributes, at the beginning
    zip += member.name + extra;
    const std::size_t end = zip.size();
    zip += std::string("PK\x05\x06\0\0\0\0\1\0\1\0", 12);
    put(zip, end - directory, 4);
    put(zip, directory, 4);
    put(zip, 0, 2);
    return zip;
}

}  // namespace mugaika::test
