#include "relay/evidence/merkle_tree.hpp"

#include <openssl/sha.h>

#include <bit>
#include <optional>
#include <stdexcept>

namespace mugaika {
namespace {

// So that a leaf is never taken for a node (RFC 6962 2.1).
constexpr unsigned char leaf_prefix = 0, node_prefix = 1;

TreeHash hash_of(std::string_view bytes) {
    TreeHash hash;
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
    return hash;
}

TreeHash node_hash(const TreeHash& left, const TreeHash& right) {
    std::string bytes(1, static_cast<char>(node_prefix));
    bytes.append(left.begin(), left.end()).append(right.begin(), right.end());
    return hash_of(bytes);
}

// The largest power of two below so many: where the tree is divided.
std::size_t left_leaves(std::size_t leaves) { return std::bit_floor(leaves - 1); }

// `whole`: the old tree is all of this subtree's old leaves and its root is known to whoever checks (SUBPROOF's b).
std::vector<TreeHash> subproof(std::span<const TreeHash> leaves, std::size_t old, bool whole) {
    if (old == leaves.size()) return whole ? std::vector<TreeHash>() : std::vector<TreeHash>{tree_root(leaves)};
    const std::size_t left = left_leaves(leaves.size());
    const bool ends_left = old <= left;
    std::vector<TreeHash> path =
        ends_left ? subproof(leaves.first(left), old, whole) : subproof(leaves.subspan(left), old - left, false);
    path.push_back(tree_root(ends_left ? leaves.subspan(left) : leaves.first(left)));
    return path;
}

// The roots that a path gives; nothing when it is too short or too long.
std::optional<OldAndNew> roots_of(std::size_t old, std::size_t leaves, const TreeHash& old_root,
                                  std::span<const TreeHash> path, bool whole) {
    if (old == leaves) {
        if (path.size() != (whole ? 0u : 1u)) return std::nullopt;
        const TreeHash& root = whole ? old_root : path.front();
        return OldAndNew{root, root};
    }
    if (path.empty()) return std::nullopt;
    const std::size_t left = left_leaves(leaves);
    const bool ends_left = old <= left;
    const auto below = path.first(path.size() - 1);
    auto roots = ends_left ? roots_of(old, left, old_root, below, whole)
                           : roots_of(old - left, leaves - left, old_root, below, false);
    if (!roots) return std::nullopt;
    if (ends_left) return OldAndNew{roots->old_root, node_hash(roots->new_root, path.back())};
    return OldAndNew{node_hash(path.back(), roots->old_root), node_hash(path.back(), roots->new_root)};
}

}  // namespace

TreeHash leaf_hash(std::string_view line) {
    std::string bytes(1, static_cast<char>(leaf_prefix));
    return hash_of(bytes.append(line));
}

TreeHash tree_root(std::span<const TreeHash> leaves) {
    if (leaves.empty()) return hash_of("");
    if (leaves.size() == 1) return leaves.front();
    const std::size_t left = left_leaves(leaves.size());
    return node_hash(tree_root(leaves.first(left)), tree_root(leaves.subspan(left)));
}

std::vector<TreeHash> tree_path(std::span<const TreeHash> leaves, std::size_t index) {
    if (index >= leaves.size()) throw std::out_of_range("no such leaf");
    if (leaves.size() == 1) return {};
    const std::size_t left = left_leaves(leaves.size());
    const bool is_left = index < left;
    std::vector<TreeHash> path =
        is_left ? tree_path(leaves.first(left), index) : tree_path(leaves.subspan(left), index - left);
    path.push_back(tree_root(is_left ? leaves.subspan(left) : leaves.first(left)));
    return path;
}

std::vector<TreeHash> consistency_path(std::span<const TreeHash> leaves, std::size_t old) {
    if (old == 0 || old > leaves.size()) throw std::out_of_range("no such tree");
    return subproof(leaves, old, true);
}

bool is_consistent(std::size_t old_leaves, std::size_t leaves, const OldAndNew& roots, std::span<const TreeHash> path) {
    if (old_leaves == 0 || old_leaves > leaves) return false;
    return roots_of(old_leaves, leaves, roots.old_root, path, true) == roots;
}

TreeHash root_of_path(const TreeHash& leaf, std::size_t index, std::size_t leaves, std::span<const TreeHash> path) {
    if (leaves <= 1) return path.empty() ? leaf : TreeHash{};
    if (path.empty()) return TreeHash{};
    const std::size_t left = left_leaves(leaves);
    const auto below = path.first(path.size() - 1);
    if (index < left) return node_hash(root_of_path(leaf, index, left, below), path.back());
    return node_hash(path.back(), root_of_path(leaf, index - left, leaves - left, below));
}

}  // namespace mugaika
