// What rebuilding one file comes to: a new file with what it lost, or why there is none. Made by a codec worker, so
// worth nothing until a checker has read the file (FILES.md 1.1).
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

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

using FileOutcome = std::variant<FileMade, FileNotMade>;

// Adds to the row of that reason, or makes it. Nothing for a count of 0.
void add_loss(std::vector<Loss>&, Reason, std::uint32_t count = 1);

}  // namespace mugaika
