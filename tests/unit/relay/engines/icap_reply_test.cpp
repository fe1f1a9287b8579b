#include "relay/engines/icap_reply.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace mugaika;

namespace {

// Read whole, and in pieces of each small size: the same comes of it.
std::optional<IcapReply> read(std::string_view bytes, std::string& broken, std::size_t body_max = 1000) {
    std::optional<IcapReply> whole;
    for (std::size_t piece : {bytes.size() + 1, std::size_t{1}, std::size_t{7}}) {
        IcapReplyReader reader(body_max);
        std::size_t at = 0;
        while (at < bytes.size()) {
            const std::size_t taken = reader.read(bytes.substr(at, piece));
            at += taken;
            if (taken == 0) break;
        }
        std::optional<IcapReply> reply = reader.take();
        if (piece > bytes.size()) {
            broken = reader.broken();
            whole = reply;
        }
        CHECK(reader.broken() == broken);
        CHECK(reply.has_value() == whole.has_value());
        if (reply && whole) CHECK(reply->untrusted_body == whole->untrusted_body);
    }
    return whole;
}

IcapReply good(std::string_view bytes) {
    std::string broken;
    const auto reply = read(bytes, broken);
    INFO(broken);
    REQUIRE(reply);
    return *reply;
}

std::string why_not(std::string_view bytes, std::size_t body_max = 1000) {
    std::string broken;
    CHECK_FALSE(read(bytes, broken, body_max));
    return broken;
}

}  // namespace

TEST_CASE("what a service says of itself is read") {
    const IcapReply reply = good(
        "ICAP/1.0 200 OK\r\nMethods: RESPMOD, REQMOD\r\nISTag: \"x\"\r\nOptions-TTL: 3600\r\n"
        "Preview: 1024\r\nMax-Connections: 8\r\nEncapsulated: null-body=0\r\n\r\n");
    CHECK(reply.status == 200);
    CHECK(reply.methods == "RESPMOD, REQMOD");
    CHECK(reply.preview == std::size_t{1024});
    CHECK(reply.connections_max == std::size_t{8});
    CHECK(reply.options_ttl == std::chrono::seconds(3600));
    CHECK_FALSE(reply.has_body);
    CHECK_FALSE(reply.closes);
}

TEST_CASE("replies without anything in them end with their head") {
    CHECK(good("ICAP/1.0 100 Continue\r\n\r\n").status == 100);
    CHECK(good("ICAP/1.0 204 Unmodified\r\nConnection: close\r\n\r\n").closes);
    CHECK(good("ICAP/1.0 404\r\n\r\n").status == 404);
}

TEST_CASE("a page in place of the file is read with what was found") {
    const std::string head = "HTTP/1.0 403 Forbidden\r\nContent-Type: text/html\r\n\r\n";
    const IcapReply reply = good(
        "ICAP/1.0 200 OK\r\nX-Infection-Found: Type=0; Resolution=2; Threat=Eicar-Test;\r\n"
        "X-Violations-Found: 1\r\n\t-\r\n\tEicar\r\nEncapsulated: res-hdr=0, res-body=" +
        std::to_string(head.size()) + "\r\n\r\n" + head + "5\r\nhello\r\n1;x=y\r\n!\r\n0\r\nTrailer: a\r\n\r\n");
    CHECK(reply.holds == IcapHolds::response);
    CHECK(reply.http_status == 403);
    CHECK(reply.found == "Eicar-Test");
    CHECK(reply.untrusted_body == "hello!");
}

TEST_CASE("a request in a reply is one") {
    const IcapReply reply = good("ICAP/1.0 200 OK\r\nEncapsulated: req-hdr=0, req-body=2\r\n\r\nab1\r\nx\r\n0\r\n\r\n");
    CHECK(reply.holds == IcapHolds::request);
    CHECK(reply.untrusted_body == "x");
}

