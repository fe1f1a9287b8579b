#include "relay/evidence/seal_chain.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

namespace {

NamedSeal seal(const std::string& letter, const std::string& previous) {
    Seal made{"mx", 1, leaf_hash(letter), "t", "t"};
    if (!previous.empty()) {
        Seal before;
        before.root = leaf_hash(previous);
        made.previous = before.root_text();
    }
    return {letter, made};
}

std::string files_of(const std::vector<NamedSeal>& seals) {
    std::string files;
    for (const NamedSeal& named : seals) files += named.file;
    return files;
}

}  // namespace

TEST_CASE("seals stand as each names the one before, whatever order they come in") {
    const SealChain chain = chain_of({seal("c", "b"), seal("a", ""), seal("d", "c"), seal("b", "a")});
    CHECK(files_of(chain.seals) == "abcd");
    CHECK(chain.is_whole());
    CHECK(chain.last_root() == seal("d", "").seal.root_text());
    CHECK(chain.root(4) == tree_root(chain.leaves()));
    CHECK(chain.root(2) == chain_of({seal("a", ""), seal("b", "a")}).root(2));
    CHECK(chain_of({}).last_root() == "none");
    CHECK(chain_of({}).is_whole());
}

TEST_CASE("a seal whose predecessor is missing, and a second one behind the same, are told") {
    const SealChain cut = chain_of({seal("a", ""), seal("c", "b"), seal("d", "c")});
    CHECK(files_of(cut.seals) == "acd");
    CHECK(files_of(cut.lonely) == "c");
    CHECK(cut.branches.empty());
    const SealChain beheaded = chain_of({seal("b", "a"), seal("c", "b")});
    CHECK(files_of(beheaded.lonely) == "b");
    const SealChain forked = chain_of({seal("a", ""), seal("b", "a"), seal("x", "a"), seal("c", "b")});
    CHECK(files_of(forked.seals) == "abcx");
    CHECK(files_of(forked.branches) == "x");
    CHECK_FALSE(forked.is_whole());
    CHECK(files_of(chain_of({seal("a", ""), seal("x", "")}).branches) == "x");
    // Each behind the other: none is the first.
    const SealChain circle = chain_of({seal("a", "b"), seal("b", "a")});
    CHECK(files_of(circle.seals) == "ab");
    CHECK(files_of(circle.lonely) == "a");
    const SealChain itself = chain_of({seal("a", "a")});
    CHECK(files_of(itself.lonely) == "a");
}
