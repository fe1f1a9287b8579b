#include "policy/japanese_set.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

TEST_CASE("a set of Japanese characters answers as the question that it was made of, and no outside its block") {
    const auto is_odd = [](char32_t c) { return c % 2 == 1; };
    constexpr JapaneseSet odd(is_odd);
    for (char32_t c = 0; c <= 0x10ffff; ++c) {
        const bool in_block = c >= 0x3000 && c <= 0x9fff;
        if (odd.has(c) != (in_block && is_odd(c))) FAIL("U+" << std::hex << static_cast<unsigned>(c));
    }
}