TEST_CASE("what no reply may be breaks the reading") {
    CHECK(why_not("HTTP/1.1 200 OK\r\n\r\n") == "no status line");
    CHECK(why_not("ICAP/1.0 2x0 OK\r\n\r\n") == "no status line");
    CHECK(why_not("ICAP/1.0 2000 OK\r\n\r\n") == "no status line");
    CHECK(why_not("ICAP/1.0 600 OK\r\n\r\n") == "no status line");
    CHECK(why_not(std::string("ICAP/1.0 204 O\0K\r\n\r\n", 20)) == "NUL in a head");
    CHECK(why_not("ICAP/1.0 204 OK\r\nno field\r\n\r\n") == "a line in a head that is no field");
    CHECK(why_not("ICAP/1.0 200 OK\r\n" + std::string(icap_line_bytes_max + 1, 'a')) == "a head that is too long");
    std::string many = "ICAP/1.0 200 OK\r\n";
    while (many.size() <= icap_head_bytes_max * 2) many += "A: " + std::string(1000, 'b') + "\r\n";
    CHECK(why_not(many) == "a head that is too long");
}

TEST_CASE("where an Encapsulated field does not fit nothing is taken for the file") {
    for (const char* field :
         {"res-body", "res-hdr=0", "res-body=x", "res-body=-1", "res-hdr=9, res-body=3", "res-body=99999999",
          "res-body=0, res-hdr=3", "res-body=0, req-body=0", "", "res-body=0x10"}) {
        INFO(field);
        CHECK(why_not("ICAP/1.0 200 OK\r\nEncapsulated: " + std::string(field) + "\r\n\r\n") ==
              "an Encapsulated field that does not fit");
    }
}

TEST_CASE("chunks are as long as they say, and all together no longer than allowed") {
    const std::string head = "ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\n";
    CHECK(why_not(head + "\r\n") == "a chunk without its length");
    CHECK(why_not(head + "x\r\n") == "a chunk without its length");
    CHECK(why_not(head + "-1\r\n") == "a chunk without its length");
    CHECK(why_not(head + "1\r\nab\r\n") == "a chunk longer than it says");
    CHECK(why_not(head + "fffffffffffffffff\r\n") == "a chunk without its length");
    CHECK(why_not(head + "ffffffffffffffff\r\n") == "a body that is too large");
    CHECK(why_not(head + "5\r\nabcde\r\n4\r\n", 8) == "a body that is too large");
    CHECK(good(head + "5\r\nabcde\r\n0\r\n\r\n").untrusted_body == "abcde");
}

TEST_CASE("a reply that is cut anywhere is none yet") {
    const std::string head = "HTTP/1.1 200 OK\r\n\r\n";
    const std::string whole = "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, res-body=" + std::to_string(head.size()) +
                              "\r\n\r\n" + head + "2\r\nab\r\n0\r\n\r\n";
    for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
        IcapReplyReader reader(1000);
        CHECK(reader.read(std::string_view(whole).substr(0, bytes)) == bytes);
        CHECK_FALSE(reader.take());
    }
    CHECK(good(whole).untrusted_body == "ab");
}

TEST_CASE("bytes behind a reply stay for the next one") {
    IcapReplyReader reader(1000);
    const std::string_view two = "ICAP/1.0 100 Continue\r\n\r\nICAP/1.0 204 No\r\n\r\n";
    const std::size_t first = reader.read(two);
    CHECK(reader.read(two.substr(first)) == 0);  // the complete one was not taken yet
    CHECK(reader.take()->status == 100);
    CHECK(first + reader.read(two.substr(first)) == two.size());
    CHECK(reader.take()->status == 204);
}

TEST_CASE("words of a service are shown without their controls, AC-255") {
    CHECK(good("ICAP/1.0 500 \x1b[2J\r\n\r\n").words == "ICAP/1.0 500 \xEF\xBF\xBD[2J");
    CHECK(good("ICAP/1.0 204 x\r\nX-Virus-ID: a\x07"
               "b\r\n\r\n")
              .found ==
          "a\xEF\xBF\xBD"
          "b");
    CHECK(good("ICAP/1.0 204 x\r\nX-Virus-ID:\r\n\r\n").found == "something");
    CHECK(good("ICAP/1.0 204 x\r\nX-Violations-Found: 0\r\n\r\n").found.empty());
}
