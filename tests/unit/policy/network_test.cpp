#include "policy/network.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

namespace {

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

bool holds(std::string_view network, std::string_view address) {
    return Network::parse(network).value().contains(ip(address));
}

}  // namespace

TEST_CASE("an address is read strictly and shown in one form") {
    CHECK(ip("192.0.2.1").text() == "192.0.2.1");
    CHECK(ip("2001:DB8:0:0::1").text() == "2001:db8::1");
    CHECK(ip("::ffff:192.0.2.1") == ip("192.0.2.1"));  // an IPv4 client of an IPv6 socket
    CHECK(ip("::ffff:192.0.2.1").text() == "192.0.2.1");
    for (const char* wrong : {"", "192.0.2", "192.0.2.256", "192.0.02.1", "1.2.3.4 ", "[::1]", "fe80::1%eth0",
                              ":::", "0x7f.0.0.1", "1.2.3.4.5", "2001:db8::1::2"}) {
        INFO(wrong);
        CHECK_FALSE(IpAddress::parse(wrong).has_value());
    }
    CHECK_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0", 8)).has_value());
}

TEST_CASE("one IPv6 host is its /64, one IPv4 host its address") {
    CHECK(ip("2001:db8:1:2:3:4:5:6").client_key() == ip("2001:db8:1:2:ffff::").client_key());
    CHECK_FALSE(ip("2001:db8:1:2::1").client_key() == ip("2001:db8:1:3::1").client_key());
    CHECK_FALSE(ip("192.0.2.1").client_key() == ip("192.0.2.2").client_key());
}

TEST_CASE("a network holds the addresses of its prefix and of its family only") {
    CHECK(holds("192.0.2.0/24", "192.0.2.255"));
    CHECK_FALSE(holds("192.0.2.0/24", "192.0.3.0"));
    CHECK(holds("192.0.2.4/30", "192.0.2.7"));
    CHECK_FALSE(holds("192.0.2.4/30", "192.0.2.8"));
    CHECK(holds("192.0.2.4", "192.0.2.4"));
    CHECK_FALSE(holds("192.0.2.4", "192.0.2.5"));
    CHECK(holds("2001:db8::/33", "2001:db8:7fff::1"));
    CHECK_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
    CHECK(holds("0.0.0.0/0", "203.0.113.9"));
    CHECK(holds("::/0", "2001:db8::1"));
    CHECK_FALSE(holds("::/0", "203.0.113.9"));
    CHECK_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
    CHECK(holds("192.0.2.0/24", "::ffff:192.0.2.9"));
}

TEST_CASE("what is not quite a network is refused with words that say why") {
    for (const char* wrong : {"", "/24", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/24/24", "::/129",
                              "192.0.2.0/ 24", "mx.example.lg.jp", "192.0.2.1/24", "2001:db8::1/64"}) {
        INFO(wrong);
        const auto network = Network::parse(wrong);
        REQUIRE(network.has_error());
        CHECK_THAT(network.error().words(), Catch::Contains("is no network") && Catch::Contains("expected"));
    }
}
