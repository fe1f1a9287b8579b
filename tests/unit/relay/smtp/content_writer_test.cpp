#include "relay/smtp/content_writer.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace mugaika::smtp;
using namespace std::string_literals;

namespace {

std::string written(std::string_view content) {
    ContentWriter writer(content);
    std::string bytes;
    while (!writer.done()) {
        for (const std::string_view piece : writer.next_chunk()) bytes += piece;
    }
    return bytes;
}

// What a receiver makes of it (RFC 5321 4.5.2), written independently: the content up to the first lone dot.
std::string received(std::string bytes, std::string& rest) {
    std::string content;
    for (;;) {
        const std::size_t end = bytes.find("\r\n");
        REQUIRE(end != std::string::npos);
        std::string line = bytes.substr(0, end + 2);
        bytes.erase(0, end + 2);
        if (line == ".\r\n") break;
        if (line[0] == '.') line.erase(0, 1);
        content += line;
    }
    rest = bytes;
    return content;
}

}  // namespace

TEST_CASE("AC-014 content is dot-stuffed exactly once and ended once") {
    const std::string content = GENERATE(values<std::string>({
        "a\r\n",
        ".\r\n",
        "..\r\n",
        "\r\n.\r\n.\r\n\r\n",
        ".a\r\n.b\r\n c.\r\n",
        "a.\r\n.\r\nMAIL FROM:<>\r\n",
    }));
    CAPTURE(content);
    std::string rest = "?";
    CHECK(received(written(content), rest) == content);
    CHECK(rest.empty());
}

TEST_CASE("AC-014 a chunk may end anywhere around a leading dot") {
    for (std::size_t shift = 0; shift < 6; ++shift) {
        std::string content(content_chunk_bytes - 3 - shift, 'x');
        content += "\r\n.y\r\n." + std::string(content_chunk_bytes, 'z') + "\r\n";
        std::string rest = "?";
        CHECK(received(written(content), rest) == content);
        CHECK(rest.empty());
    }
}

TEST_CASE("content without leading dots is sent without a copy") {
    const std::string content = "a\r\nb.\r\n";
    ContentWriter writer(content);
    const auto chunk = writer.next_chunk();
    CHECK(chunk[0].data() == content.data());
    CHECK(chunk[1] == ".\r\n");
    CHECK(writer.done());
}

TEST_CASE("AC-018 only CRLF counts as a clean line end") {
    CHECK(has_clean_line_ends("\r\n"));
    CHECK(has_clean_line_ends("a\r\n\r\nb\r\n"));
    for (const std::string& content : {""s, "a"s, "a\n"s, "a\r"s, "a\r\nb"s, "a\r\n\n"s, "a\n.\r\n"s, "a\r.\r\n"s,
                                       "a\r\r\n"s, "a\n.\n"s, "a\r\n\r"s, "\n\r\n"s}) {
        CAPTURE(content);
        CHECK_FALSE(has_clean_line_ends(content));
    }
}
