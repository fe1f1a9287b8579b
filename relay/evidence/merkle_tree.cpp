#include "relay/evidence/merkle_tree.hpp"

#include <openssl/sha.h>

#include <bit>
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

TreeHash root_of_path(const TreeHash& leaf, std::size_t index, std::size_t leaves, std::span<const TreeHash> path) {
    if (leaves <= 1) return path.empty() ? leaf : TreeHash{};
    if (path.empty()) return TreeHash{};
    const std::size_t left = left_leaves(leaves);
    const auto below = path.first(path.size() - 1);
    if (index < left) return node_hash(root_of_path(leaf, index, left, below), path.back());
    return node_hash(path.back(), root_of_path(leaf, index - left, leaves - left, below));
}

}  // namespace mugaika
