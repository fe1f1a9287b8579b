#include "relay/evidence/line_difference.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

namespace {

std::vector<TreeHash> leaves_of(std::string_view letters) {
    std::vector<TreeHash> leaves;
    for (const char letter : letters) leaves.push_back(leaf_hash(std::string(1, letter)));
    return leaves;
}

}  // namespace

TEST_CASE("the first line that is not as it was sealed is named, with what was done to it") {
    struct Row {
        std::string_view now, words;
    };
    const Row rows[] = {
        {"abcdefgh", ""},
        {"abXdefgh", "line 3 was changed"},
        {"abXYefgh", "line 3 was changed"},
        {"Xbcdefgh", "line 1 was changed"},
        {"abdefgh", "line 3 is missing"},
        {"abfgh", "line 3 is missing; what stands in its place was sealed as line 6"},
        {"bcdefgh", "line 1 is missing"},
        {"abXcdefgh", "line 3 was put in"},
        {"Xabcdefgh", "line 1 was put in"},
        {"abccdefgh", "line 4 stands there twice: it was sealed as line 3"},
        {"abcdebcdefgh", "line 6 stands there twice: it was sealed as line 2"},
        {"abdcefgh", "line 3 and the one behind it changed places"},
        {"abfcdegh", "line 3 is out of order: it was sealed as line 6"},
        {"abdefcgh", "line 3 is out of order: it was sealed as line 4"},
        {"abcde", "line 6 is missing: 3 lines at the end were cut off"},
        {"abcdefghX", "line 9 was added behind the last that was sealed"},
        {"abcdefgha", "line 9 stands there twice: it was sealed as line 1"},
        {"", "line 1 is missing: 8 lines at the end were cut off"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.now);
        CHECK(first_difference(leaves_of(row.now), leaves_of("abcdefgh")) == row.words);
    }
}
