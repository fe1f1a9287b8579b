#include "relay/inbound/proxy_header.hpp"

#include <catch2/catch.hpp>
#include <string>

namespace mugaika {
namespace {

using State = ProxyHeader::State;
using namespace std::string_literals;

// "malformed", "incomplete", or the bytes of the header and the client.
std::string reading(const std::string& bytes) {
    const ProxyHeader header = read_proxy_header(bytes);
    if (header.state == State::malformed) return "malformed";
    if (header.state == State::incomplete) return "incomplete";
    return std::to_string(header.bytes) + " " + (header.client ? header.client->text() : "-");
}

std::string v2(char command, char family, const std::string& rest, std::size_t length) {
    return "\r\n\r\n\0\r\nQUIT\n"s + command + family + static_cast<char>(length >> 8) +
           static_cast<char>(length & 0xff) + rest;
}
std::string v2(char command, char family, const std::string& rest) { return v2(command, family, rest, rest.size()); }

const std::string v4_addresses = "\xc0\x00\x02\x01\xc0\x00\x02\x02\xc0\x00\x00\x19"s;
const std::string v6_addresses =
    "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x07" + std::string(16, '\0') + "\0\x19\0\x19"s;

}  // namespace

TEST_CASE("PROXY version 1 names the client of both families, or says that it is unknown") {
    CHECK(reading("PROXY TCP4 192.0.2.1 192.0.2.2 49152 25\r\nEHLO") == "41 192.0.2.1");
    CHECK(reading("PROXY TCP6 2001:db8::7 2001:db8::2 0 65535\r\n") == "44 2001:db8::7");
    CHECK(reading("PROXY UNKNOWN\r\n") == "15 -");
    CHECK(reading("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n") == "59 -");
}

TEST_CASE("a line of PROXY version 1 that is not exactly one is none") {
    for (const char* wrong :
         {"PROXY TCP4 192.0.2.1 192.0.2.2 49152\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 49152 25 \r\n",
          "PROXY  TCP4 192.0.2.1 192.0.2.2 49152 25\r\n", "PROXY TCP4 2001:db8::1 2001:db8::2 1 25\r\n",
          "PROXY TCP6 192.0.2.1 192.0.2.2 49152 25\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 65536 25\r\n",
          "PROXY TCP4 192.0.2.1 192.0.2.2 049152 25\r\n", "PROXY TCP4 192.0.2.01 192.0.2.2 49152 25\r\n",
          "PROXY tcp4 192.0.2.1 192.0.2.2 49152 25\r\n", "PROXY TCP4 192.0.2.1 192.0.2.2 -1 25\r\n",
          "PROXY UDP4 192.0.2.1 192.0.2.2 49152 25\r\n", "PROXY\r\n", "proxy TCP4 ", "EHLO x\r\n", "\r\nQUIT",
          "PROXY TCP4 192.0.2.1 192.0.2.2 49152 25\nQUIT\r\n"}) {
        INFO(wrong);
        CHECK(reading(wrong) == "malformed");
    }
}

TEST_CASE("a line of PROXY version 1 ends within 107 bytes") {
    const std::string longest = "PROXY UNKNOWN " + std::string(91, 'x') + "\r\n";
    REQUIRE(longest.size() == 107);
    CHECK(reading(longest) == "107 -");
    CHECK(reading("PROXY UNKNOWN " + std::string(92, 'x') + "\r\n") == "malformed");
    CHECK(reading("PROXY UNKNOWN " + std::string(92, 'x')) == "incomplete");
    CHECK(reading("PROXY UNKNOWN " + std::string(93, 'x')) == "malformed");
}

TEST_CASE("PROXY version 2 names the client of both families and passes over what else it carries") {
    CHECK(reading(v2('\x21', '\x11', v4_addresses) + "EHLO") == "28 192.0.2.1");
    CHECK(reading(v2('\x21', '\x21', v6_addresses)) == "52 2001:db8::7");
    CHECK(reading(v2('\x21', '\x11', v4_addresses + "\x04\x00\x01x"s)) == "32 192.0.2.1");
}

TEST_CASE("PROXY version 2: a proxy that speaks for itself, or of no family, names nobody") {
    CHECK(reading(v2('\x20', '\x00', "")) == "16 -");
    CHECK(reading(v2('\x20', '\x11', v4_addresses)) == "28 -");
    CHECK(reading(v2('\x21', '\x00', "whatever")) == "24 -");
}

TEST_CASE("a header of PROXY version 2 whose parts do not fit is none") {
    CHECK(reading(v2('\x21', '\x11', v4_addresses.substr(1))) == "malformed");  // too short for its family
    CHECK(reading(v2('\x21', '\x21', v4_addresses)) == "malformed");
    CHECK(reading(v2('\x21', '\x12', v4_addresses)) == "malformed");           // datagrams
    CHECK(reading(v2('\x21', '\x31', std::string(216, 'x'))) == "malformed");  // UNIX sockets
    CHECK(reading(v2('\x11', '\x11', v4_addresses)) == "malformed");           // another version
    CHECK(reading(v2('\x22', '\x11', v4_addresses)) == "malformed");           // another command
    CHECK(reading(v2('\x21', '\x11', v4_addresses, 2033)) == "malformed");     // longer than any
    CHECK(reading(v2('\x21', '\x11', v4_addresses, 2032)) == "incomplete");
}

TEST_CASE("a header is incomplete until its last byte, whatever the pieces") {
    for (const std::string& header : {"PROXY TCP4 192.0.2.1 192.0.2.2 49152 25\r\n"s, v2('\x21', '\x11', v4_addresses),
                                      v2('\x21', '\x21', v6_addresses)}) {
        for (std::size_t bytes = 0; bytes < header.size(); ++bytes)
            CHECK(reading(header.substr(0, bytes)) == "incomplete");
        CHECK(read_proxy_header(header).bytes == header.size());
    }
}

}  // namespace mugaika
