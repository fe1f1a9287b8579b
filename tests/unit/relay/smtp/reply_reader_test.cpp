#include "relay/smtp/reply_reader.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace mugaika;
using namespace mugaika::smtp;
using namespace std::string_literals;

namespace {

NextHopLimits small_limits() {
    NextHopLimits limits;
    limits.reply_line_bytes_max = 64;
    limits.reply_lines_max = 4;
    return limits;
}

struct Reading {
    std::vector<NextHopReply> replies;
    std::string broken;
};

Reading read_in_pieces(std::string_view bytes, std::size_t piece_bytes) {
    ReplyReader reader(small_limits());
    Reading reading;
    while (!bytes.empty() && reader.broken().empty()) {
        const std::size_t taken = reader.read(bytes.substr(0, piece_bytes));
        bytes.remove_prefix(taken);
        if (auto reply = reader.take()) reading.replies.push_back(std::move(*reply));
    }
    reading.broken = reader.broken();
    return reading;
}

Reading read_all(std::string_view bytes) { return read_in_pieces(bytes, bytes.size()); }

}  // namespace

TEST_CASE("replies of all usual forms are read") {
    struct Row {
        std::string bytes;
        int code;
        std::string enhanced;
        std::string words;
    };
    const Row row = GENERATE(values<Row>({
        {"250 OK\r\n", 250, "", "OK"},
        {"250\r\n", 250, "", ""},  // RFC 5321 4.2.1: the text may be missing
        {"250 \r\n", 250, "", ""},
        {"550 5.1.1 no such user\r\n", 550, "5.1.1", "no such user"},
        {"550 5.1.1\r\n", 550, "5.1.1", ""},
        {"571 5.7.1 no\r\n", 571, "5.7.1", "no"},
        {"550-5.1.1 no\r\n550 5.1.1 such user\r\n", 550, "5.1.1", "no such user"},
        {"250-one\r\n250-\r\n250 two\r\n", 250, "", "one two"},
        // an enhanced code of another class, or none at all, is only words
        {"550 2.0.0 fine\r\n", 550, "", "2.0.0 fine"},
        {"550 5.1 no\r\n", 550, "", "5.1 no"},
        {"550 5.1.1234 no\r\n", 550, "", "5.1.1234 no"},
        {"550 5.1.1x no\r\n", 550, "", "5.1.1x no"},
        // a line may end in LF alone
        {"250-one\n250 two\n", 250, "", "one two"},
        {"550-5.1.1 no\r\n550 5.1.1 such user\n", 550, "5.1.1", "no such user"},
        // words lose everything that must not be shown, and keep what people write
        {"550 a\x1b[31mb\x07\tc\x7f\r\n", 550, "", "a?[31mb? c?"},
        {"550 \xe5\xae\x9b\xe5\x85\x88\xe4\xb8\x8d\xe6\x98\x8e\r\n", 550, "",
         "\xe5\xae\x9b\xe5\x85\x88\xe4\xb8\x8d\xe6\x98\x8e"},
        {"550 \xe5\xae \xff\x82\xa0 x\xe2\x80\xae y\xc2\x85\r\n", 550, "", "?? ??? x? y?"},
    }));
    CAPTURE(row.bytes);
    const std::size_t piece = GENERATE(1u, 3u, 1000u);
    const Reading reading = read_in_pieces(row.bytes, piece);
    CHECK(reading.broken == "");
    REQUIRE(reading.replies.size() == 1);
    CHECK(reading.replies[0].reply.code == row.code);
    CHECK(reading.replies[0].reply.enhanced == row.enhanced);
    CHECK(reading.replies[0].reply.words == row.words);
}

TEST_CASE("AC-033 AC-247 what is not exactly a reply breaks the reader") {
    struct Row {
        std::string bytes;
        std::string broken;
    };
    const Row row = GENERATE(values<Row>({
        {"999 what\r\n", "no reply code"},
        {"150 what\r\n", "no reply code"},
        {"600 what\r\n", "no reply code"},
        {"25 what\r\n", "no reply code"},
        {"2a0 what\r\n", "no reply code"},
        {"250x what\r\n", "no reply code"},
        {" 250 what\r\n", "no reply code"},
        {"\r\n", "no reply code"},
        {"HTTP/1.1 400 Bad Request\r\n", "no reply code"},
        {"\x16\x03\x01\r\n", "no reply code"},
        {"250 a\0b\r\n"s, "NUL in a reply"},
        {"\0"s, "NUL in a reply"},
        {"250 a\rb\r\n", "bare CR in a reply"},
        {"250 a\r\r\n", "bare CR in a reply"},
        {"\n", "no reply code"},
        {"250-a\r\n550 b\r\n", "lines of one reply with different codes"},
        {"250-a\r\n251-b\r\n", "lines of one reply with different codes"},
        {"250-1\r\n250-2\r\n250-3\r\n250-4\r\n250 5\r\n", "too many reply lines"},
        {"250 " + std::string(59, 'x') + "\r\n", "reply line too long"},
        {std::string(65, '2'), "reply line too long"},
    }));
    CAPTURE(row.bytes);
    const std::size_t piece = GENERATE(1u, 1000u);
    const Reading reading = read_in_pieces(row.bytes, piece);
    CHECK(reading.broken == row.broken);
    CHECK(reading.replies.empty());
}

TEST_CASE("the limits of lines and line length are exact") {
    CHECK(read_all("250 " + std::string(58, 'x') + "\r\n").replies.size() == 1);
    CHECK(read_all("250-1\r\n250-2\r\n250-3\r\n250 4\r\n").replies.size() == 1);
}

TEST_CASE("AC-033 a reply continued forever ends at the limit of lines") {
    ReplyReader reader(small_limits());
    std::size_t lines = 0;
    while (reader.broken().empty()) {
        reader.read("250-more\r\n");
        REQUIRE(++lines <= small_limits().reply_lines_max + 1);
    }
    CHECK(reader.read("250 done\r\n") == 0);
    CHECK_FALSE(reader.take());
}

TEST_CASE("AC-033 words are bounded whatever the lines are") {
    ReplyReader reader{NextHopLimits{}};
    std::string bytes;
    for (int i = 0; i < 63; ++i) bytes += "550-" + std::string(2000, 'x') + "\r\n";
    bytes += "550 end\r\n";
    CHECK(reader.read(bytes) == bytes.size());
    const auto reply = reader.take();
    REQUIRE(reply);
    CHECK(reply->reply.words.size() == reply_words_bytes_max);
    CHECK(reply->lines.size() == 64);
}

TEST_CASE("words are cut between characters") {
    ReplyReader reader{NextHopLimits{}};
    std::string words;
    for (int i = 0; i < 400; ++i) words += "\xe5\xb1\xb1";
    reader.read("550 " + words + "\r\n");
    const auto reply = reader.take();
    REQUIRE(reply);
    CHECK(reply->reply.words == words.substr(0, reply_words_bytes_max / 3 * 3));
}

TEST_CASE("bytes behind a reply are left for the next one") {
    ReplyReader reader(small_limits());
    const std::string bytes = "250 one\r\n550 two\r\n";
    CHECK(reader.read(bytes) == 9);
    CHECK(reader.take()->reply.words == "one");
    CHECK(reader.read(std::string_view(bytes).substr(9)) == 9);
    CHECK(reader.take()->reply.words == "two");
    CHECK_FALSE(reader.take());
}
