// Texts that are signed with Ed25519, and the keys, in the form that C2SP calls signed note: a text that ends in a line
// feed, an empty line, and a line for each signature, "— NAME BASE64". Keys are written as
//
//   public    NAME+KEYID+BASE64            KEYID: eight hexadecimal digits, a hash of name and key
//   private   PRIVATE+KEY+NAME+KEYID+BASE64
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"

namespace mugaika {

// As events have a note: line by line.
std::vector<std::string> lines_of(std::string_view note);
std::string note_of(const std::vector<std::string>& lines);

class NoteVerifier {
public:
    NoteVerifier() = default;  // opens nothing
    static Result<NoteVerifier> parse(std::string_view untrusted_key);
    const std::string& name() const noexcept { return name_; }
    std::string text() const;
    std::string id() const;  // eight hexadecimal digits

    // The text of a note that has a valid signature by this key; Fault::protocol with what is wrong otherwise. Other
    // keys' signatures are passed over.
    Result<std::string> open(std::string_view untrusted_note) const;

private:
    friend class NoteSigner;
    std::string name_;
    std::array<unsigned char, 32> key_{};
};

class NoteSigner {
public:
    // `name`: printable ASCII without blanks and "+".
    static Result<NoteSigner> make(std::string name);
    static Result<NoteSigner> parse(std::string_view untrusted_key);
    std::string secret_text() const;
    const NoteVerifier& verifier() const noexcept { return verifier_; }

    std::string sign(std::string_view text) const;  // ends in a line feed, holds no empty line; a whole note

private:
    std::array<unsigned char, 32> seed_{};
    NoteVerifier verifier_;
};

}  // namespace mugaika
