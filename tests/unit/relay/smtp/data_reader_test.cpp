#include "relay/smtp/data_reader.hpp"

#include <catch2/catch.hpp>
#include <optional>
#include <string>

namespace mugaika::smtp {
namespace {

struct Reading {
    std::string content;  // "" when refused
    std::size_t consumed = 0;
    bool finished = false;
    int code = 250;
    friend bool operator==(const Reading&, const Reading&) = default;
};

std::ostream& operator<<(std::ostream& out, const Reading& r) {
    return out << r.code << (r.finished ? " finished at " : " open at ") << r.consumed << ": " << r.content;
}

Reading read(std::string_view bytes, const SmtpLimits& limits = {}, std::size_t piece_bytes = std::string::npos) {
    DataReader reader(limits);
    Reading reading;
    while (reading.consumed < bytes.size() && !reader.finished()) {
        const DataReader::Step step = reader.read(bytes.substr(reading.consumed).substr(0, piece_bytes));
        REQUIRE(step.consumed > 0);
        reading.consumed += step.consumed;
        reading.content += step.content;
    }
    reading.finished = reader.finished();
    if (reader.fault() != nullptr) {
        reading.code = reader.fault()->code;
        reading.content.clear();
    }
    return reading;
}

using namespace std::string_view_literals;

constexpr std::string_view header = "A: b\r\n\r\n";

const std::string_view ends_nothing[] = {
    "\n.\n"sv,   "\n.\r\n"sv, "\r\n.\n"sv,     "\r.\r"sv,       "\r.\n"sv,       "\n.\r"sv,
    "\r.\r\n"sv, "\r\n.\r"sv, "\r\n\0.\r\n"sv, "\r\n.\0\r\n"sv, "\r\n.\r\r\n"sv, "\r\r\n.\r\r\n"sv,
};

}  // namespace

TEST_CASE("content ends at CRLF.CRLF and nothing behind it is touched") {
    const Reading reading = read("A: b\r\n\r\nx\r\n.\r\nQUIT\r\n");
    CHECK(reading == Reading{"A: b\r\n\r\nx\r\n", 14, true, 250});
}

TEST_CASE("AC-020 an empty message, and a header alone") {
    CHECK(read(".\r\n") == Reading{"", 3, true, 250});
    CHECK(read("A: b\r\n.\r\n") == Reading{"A: b\r\n", 9, true, 250});
}

TEST_CASE("a dot at the start of a line is taken away once") {
    CHECK(read("..\r\n...\r\n.a\r\na.\r\n.\r\n").content == ".\r\n..\r\na\r\na.\r\n");
}

TEST_CASE("AC-001 ... AC-011 nothing else ends content, and the mail that tries is refused at its real end") {
    for (const std::string_view attempt : ends_nothing) {
        for (const std::string_view lead : {header, ""sv}) {
            const std::string smuggled = std::string(lead) + "x" + std::string(attempt) + "MAIL FROM:<a@b.example>\r\n";
            CAPTURE(smuggled);
            const Reading open = read(smuggled);
            CHECK_FALSE(open.finished);
            CHECK(open.consumed == smuggled.size());
            const Reading whole = read(smuggled + "\r\n.\r\nQUIT\r\n");
            CHECK(whole.finished);
            CHECK(whole.consumed == smuggled.size() + 5);
            CHECK(whole.code == 550);
        }
    }
}

TEST_CASE("AC-016 the pieces in which content comes change nothing") {
    SmtpLimits limits;
    limits.message_bytes_max = 64;
    limits.hops_max = 1;
    std::vector<std::string> contents = {
        "A: b\r\n\r\n..x\r\n.y\r\n\r\n.\r\nrest",
        "Received: 1\r\nReceived: 2\r\n\r\n\n.\r\n.\r\n",
        "A: b\r\n\r\n" + std::string(100, 'x') + "\n\r\n.\r\n",
        "A: b\r\n\r\n" + std::string(100, 'x') + "\r\n.\r\n",
    };
    for (const std::string_view attempt : ends_nothing) {
        contents.push_back("A: b\r\n\r\nx" + std::string(attempt) + "y\r\n.\r\nrest");
    }
    for (const std::string& content : contents) {
        const Reading whole = read(content, limits);
        CAPTURE(content);
        for (std::size_t piece = 1; piece < content.size(); ++piece) CHECK(read(content, limits, piece) == whole);
    }
}

TEST_CASE("AC-012 AC-013 bare CR or LF anywhere is refused") {
    for (const std::string_view bad :
         {"A: b\nB: c\r\n\r\n.\r\n"sv, "A: b\rB: c\r\n\r\n.\r\n"sv, "\n\r\n.\r\n"sv, "A: b\r\n\r\nx\ny\r\n.\r\n"sv,
          "A: b\r\n\r\nx\ry\r\n.\r\n"sv, "A: b\r\n\r\n\r\r\n.\r\n"sv, "A: b\r\n\r\n.x\n\r\n.\r\n"sv}) {
        CAPTURE(bad);
        const Reading reading = read(bad);
        CHECK(reading.finished);
        CHECK(reading.code == 550);
    }
}

TEST_CASE("AC-009 AC-010 NUL is refused in the header and beside a dot, and left to the worker elsewhere") {
    CHECK(read("A: \0b\r\n\r\n.\r\n"sv).code == 550);
    CHECK(read("A: b\r\n\r\n\0.\r\n.\r\n"sv).code == 550);
    CHECK(read("A: b\r\n\r\n.\0\r\n.\r\n"sv).code == 550);
    CHECK(read("A: b\r\n\r\nx\0y\r\n.\r\n"sv).code == 250);
}

TEST_CASE("AC-040 more Received fields than the limit are a loop") {
    std::string content;
    for (std::size_t i = 0; i < SmtpLimits{}.hops_max; ++i) content += "Received: by x\r\n\tfor y\r\n";
    CHECK(read(content + "\r\nReceived: in the body\r\n.\r\n").code == 250);
    CHECK(read(content + "received:\r\n\r\n.\r\n").code == 554);
}

TEST_CASE("AC-039 content over the limit is refused after its real end") {
    SmtpLimits limits;
    limits.message_bytes_max = 10;
    CHECK(read("A: b\r\n\r\nxx\r\n.\r\n", limits).code == 552);  // 12
    CHECK(read("A: b\r\n\r\n\r\n.\r\n", limits).code == 250);    // 10: the dot line is no content
    CHECK(read("A: b\r\n\r\n..\r\n.\r\n", limits).code == 552);
}

TEST_CASE("AC-071 a header over its limits is refused") {
    const SmtpLimits limits;
    const auto code = [](const std::string& head) { return read(head + "\r\n\r\n.\r\n").code; };
    CHECK(code("A:" + std::string(limits.header_line_bytes_max - 2, 'x')) == 250);
    CHECK(code("A:" + std::string(limits.header_line_bytes_max - 1, 'x')) == 550);
    std::string folded = "A:";
    for (std::size_t i = 0; i < limits.header_line_bytes_max / 2; ++i) folded += "\r\n x";
    CHECK(code(folded) == 550);
    std::string many = "A:";
    for (std::size_t i = 1; i < limits.header_fields_max; ++i) many += "\r\nA:";
    CHECK(code(many) == 250);
    CHECK(code(many + "\r\nA:") == 550);
    std::string long_block = "A:";
    for (int i = 0; i < 20; ++i) long_block += "\r\nA:" + std::string(60000, 'x');
    CHECK(code(long_block) == 550);
}

// Beside the guard: without stopping the search for LF once one was found, this would take the square of its size.
TEST_CASE("a flood of line ends is read in linear time") {
    for (const char flood : {'\n', '\r', '.'}) {
        const std::string content = "A: b\r\n\r\nx" + std::string(8u << 20, flood) + "\r\n.\r\n";
        const Reading reading = read(content);
        CHECK(reading.finished);
        CHECK(reading.consumed == content.size());
    }
}

TEST_CASE("what is wrong is told with its line, the first of the kind that the answer is for") {
    SmtpLimits limits;
    limits.hops_max = 0;
    limits.message_bytes_max = 20;
    const auto finding = [&](std::string_view bytes) {
        DataReader reader(limits);
        while (!reader.finished()) bytes.remove_prefix(reader.read(bytes).consumed);
        REQUIRE(reader.fault() != nullptr);
        return reader.finding();
    };
    const auto both = finding("Received: x\r\n\r\ny\nz\0\r\n\0\r\n.\r\n"sv);
    CHECK(both.what == "a bare LF, without CR");
    CHECK(both.line == 3);
    const auto loop = finding("A: b\r\nReceived: x\r\n\r\ntoo long for the limit\r\n.\r\n"sv);
    CHECK(loop.line == 2);
    CHECK(loop.limit == 0);
    const auto large = finding("A: b\r\n\r\ntoo long for the limit\r\n.\r\n"sv);
    CHECK(large.line == 0);
    CHECK(large.limit == 20);
}

}  // namespace mugaika::smtp
