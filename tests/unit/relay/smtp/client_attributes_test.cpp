#include "relay/smtp/client_attributes.hpp"

#include <catch2/catch.hpp>

namespace mugaika::smtp {
namespace {

auto xclient(std::string_view argument) { return parse_client_attributes(argument, xclient_attributes); }

std::string address_in(std::string_view argument) {
    const auto said = xclient(argument);
    if (!said) return "(syntax)";
    return said->address ? said->address->text() : said->address_said ? "(unknown)" : "(not said)";
}

}  // namespace

TEST_CASE("attributes of a client are read as Postfix writes them") {
    const auto said =
        xclient("NAME=spike.porcupine.org ADDR=168.100.189.2 PORT=49152 PROTO=ESMTP helo=a+2Bb+3D LOGIN=me");
    REQUIRE(said);
    CHECK(said->name == "spike.porcupine.org");
    CHECK(said->helo == "a+b=");
    CHECK(said->protocol == "ESMTP");
    CHECK(said->address->text() == "168.100.189.2");
}

TEST_CASE("an IPv6 address has its prefix and an IPv4 address has none") {
    CHECK(address_in("ADDR=IPV6:2001:db8::1") == "2001:db8::1");
    CHECK(address_in("addr=ipv6:2001:DB8::1") == "2001:db8::1");
    CHECK(address_in("ADDR=IPV6:::ffff:192.0.2.1") == "192.0.2.1");
    CHECK(address_in("ADDR=2001:db8::1") == "(syntax)");
    CHECK(address_in("ADDR=IPV6:192.0.2.1") == "(syntax)");
    CHECK(address_in("ADDR=[192.0.2.1]") == "(syntax)");
    CHECK(address_in("NAME=x") == "(not said)");
}

TEST_CASE("what the hop does not know takes away what was said before, and what it does not speak of stays") {
    CHECK(address_in("ADDR=[UNAVAILABLE]") == "(unknown)");
    CHECK(address_in("ADDR=[tempunavail]") == "(unknown)");
    ClientAttributes all = *xclient("ADDR=192.0.2.1 NAME=a HELO=b");
    all.add(*xclient("ADDR=[UNAVAILABLE] NAME=[TEMPUNAVAIL]"));
    CHECK(all.address_said);
    CHECK_FALSE(all.address.has_value());
    CHECK(all.name == "");
    CHECK(all.helo == "b");
}

TEST_CASE("a protocol that no Received field may name is not repeated") {
    CHECK(xclient("PROTO=QMQP")->protocol == "");
    CHECK(xclient("PROTO=esmtps")->protocol == "ESMTPS");
}

TEST_CASE("AC-029 AC-030 attributes that do not keep to their form are refused as a whole") {
    for (const std::string& wrong :
         {std::string(), std::string("ADDR"), std::string("ADDR="), std::string("=192.0.2.1"), std::string("FOO=bar"),
          std::string("NAME=a NAME=b"), std::string("NAME=a name=b"), std::string("NAME=a+0D+0AMAIL"),
          std::string("NAME=a+00"), std::string("NAME=a+2"), std::string("NAME=a+2b"), std::string("NAME=a+"),
          std::string("HELO=") + std::string(256, 'x'), std::string("PORT=65536"), std::string("PORT=-1"),
          std::string("PORT=25x"), std::string("NAME=a ADDR=192.0.2.300"), std::string("DESTADDR=nowhere")}) {
        INFO(wrong);
        CHECK_FALSE(xclient(wrong).has_value());
    }
    CHECK_FALSE(parse_client_attributes("LOGIN=me", xforward_attributes).has_value());
    CHECK(xclient("HELO=" + std::string(255, 'x')).has_value());
}

}  // namespace mugaika::smtp
