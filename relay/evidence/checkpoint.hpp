// What leaves the machine: how many seals there are, the root of the tree of them (seal_chain.hpp), and how far the log
// had come that was written then. Signed as a note, in the form that C2SP calls a checkpoint (origin, size, root) with
// lines of our own behind. Whoever has one can tell later that something behind it was cut off or rolled back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "relay/evidence/merkle_tree.hpp"

namespace mugaika {

struct Checkpoint {
    struct OpenLog {  // that was written then
        TreeHash first{};
        std::uint64_t lines = 0;
        TreeHash root{};
    };
    std::string name;  // of the key; the origin is NAME/seals, because NAME stands above the tree of one log's lines
    std::uint64_t seals = 0;
    TreeHash root{};
    std::string time;  // RFC 3339
    std::optional<OpenLog> open;

    std::string text() const;  // what is signed
    static Result<Checkpoint> parse(std::string_view untrusted_text);
};

// The signed notes that stand in a text, in the lines of a mail as it was received (base64 and quoted-printable are
// looked through) or in a page: a block of lines, an empty line, and lines of signatures. Each as it was written: line
// feeds alone, and an em dash whatever a charset made of it. Nobody has looked at a signature. Linear.
std::vector<std::string> notes_in(std::string_view untrusted_file);

}  // namespace mugaika
