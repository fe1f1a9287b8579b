#include "sanitizer/compose/organisation.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

TEST_CASE("an organisation is as much of a domain as one registers") {
    struct Row {
        const char* domain;
        const char* organisation;
    };
    for (const Row& row : {Row{"example.com", "example.com"}, Row{"mail.a.example.com", "example.com"},
                           Row{"city.example.lg.jp", "example.lg.jp"}, Row{"a.b.example.co.jp", "example.co.jp"},
                           Row{"www.example.co.uk", "example.co.uk"}, Row{"a.example.jp", "example.jp"},
                           Row{"mail.city.chiyoda.tokyo.jp", "city.chiyoda.tokyo.jp"},
                           Row{"city.chiyoda.tokyo.jp", "city.chiyoda.tokyo.jp"}, Row{"localhost", "localhost"},
                           Row{"co.jp", "co.jp"}, Row{"[192.0.2.1]", "[192.0.2.1]"}, Row{"", ""}}) {
        CHECK(organisation_of(row.domain) == row.organisation);
    }
}

TEST_CASE("a domain is within itself and above those below it, whole labels only") {
    CHECK(is_within("city.example.lg.jp", "city.example.lg.jp"));
    CHECK(is_within("mail.city.example.lg.jp", "city.example.lg.jp"));
    CHECK_FALSE(is_within("evilcity.example.lg.jp", "city.example.lg.jp"));
    CHECK_FALSE(is_within("example.lg.jp", "city.example.lg.jp"));
    CHECK_FALSE(is_within(".city.example.lg.jp", "x.city.example.lg.jp"));
}
