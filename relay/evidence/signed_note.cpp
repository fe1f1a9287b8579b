#include "relay/evidence/signed_note.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "policy/shown_text.hpp"
#include "relay/evidence/base64.hpp"

namespace mugaika {
namespace {

constexpr unsigned char ed25519 = 1;  // the kind of key, in front of its bytes
constexpr std::size_t key_bytes = 32, signature_bytes = 64, id_bytes = 4;
constexpr std::string_view private_prefix = "PRIVATE+KEY+";
constexpr std::string_view signature_prefix = "\xe2\x80\x94 ";  // an em dash

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Digest = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

std::span<const unsigned char> bytes_of(std::string_view text) {
    return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

Error no_key(std::string_view untrusted) {
    return {Fault::bad_input, "\"" + shown_text(untrusted, 40) + "\" is no key; expected NAME+KEYID+BASE64"};
}

std::string with_kind(const std::array<unsigned char, key_bytes>& key) {
    return std::string(1, static_cast<char>(ed25519)).append(key.begin(), key.end());
}

std::string key_id(const std::string& name, const std::array<unsigned char, key_bytes>& key) {
    const std::string text = name + "\n" + with_kind(key);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
    SHA256(bytes_of(text).data(), text.size(), hash.data());
    return {hash.begin(), hash.begin() + id_bytes};
}

std::string hex(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        std::array<char, 3> two{};
        std::snprintf(two.data(), two.size(), "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
        text += two.data();
    }
    return text;
}

bool is_name(std::string_view name) {
    return !name.empty() &&
           std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '+'; });
}

struct KeyText {
    std::string name;
    std::string id;  // as it stands there
    std::array<unsigned char, key_bytes> key{};
};

Result<KeyText> read_key(std::string_view untrusted) {
    const std::size_t first = untrusted.find('+');
    const std::size_t second = first == untrusted.npos ? first : untrusted.find('+', first + 1);
    if (second == untrusted.npos) return no_key(untrusted);
    KeyText text;
    text.name = untrusted.substr(0, first);
    text.id = untrusted.substr(first + 1, second - first - 1);
    const auto bytes = base64::decode(untrusted.substr(second + 1));
    if (!is_name(text.name) || !bytes || bytes->size() != 1 + key_bytes || bytes->front() != ed25519) {
        return no_key(untrusted);
    }
    std::copy(bytes->begin() + 1, bytes->end(), text.key.begin());
    return text;
}

}  // namespace

std::vector<std::string> lines_of(std::string_view note) {
    std::vector<std::string> lines;
    for (std::size_t end = note.find('\n'); end != note.npos; end = note.find('\n')) {
        lines.emplace_back(note.substr(0, end));
        note.remove_prefix(end + 1);
    }
    return lines;
}

std::string note_of(const std::vector<std::string>& lines) {
    std::string note;
    for (const std::string& line : lines) note += line + "\n";
    return note;
}

Result<NoteVerifier> NoteVerifier::parse(std::string_view untrusted_key) {
    auto text = read_key(untrusted_key);
    if (!text) return text.error();
    if (text->id != hex(key_id(text->name, text->key))) return no_key(untrusted_key);
    NoteVerifier verifier;
    verifier.name_ = std::move(text->name);
    verifier.key_ = text->key;
    return verifier;
}

std::string NoteVerifier::id() const { return hex(key_id(name_, key_)); }

std::string NoteVerifier::text() const { return name_ + "+" + id() + "+" + base64::encode(bytes_of(with_kind(key_))); }

Result<std::string> NoteVerifier::open(std::string_view untrusted_note) const {
    const auto wrong = [](const char* words) { return Error(Fault::protocol, words); };
    const std::size_t end = untrusted_note.rfind("\n\n");
    if (end == untrusted_note.npos) return wrong("it is no signed note: no empty line stands before the signatures");
    const std::string_view text = untrusted_note.substr(0, end + 1);
    const std::string begin = std::string(signature_prefix) + name_ + " ";
    const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key_.data(), key_.size()), &EVP_PKEY_free);
    for (std::string_view rest = untrusted_note.substr(end + 2); !rest.empty();) {
        const std::size_t line_end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, line_end);
        rest.remove_prefix(std::min(line_end + 1, rest.size()));
        if (!line.starts_with(begin)) continue;
        const auto bytes = base64::decode(line.substr(begin.size()));
        if (!bytes || bytes->size() != id_bytes + signature_bytes || !bytes->starts_with(key_id(name_, key_))) continue;
        const Digest digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
        const std::string signature = bytes->substr(id_bytes);
        const bool good = key && digest &&
                          EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
                          EVP_DigestVerify(digest.get(), bytes_of(signature).data(), signature.size(),
                                           bytes_of(text).data(), text.size()) == 1;
        if (good) return std::string(text);
        return wrong("its signature is not valid: the note was changed, or signed with another key");
    }
    return wrong("it has no signature by this key");
}

Result<NoteSigner> NoteSigner::make(std::string name) {
    if (!is_name(name)) return Error(Fault::bad_input, "a key's name is of printable ASCII without blanks and \"+\"");
    std::array<unsigned char, key_bytes> seed{};
    if (RAND_bytes(seed.data(), static_cast<int>(seed.size())) != 1) {
        return Error(Fault::unavailable, "OpenSSL gives no random bytes");
    }
    std::string text = std::string(private_prefix) + name + "+00000000+" + base64::encode(bytes_of(with_kind(seed)));
    auto signer = parse(text);
    return signer;
}

// The id of a private key is that of its public one, and is made anew.
Result<NoteSigner> NoteSigner::parse(std::string_view untrusted_key) {
    if (!untrusted_key.starts_with(private_prefix)) return no_key(untrusted_key.substr(0, 4));
    auto text = read_key(untrusted_key.substr(private_prefix.size()));
    if (!text) return Error(Fault::bad_input, "it is no private key; expected PRIVATE+KEY+NAME+KEYID+BASE64");
    NoteSigner signer;
    signer.seed_ = text->key;
    signer.verifier_.name_ = std::move(text->name);
    const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, signer.seed_.data(), signer.seed_.size()),
                  &EVP_PKEY_free);
    std::size_t size = key_bytes;
    if (!key || EVP_PKEY_get_raw_public_key(key.get(), signer.verifier_.key_.data(), &size) != 1) {
        return Error(Fault::unavailable, "OpenSSL makes no Ed25519 key");
    }
    return signer;
}

std::string NoteSigner::secret_text() const {
    const std::string id = hex(key_id(verifier_.name_, verifier_.key_));
    return std::string(private_prefix) + verifier_.name_ + "+" + id + "+" + base64::encode(bytes_of(with_kind(seed_)));
}

std::string NoteSigner::sign(std::string_view text) const {
    const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed_.data(), seed_.size()), &EVP_PKEY_free);
    const Digest digest(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    std::string signature(signature_bytes, '\0');
    std::size_t size = signature.size();
    if (!key || !digest || EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
        EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes_of(text).data(),
                       text.size()) != 1) {
        throw std::bad_alloc();  // nothing else can fail here
    }
    const std::string bytes = key_id(verifier_.name_, verifier_.key_) + signature;
    return std::string(text) + "\n" + std::string(signature_prefix) + verifier_.name_ + " " +
           base64::encode(bytes_of(bytes)) + "\n";
}

}  // namespace mugaika
