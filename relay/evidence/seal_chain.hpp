// The seals of a machine's logs in the order in which they were made, as each names the root of the one before. Their
// texts are the leaves of a second tree, which only grows: its size and root are what a checkpoint says.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "relay/evidence/seal.hpp"

namespace mugaika {

struct NamedSeal {
    std::string file;
    Seal seal;
    std::size_t key = 0;  // which of the ring has signed it
};

struct SealChain {
    std::vector<NamedSeal> seals;      // all that were given
    std::vector<NamedSeal> lonely;     // of these: the one before is missing
    std::vector<NamedSeal> branches;   // of these: another one follows the same seal
    std::vector<NamedSeal> misplaced;  // of these: signed with a key that was not the log's then

    bool is_whole() const noexcept { return lonely.empty() && branches.empty() && misplaced.empty(); }
    std::string last_root() const;                 // in base64, behind which the next one goes; "none" of no seals
    std::vector<TreeHash> leaves() const;          // of the tree of seals
    TreeHash root(std::size_t first_seals) const;  // of so many; at most seals.size()
};

// Seals in any order; of two that follow the same one the first that is given goes on.
SealChain chain_of(std::vector<NamedSeal>);

}  // namespace mugaika
