// A Merkle tree over lines (RFC 6962 2.1, SHA-256): a root that no other lines have, and for each line a short path
// that shows that it is among them.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika {

using TreeHash = std::array<unsigned char, 32>;

TreeHash leaf_hash(std::string_view line);

// Of no leaves: the hash of nothing.
TreeHash tree_root(std::span<const TreeHash> leaves);

// From the leaf's neighbour up to below the root (2.1.1). `index` < leaves.size().
std::vector<TreeHash> tree_path(std::span<const TreeHash> leaves, std::size_t index);

// That a tree of the first `old` leaves is the beginning of this one (2.1.2). 0 < `old` <= leaves.size().
std::vector<TreeHash> consistency_path(std::span<const TreeHash> leaves, std::size_t old);

struct OldAndNew {
    TreeHash old_root, new_root;
    bool operator==(const OldAndNew&) const = default;
};
// Whether such a path leads to both roots.
bool is_consistent(std::size_t old_leaves, std::size_t leaves, const OldAndNew&, std::span<const TreeHash> path);

// The root that a leaf and its path give in a tree of so many leaves.
TreeHash root_of_path(const TreeHash& leaf, std::size_t index, std::size_t leaves, std::span<const TreeHash> path);

}  // namespace mugaika
