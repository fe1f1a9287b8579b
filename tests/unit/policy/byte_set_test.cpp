#include "policy/byte_set.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "policy/ascii.hpp"

using namespace mugaika;

TEST_CASE("a byte set has what it was given, by list or by question, and nothing else") {
    constexpr ByteSet listed("a\xff/");
    constexpr ByteSet asked(ascii::is_digit);
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        INFO(byte);
        CHECK(listed.has(c) == (c == 'a' || c == '/' || byte == 0xff));
        CHECK(asked.has(c) == ascii::is_digit(c));
    }
}

TEST_CASE("a byte set is found where it first stands, from a place on, or at the end") {
    constexpr ByteSet signs("/?");
    CHECK(signs.find_in("host/path?x") == 4);
    CHECK(signs.find_in("host/path?x", 5) == 9);
    CHECK(signs.find_in("host") == 4);
    CHECK(signs.find_in("host", 9) == 4);
    CHECK(signs.find_in("") == 0);
}
