// The keys of a log over the years. Each change of the key is a note that names the old and the new one and is signed
// by both, so that from any key that somebody knows the others are found, backwards and forwards. How many seals there
// were then stands in it: those are the old key's, and all later ones the new key's alone. A text of five lines:
//
//   mugaika log key change / old KEY / new KEY / seals NUMBER / time RFC3339
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "relay/evidence/signed_note.hpp"

namespace mugaika {

struct KeyChange {
    NoteVerifier old_key, new_key;  // of one name
    std::uint64_t seals = 0;
    std::string time;
};

std::string sign_key_change(const NoteSigner& old_key, const NoteSigner& new_key, std::uint64_t seals,
                            std::string_view time);
// Fault::protocol when it is none, or when one of the two has not signed it.
Result<KeyChange> open_key_change(std::string_view untrusted_note);

class KeyRing {
public:
    explicit KeyRing(NoteVerifier known);
    // Changes in any order. What is wrong with them: one that leads to no key that is known, two of one key.
    std::vector<std::string> walk(std::vector<KeyChange>);

    struct Opened {
        std::string text;
        std::size_t key = 0;  // which of the keys, from the oldest
    };
    Result<Opened> open(std::string_view untrusted_note) const;  // by any of them

    struct Key {
        NoteVerifier key;
        std::uint64_t from = 0;  // the first seal that is its own
        std::string since = {};  // when it came; "" of the oldest
    };
    const std::vector<Key>& keys() const noexcept { return keys_; }  // from the oldest
    bool has(const KeyChange&) const;
    bool signs_seal(std::size_t key, std::uint64_t seal) const;  // from 0
    bool signs_checkpoint(std::size_t key, std::uint64_t seals) const;

private:
    std::vector<Key> keys_;
};

}  // namespace mugaika
