#include "relay/evidence/seal_chain.hpp"

#include <map>

namespace mugaika {
namespace {

constexpr const char* no_seal = "none";

}  // namespace

std::string SealChain::last_root() const {
    if (seals.empty()) return no_seal;
    return seals[seals.size() - 1 - branches.size()].seal.root_text();  // these stand last
}

std::vector<TreeHash> SealChain::leaves() const {
    std::vector<TreeHash> leaves;
    for (const NamedSeal& named : seals) leaves.push_back(leaf_hash(named.seal.text()));
    return leaves;
}

TreeHash SealChain::root(std::size_t first_seals) const {
    return tree_root(std::span<const TreeHash>(leaves()).first(first_seals));
}

SealChain chain_of(std::vector<NamedSeal> given) {
    std::map<std::string, std::vector<std::size_t>> behind;  // a root, and which seals name it
    for (std::size_t i = 0; i < given.size(); ++i) behind[given[i].seal.previous].push_back(i);
    std::vector<bool> is_taken(given.size(), false);
    std::vector<std::size_t> branches;
    SealChain chain;
    const auto take_all_behind = [&](std::string root) {
        for (auto next = behind.find(root); next != behind.end(); next = behind.find(root)) {
            const std::vector<std::size_t> found = std::move(next->second);
            behind.erase(next);
            if (is_taken[found.front()]) break;
            branches.insert(branches.end(), found.begin() + 1, found.end());
            is_taken[found.front()] = true;
            root = given[found.front()].seal.root_text();
            chain.seals.push_back(given[found.front()]);
        }
    };
    take_all_behind(no_seal);
    for (const std::size_t branch : branches) is_taken[branch] = true;
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (is_taken[i]) continue;
        is_taken[i] = true;
        chain.lonely.push_back(given[i]);
        chain.seals.push_back(given[i]);
        take_all_behind(given[i].seal.root_text());
    }
    for (const std::size_t branch : branches) {
        chain.branches.push_back(given[branch]);
        chain.seals.push_back(given[branch]);
    }
    return chain;
}

}  // namespace mugaika
