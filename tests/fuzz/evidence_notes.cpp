// Promise: whatever stands in a mail, a page or a file beside the logs, notes are found in it or not, each as it would
// be written; and what a key opens is what it has signed, so that every checkpoint, seal and change of the key that is
// read is written again as it was.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "relay/evidence/checkpoint.hpp"
#include "relay/evidence/key_ring.hpp"
#include "relay/evidence/seal.hpp"

namespace {

using namespace mugaika;

void require(bool holds) {
    if (!holds) std::abort();
}

// Of the seeds; a key that has signed nothing else.
constexpr std::string_view key = "fuzz.example.lg.jp+b4f1558b+ARkSmc0LLzhXHeqlA5sX5hfM59k1Pp0FXVNTPjbjTt5l";

void read_as_signed_text(std::string_view untrusted_text) {
    const auto checkpoint = Checkpoint::parse(untrusted_text);
    if (checkpoint) require(checkpoint->text() == untrusted_text);
    const auto seal = Seal::parse(untrusted_text);
    if (seal) require(Seal::parse(seal->text()).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view untrusted(reinterpret_cast<const char*>(data), size);
    static const auto verifier = NoteVerifier::parse(key);
    require(verifier.has_value());
    const KeyRing keys(*verifier);
    read_as_signed_text(untrusted);
    for (const std::string& note : notes_in(untrusted)) {
        require(note.ends_with("\n") && note.find("\n\n\xe2\x80\x94 ") != note.npos && note.find("\r\n") == note.npos);
        const auto opened = keys.open(note);
        if (!opened) continue;
        require(note.starts_with(opened->text + "\n"));
        read_as_signed_text(opened->text);
    }
    const auto change = open_key_change(untrusted);
    if (change) require(change->old_key.name() == change->new_key.name());
    const auto other_key = NoteVerifier::parse(untrusted);
    if (other_key) require(other_key->text() == untrusted);
    return 0;
}
