#include "relay/quarantine/key_file.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <sstream>

#include "policy/ascii.hpp"
#include "policy/private_file.hpp"
#include "relay/quarantine/durable_file.hpp"

namespace mugaika {
namespace {

constexpr std::size_t key_file_bytes_max = 1u << 20;

std::string hex(const unsigned char* bytes, std::size_t size) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        text.push_back(digits[bytes[i] >> 4]);
        text.push_back(digits[bytes[i] & 15]);
    }
    return text;
}

// What is wrong with a line, "" for nothing.
std::string read_key(std::string_view id, std::string_view digits, QuarantineKey& key) {
    const auto is_hex = [](char c) { return ascii::hex_value(c) >= 0; };
    const auto is_lower_hex = [&](char c) { return is_hex(c) && !ascii::is_upper(c); };
    if (id.size() != 8 || !std::all_of(id.begin(), id.end(), is_lower_hex)) return "the id is not so";
    if (digits.size() != 64) return "the key has " + std::to_string(digits.size()) + " characters";
    if (!std::all_of(digits.begin(), digits.end(), is_hex)) return "the key holds something else";
    for (std::size_t i = 0; i < key.bytes.size(); ++i) {
        key.bytes[i] =
            static_cast<unsigned char>(ascii::hex_value(digits[2 * i]) * 16 + ascii::hex_value(digits[2 * i + 1]));
    }
    key.id = std::string(id);
    return "";
}

}  // namespace

Result<KeyFile> KeyFile::read(const std::string& path) {
    const auto is_private = check_private_file(path);
    if (!is_private) return is_private.error();
    auto text = read_small_file(path, key_file_bytes_max);
    if (!text) return text.error();
    KeyFile file;
    std::istringstream in(std::move(*text));
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        const std::string_view entry = ascii::trim(line);
        if (entry.empty() || entry.front() == '#') continue;
        const std::size_t blank = std::min(entry.find(' '), entry.size());
        QuarantineKey key;
        const std::string wrong = read_key(entry.substr(0, blank), ascii::trim(entry.substr(blank)), key);
        const std::string place = path + ":" + std::to_string(number) + ":1: ";
        if (!wrong.empty()) {
            return Error(Fault::configuration, place + "expected 8 lower case hexadecimal digits, a blank and 64 " +
                                                   "hexadecimal digits; " + wrong);
        }
        if (file.find(key.id) != nullptr) {
            return Error(Fault::configuration, place + "the key id " + key.id + " stands twice, expected it once");
        }
        file.keys_.push_back(std::move(key));
    }
    if (file.keys_.empty()) return Error(Fault::configuration, path + ": holds no key, expected a line \"id hex\"");
    return file;
}

Result<KeyFile> KeyFile::create(const std::string& path) {
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
