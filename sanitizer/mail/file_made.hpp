// What asking about one file comes to: a new file with what it lost, what is in it when it is an archive, the file
// itself, or why there is nothing. Made by a codec worker, so worth nothing until a checker has read the file
// (FILES.md 1.1).
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "policy/part_facts.hpp"
#include "policy/reason.hpp"
#include "sanitizer/mail/safe_kind.hpp"

namespace mugaika {

struct Loss {
    Reason what;
    std::uint32_t count;  // at least 1
};

struct FileMade {
    SafeKind kind;
    std::string untrusted_bytes;
    std::vector<Loss> losses;  // each reason once
    std::uint32_t pages = 1;   // of a document; 1 for a picture
};

struct FileNotMade {
    Reason why;
    std::string words;  // for the ledger: where in the file, what was found; ours, without bytes of the file
};

// A file inside an archive, which is asked for by its own path: that of the archive, a slash, its number from 1.
struct MemberSeen {
    PartFacts facts;                 // without path and declared type; the name has the folders it lies in: "a/b.txt"
    std::string sha256;              // of its bytes, lower case hex; "" when they cannot be had
    Reason held = Reason::none;      // why nothing can be made of it; none when a codec may be asked
    std::vector<Reason> notes = {};  // each once
};

// Of an archive. It is packed anew, of what becomes of its members, by the relay.
struct MembersSeen {
    std::vector<MemberSeen> members;  // all of them, in the archive's order
};

// The file as it came, for what stands outside of codecs: an engine that converts it, a scanner. Nothing of it is safe.
struct FileTaken {
    std::string untrusted_bytes;
    std::vector<Loss> losses;  // what converting it will lose without a word; each reason once
};

using FileOutcome = std::variant<FileMade, FileNotMade, MembersSeen, FileTaken>;

// Adds to the row of that reason, or makes it. Nothing for a count of 0.
void add_loss(std::vector<Loss>&, Reason, std::uint32_t count = 1);

}  // namespace mugaika
