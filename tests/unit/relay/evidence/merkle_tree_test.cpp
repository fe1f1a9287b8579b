#include "relay/evidence/merkle_tree.hpp"

#include <catch2/catch.hpp>
#include <cstdio>

using namespace mugaika;

namespace {

std::string hex(const TreeHash& hash) {
    std::string text;
    for (const unsigned char byte : hash) {
        char two[3];
        std::snprintf(two, sizeof two, "%02x", static_cast<unsigned>(byte));
        text += two;
    }
    return text;
}

// The leaves and roots that implementations of RFC 6962 are tested with.
const std::vector<std::string> inputs{std::string(),
                                      std::string(1, '\0'),
                                      "\x10",
                                      "\x20\x21",
                                      "\x30\x31",
                                      "\x40\x41\x42\x43",
                                      "\x50\x51\x52\x53\x54\x55\x56\x57",
                                      "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
constexpr const char* roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                 "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                 "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                 "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                 "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                 "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                 "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                 "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

std::vector<TreeHash> leaves_of(std::size_t count) {
    std::vector<TreeHash> leaves;
    for (std::size_t i = 0; i < count; ++i)
        leaves.push_back(leaf_hash(i < inputs.size() ? inputs[i] : std::to_string(i)));
    return leaves;
}

}  // namespace

TEST_CASE("roots are those of RFC 6962") {
    CHECK(hex(tree_root({})) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (std::size_t i = 0; i < 8; ++i) {
        CAPTURE(i);
        CHECK(hex(tree_root(leaves_of(i + 1))) == roots[i]);
    }
}

TEST_CASE("each leaf has a path to the root, and no other leaf or place has it") {
    for (const std::size_t count : {1u, 2u, 3u, 7u, 8u, 9u, 33u}) {
        const std::vector<TreeHash> leaves = leaves_of(count);
        const TreeHash root = tree_root(leaves);
        for (std::size_t i = 0; i < count; ++i) {
            CAPTURE(count, i);
            const auto path = tree_path(leaves, i);
            CHECK(root_of_path(leaves[i], i, count, path) == root);
            CHECK_FALSE(root_of_path(leaf_hash("another"), i, count, path) == root);
            if (i > 0) CHECK_FALSE(root_of_path(leaves[i], i - 1, count, path) == root);
            if (path.empty()) continue;
            CHECK_FALSE(root_of_path(leaves[i], i, count, std::span(path).first(path.size() - 1)) == root);
        }
    }
    CHECK_THROWS_AS(tree_path(leaves_of(3), 3), std::out_of_range);
}

TEST_CASE("RFC 6962 2.1.2: a tree goes on from each of its beginnings, and from nothing else") {
    for (std::size_t count = 1; count <= 17; ++count) {
        const std::vector<TreeHash> leaves = leaves_of(count);
        const TreeHash root = tree_root(leaves);
        for (std::size_t old = 1; old <= count; ++old) {
            CAPTURE(count, old);
            const TreeHash old_root = tree_root(std::span(leaves).first(old));
            const auto path = consistency_path(leaves, old);
            CHECK(is_consistent(old, count, {old_root, root}, path));
            CHECK_FALSE(is_consistent(old, count, {leaf_hash("x"), root}, path));
            if (old < count) CHECK_FALSE(is_consistent(old, count, {old_root, leaf_hash("x")}, path));
            std::vector<TreeHash> longer = path;
            longer.push_back(root);
            CHECK_FALSE(is_consistent(old, count, {old_root, root}, longer));
            if (!path.empty()) {
                CHECK_FALSE(is_consistent(old, count, {old_root, root}, std::span(path).first(path.size() - 1)));
            }
        }
    }
    CHECK_FALSE(is_consistent(0, 3, {tree_root({}), tree_root(leaves_of(3))}, {}));
    CHECK_FALSE(is_consistent(4, 3, {tree_root(leaves_of(4)), tree_root(leaves_of(3))}, {}));
    CHECK_THROWS_AS(consistency_path(leaves_of(3), 0), std::out_of_range);
    CHECK_THROWS_AS(consistency_path(leaves_of(3), 4), std::out_of_range);
}

// RFC 6962 2.1.3: the seven leaves d0 to d6, whose paths the text writes down by the letters of a picture.
TEST_CASE("RFC 6962 2.1.3: the paths of its example") {
    const std::vector<TreeHash> leaves = leaves_of(7);
    const auto root = [&](std::size_t from, std::size_t to) {
        return tree_root(std::span(leaves).subspan(from, to - from));
    };
    const TreeHash b = leaves[1], c = leaves[2], d = leaves[3], f = leaves[5], j = leaves[6];
    const TreeHash g = root(0, 2), h = root(2, 4), i = root(4, 6), k = root(0, 4), l = root(4, 7);
    using Path = std::vector<TreeHash>;
    CHECK(tree_path(leaves, 0) == Path{b, h, l});
    CHECK(tree_path(leaves, 3) == Path{c, g, l});
    CHECK(tree_path(leaves, 4) == Path{f, j, k});
    CHECK(tree_path(leaves, 6) == Path{i, k});
    CHECK(consistency_path(leaves, 3) == Path{c, d, g, l});
    CHECK(consistency_path(leaves, 4) == Path{l});
    CHECK(consistency_path(leaves, 6) == Path{i, j, k});
}
