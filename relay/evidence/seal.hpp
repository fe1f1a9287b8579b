// What is signed of a rotated log: the head of a checkpoint as C2SP has it (origin, size, root), and then lines of our
// own, which other readers of that form pass over.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "relay/evidence/merkle_tree.hpp"

namespace mugaika {

struct Seal {
    std::string origin;  // the name of the key
    std::uint64_t lines = 0;
    TreeHash root{};
    std::string first_time, last_time;  // of its events, as they stand there
    std::string previous = "none";      // root of the log before, in base64

    std::string text() const;  // what is signed
    static Result<Seal> parse(std::string_view untrusted_text);
    std::string root_text() const;
};

}  // namespace mugaika
