#include "policy/address_set.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

TEST_CASE("an entry is an address, a domain, all domains below one, or mail without a sender") {
    for (const char* entry : {"taro@city.example.lg.jp", "@city.example.lg.jp", "@*.lg.jp", "<>", "\"a b\"@example.jp",
                              "TARO@Example.JP", "@例え.example"}) {
        CAPTURE(entry);
        CHECK(AddressSet::is_entry(entry));
    }
    for (const char* text : {"", "city.example.lg.jp", "@", "@*", "@*.", "*@example.jp x", "@a b.jp", "taro", "< >",
                             "@city.example.lg.jp ", "taro@", "@[192.0.2.1]", "@*.*.jp", "a@b@c.jp"}) {
        CAPTURE(text);
        CHECK_FALSE(AddressSet::is_entry(text));
    }
}

TEST_CASE("an address is in the set by itself, by its domain, or by a domain above") {
    const auto set = AddressSet::of({"Taro@a.example.jp", "@b.example.jp", "@*.lg.jp"});
    for (const char* address :
         {"taro@a.example.jp", "TARO@A.example.jp", "x@b.example.jp", "x@city.lg.jp", "x@a.city.lg.jp"}) {
        CAPTURE(address);
        CHECK(set.has(address));
    }
    for (const char* address : {"jiro@a.example.jp", "x@c.b.example.jp", "x@lg.jp", "x@citylg.jp", "",
                                "x@b.example.jp.evil", "\"x@b.example.jp\"@evil.example"}) {
        CAPTURE(address);
        CHECK_FALSE(set.has(address));
    }
    CHECK(AddressSet::of({"<>"}).has(""));
    CHECK_FALSE(AddressSet::of({"<>"}).has("a@b.jp"));
    CHECK_FALSE(AddressSet().has("a@b.jp"));
}

TEST_CASE("a set covers what it has whole, and meets what it has in part") {
    const auto wide = AddressSet::of({"@*.lg.jp", "a@b.jp"});
    CHECK(wide.covers(AddressSet::of({"@city.lg.jp", "x@town.lg.jp", "@*.city.lg.jp", "a@b.jp"})));
    for (const char* entry : {"@b.jp", "@lg.jp", "@*.jp", "<>", "c@b.jp"}) {
        CAPTURE(entry);
        CHECK_FALSE(wide.covers(AddressSet::of({entry})));
    }
    CHECK(wide.meets(AddressSet::of({"@*.jp"})));
    CHECK(wide.meets(AddressSet::of({"@b.jp", "<>"})));
    CHECK_FALSE(wide.meets(AddressSet::of({"c@b.jp", "@c.jp"})));
}
