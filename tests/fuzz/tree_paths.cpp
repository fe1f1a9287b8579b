// Promise: a path leads to a root from the leaf and the place for which it was made, and from no others; no path, of
// whatever length and for whatever sizes, does more than end in another root. RFC 6962 2.1.1 and 2.1.2.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "relay/evidence/merkle_tree.hpp"

namespace {

using namespace mugaika;

void require(bool holds) {
    if (!holds) std::abort();
}

// Numbers, then hashes, then nothing.
class Input {
public:
    Input(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

    std::uint64_t number() {
        std::uint64_t value = 0;
        take(&value, sizeof value);
        return value;
    }
    std::vector<TreeHash> hashes() {
        std::vector<TreeHash> all;
        while (size_ >= sizeof(TreeHash)) take(all.emplace_back().data(), sizeof(TreeHash));
        return all;
    }

private:
    void take(void* target, std::size_t wanted) {
        const std::size_t bytes = std::min(wanted, size_);
        std::memcpy(target, data_, bytes);
        data_ += bytes;
        size_ -= bytes;
    }

    const std::uint8_t* data_;
    std::size_t size_;
};

std::vector<TreeHash> leaves_of(std::uint64_t count) {
    std::vector<TreeHash> leaves;
    for (std::uint64_t i = 0; i < count; ++i) leaves.push_back(leaf_hash(std::to_string(i)));
    return leaves;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::uint64_t size_of_tree = input.number(), index = input.number();
    const std::vector<TreeHash> path = input.hashes();

    const std::vector<TreeHash> leaves = leaves_of(1 + size_of_tree % 40);
    const TreeHash root = tree_root(leaves);
    const auto at = static_cast<std::size_t>(index % leaves.size());
    const std::vector<TreeHash> good = tree_path(leaves, at);
    require(root_of_path(leaves[at], at, leaves.size(), good) == root);
    if (path != good) require(root_of_path(leaves[at], at, leaves.size(), path) != root);
    const auto old = at + 1;
    const OldAndNew roots{tree_root(std::span(leaves).first(old)), root};
    const std::vector<TreeHash> consistent = consistency_path(leaves, old);
    require(is_consistent(old, leaves.size(), roots, consistent));
    if (path != consistent) require(!is_consistent(old, leaves.size(), roots, path));

    // Of trees that nobody has.
    if (!path.empty()) {
        const std::span<const TreeHash> rest(path.begin() + 1, path.end());
        (void)root_of_path(path.front(), index, size_of_tree, rest);
        (void)is_consistent(index, size_of_tree, roots, path);
    }
    return 0;
}
