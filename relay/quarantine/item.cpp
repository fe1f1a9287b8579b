#include "relay/quarantine/item.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "policy/ascii.hpp"

namespace mugaika {
namespace {

constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";  // Crockford: no i, l, o, u
constexpr std::size_t id_characters = 26;                                  // 130 bits
constexpr std::size_t early_id_characters = 16;  // of 0.1.0: 80 bits, which somebody can make twice

}  // namespace

std::string message_id_for(const std::string& original_sha256, const smtp::Envelope& envelope) {
    std::vector<std::string> recipients;
    for (const MailAddress& recipient : envelope.recipients) recipients.push_back(recipient.text());
    std::sort(recipients.begin(), recipients.end());
    std::string text = original_sha256 + "\n" + envelope.sender_text();
    for (const std::string& recipient : recipients) text += "\n" + recipient;

    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    std::string id;
    for (std::size_t bit = 0; id.size() < id_characters; bit += 5) {
        const unsigned pair = static_cast<unsigned>(digest.at(bit / 8) << 8 | digest.at(bit / 8 + 1));
        id.push_back(alphabet[pair >> (11 - bit % 8) & 31]);
    }
    return id;
}

bool is_message_id(std::string_view text) noexcept {
    const bool fits = text.size() == id_characters || text.size() == early_id_characters;
    return fits && text.find_first_not_of(alphabet) == std::string_view::npos;
}

}  // namespace mugaika
