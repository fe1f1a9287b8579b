#include "policy/part_facts.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace mugaika;

TEST_CASE("a part path is numbers joined by dots and slashes and nothing else") {
    for (const char* path : {"1", "12", "1.2", "1.2/3", "1/2/3.4", "10.20", "1.999999"}) {
        CAPTURE(path);
        CHECK(is_part_path(path));
    }
    for (const char* path : {"",     ".",   "1.", ".1", "1..2", "1./2", "/1",   "1/",     "0",   "01",
                             "1.02", "1.0", "a",  "1 ", "1,2",  "-1",   "../1", "1/../2", "1\n", "１"}) {
        CAPTURE(path);
        CHECK_FALSE(is_part_path(path));
    }
    CHECK(is_part_path(std::string(512, '1')));
    CHECK_FALSE(is_part_path(std::string(513, '1')));
}

TEST_CASE("every kind of part has a name that leads back to it") {
    for (std::uint32_t i = 0; i < part_kind_count; ++i) {
        const auto kind = static_cast<PartKind>(i);
        CHECK(part_kind_from_name(to_string(kind)) == kind);
    }
    CHECK_FALSE(part_kind_from_name("Text").has_value());
}
