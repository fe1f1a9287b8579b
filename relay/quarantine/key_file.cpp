#include "relay/quarantine/key_file.hpp"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "policy/ascii.hpp"
#include "relay/quarantine/durable_file.hpp"

namespace mugaika {
namespace {

std::string hex(const unsigned char* bytes, std::size_t size) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        text.push_back(digits[bytes[i] >> 4]);
        text.push_back(digits[bytes[i] & 15]);
    }
    return text;
}

bool read_key(std::string_view id, std::string_view digits, QuarantineKey& key) {
    if (id.size() != 8 || digits.size() != 64) return false;
    for (char c : id) {
        if (ascii::hex_value(c) < 0 || ascii::is_upper(c)) return false;
    }
    for (std::size_t i = 0; i < 32; ++i) {
        const int high = ascii::hex_value(digits[2 * i]);
        const int low = ascii::hex_value(digits[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        key.bytes[i] = static_cast<unsigned char>(high * 16 + low);
    }
    key.id = std::string(id);
    return true;
}

}  // namespace

Result<KeyFile> KeyFile::read(const std::string& path) {
    std::ifstream in(path);
    if (!in) return error_from_errno("quarantine key file " + path, errno);
    KeyFile file;
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        const std::string_view text = ascii::trim(line);
        if (text.empty() || text.front() == '#') continue;
        const std::size_t blank = text.find(' ');
        QuarantineKey key;
        const bool good =
            blank != std::string_view::npos && read_key(text.substr(0, blank), ascii::trim(text.substr(blank)), key);
        if (!good) {
            return Error(Fault::configuration,
                         path + ":" + std::to_string(number) +
                             ":1: expected 8 hexadecimal digits, a blank and 64 hexadecimal digits");
        }
        file.keys_.push_back(std::move(key));
    }
    if (file.keys_.empty()) return Error(Fault::configuration, path + ": holds no key");
    return file;
}

Result<KeyFile> KeyFile::read_or_create(const std::string& path) {
    if (access(path.c_str(), F_OK) == 0) return read(path);
    std::array<unsigned char, 36> random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
        return Error(Fault::internal, "no random bytes for a quarantine key");
    }
    const std::string line = hex(random.data(), 4) + " " + hex(random.data() + 4, 32) + "\n";
    auto written = write_file_durably(path, line, 0600);
    if (!written) return written.error();
    return read(path);
}

const QuarantineKey* KeyFile::find(std::string_view id) const noexcept {
    for (const QuarantineKey& key : keys_) {
        if (key.id == id) return &key;
    }
    return nullptr;
}

}  // namespace mugaika
