#include "policy/name_table.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace mugaika;

TEST_CASE("a table of names gives each its value and none to others, however many there are") {
    std::vector<std::string> names;
    for (int i = 0; i < 5000; ++i) names.push_back("name" + std::to_string(i * 7));
    NameTable<int> table;
    CHECK(table.find("name7") == nullptr);
    for (int i = 0; i < 5000; ++i) table.add(names[static_cast<std::size_t>(i)], i);
    for (int i = 0; i < 5000; ++i) {
        const int* value = table.find("name" + std::to_string(i * 7));
        REQUIRE(value != nullptr);
        CHECK(*value == i);
    }
    for (const char* other : {"", "n", "name", "name1", "name7 ", "Name7", "a name that is longer than any of them"}) {
        CHECK_FALSE(table.has(other));
    }
    table.add("", -1);
    CHECK(*table.find("") == -1);
}

TEST_CASE("of two values for one name the first counts") {
    NameTable<int> table;
    table.add("w:p", 1);
    table.add("w:p", 2);
    CHECK(*table.find("w:p") == 1);
}

TEST_CASE("names that begin and end alike have places of their own") {
    NameTable<int> table;
    table.add("beginnin-one-the-ending", 1);
    table.add("beginnin-two-the-ending", 2);
    CHECK(*table.find("beginnin-one-the-ending") == 1);
    CHECK(*table.find("beginnin-two-the-ending") == 2);
    CHECK_FALSE(table.has("beginnin-six-the-ending"));
}
