#include "relay/log/pseudonyms.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <fstream>
#include <optional>
#include <stdexcept>

#include "policy/ascii.hpp"
#include "policy/private_file.hpp"
#include "policy/shown_text.hpp"

namespace mugaika {
namespace {

constexpr std::size_t key_digits = 64;
constexpr std::size_t pseudonym_bytes = 10;
constexpr std::string_view digits = "0123456789abcdef";

bool is_letter_or_digit(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c < 0;  // UTF-8 too
}
// RFC 5321 4.1.2, atoms with dots.
bool is_of_local_part(char c) noexcept {
    return is_letter_or_digit(c) || std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
}
bool is_of_domain(char c) noexcept {
    return is_letter_or_digit(c) || std::string_view("-.[]:").find(c) != std::string_view::npos;
}

// Where the local part in front of the `at` begins, not before `begin`.
std::size_t local_part_begin(std::string_view text, std::size_t begin, std::size_t at) noexcept {
    if (at > begin + 1 && text[at - 1] == '"') {
        const std::size_t quote = text.rfind('"', at - 2);
        return quote != std::string_view::npos && quote >= begin ? quote : at;
    }
    std::size_t first = at;
    while (first > begin && is_of_local_part(text[first - 1])) --first;
    return first;
}

std::size_t domain_end(std::string_view text, std::size_t at) noexcept {
    std::size_t end = at + 1;
    while (end < text.size() && is_of_domain(text[end])) ++end;
    while (end > at + 1 && (text[end - 1] == '.' || text[end - 1] == ':')) --end;  // of the sentence
    return end;
}

std::optional<std::string> key_bytes(std::string_view hex) {
    if (hex.size() != key_digits) return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const std::size_t high = digits.find(hex[i]), low = digits.find(hex[i + 1]);
        if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
        bytes += static_cast<char>(high << 4 | low);
    }
    return bytes;
}

}  // namespace

Result<std::shared_ptr<const Pseudonyms>> Pseudonyms::read(const std::string& path) {
    const auto is_private = check_private_file(path);
    if (!is_private) return Error(Fault::configuration, is_private.error().words());
    std::ifstream in(path);
    std::string line;
    std::getline(in, line);
    auto key = key_bytes(ascii::to_lower(ascii::trim(line)));
    if (!key) {
        return Error(
            Fault::configuration,
            shown_text(path) + " holds no key; expected a line of 64 hexadecimal digits (openssl rand -hex 32)");
    }
    return std::shared_ptr<const Pseudonyms>(new Pseudonyms(std::move(*key)));
}

std::string Pseudonyms::of_address(std::string_view address) const {
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos || at == 0) return std::string(address);
    const std::string text = ascii::to_lower(address);
    std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
    unsigned int length = 0;
    const auto* made = HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
                            reinterpret_cast<const unsigned char*>(text.data()), text.size(), code.data(), &length);
    if (made == nullptr || length < pseudonym_bytes) throw std::runtime_error("HMAC-SHA-256 is not available");
    std::string pseudonym = "p-";
    for (std::size_t i = 0; i < pseudonym_bytes; ++i) {
        pseudonym += digits[code[i] >> 4];
        pseudonym += digits[code[i] & 15];
    }
    return pseudonym.append(address.substr(at));
}

std::string Pseudonyms::in_text(std::string_view text) const {
    std::string out;
    std::size_t done = 0;
    for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
        if (at < done) continue;
        const std::size_t begin = local_part_begin(text, done, at), end = domain_end(text, at);
        if (begin == at || end == at + 1) continue;
        out.append(text.substr(done, begin - done)).append(of_address(text.substr(begin, end - begin)));
        done = end;
    }
    return out.append(text.substr(done));
}

}  // namespace mugaika
