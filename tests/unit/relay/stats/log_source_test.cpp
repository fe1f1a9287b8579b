#include "relay/stats/log_source.hpp"

#include <sys/resource.h>

#include <boost/json/object.hpp>
#include <catch2/catch.hpp>
#include <sstream>
#include <vector>

#include "relay/stats/log_reader.hpp"
#include "tests/support/packed_text.hpp"

using namespace mugaika;

namespace {

struct Way {
    const char* suffix;
    std::string (*pack)(std::string_view);
};
const Way ways[] = {
    {".gz", gzipped},
    {".zst", zstded},
    {".xz", xzed},
};

struct ReadBack {
    std::string text;
    std::string fault;  // "" when it could be read whole
};

ReadBack read_back(const std::string& bytes, const std::string& name, std::size_t room = 65536) {
    std::istringstream in(bytes);
    LogSource source(in, name);
    std::string buffer(room, '\0');
    ReadBack all;
    for (;;) {
        const auto made = source.read(buffer);
        if (!made) {
            all.fault = made.error().words();
            return all;
        }
        if (*made == 0) return all;
        all.text.append(buffer, 0, *made);
    }
}

std::string many_lines(std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += R"({"time":"2026-11-20T09:00:00.000+09:00","event":"message.received","id":")" +
                std::to_string(i * 2654435761u) + "\"}\n";
    }
    return text;
}

}  // namespace

TEST_CASE("a log is the same text plain, gz, zst and xz, whatever the buffers and the name") {
    for (const std::size_t lines : {0u, 1u, 20000u}) {
        const std::string text = many_lines(lines);
        CHECK(read_back(text, "log").text == text);
        for (const Way& way : ways) {
            CAPTURE(way.suffix, lines);
            const std::string packed = way.pack(text);
            for (const std::size_t room : {1u << 16, 4096u, 7u}) {
                if (room == 7 && lines > 1) continue;
                const ReadBack back = read_back(packed, std::string("log") + way.suffix, room);
                CHECK(back.fault.empty());
                CHECK(back.text == text);
            }
            CHECK(read_back(packed, "-").text == text);  // standard input has no suffix
        }
    }
}

TEST_CASE("several packed pieces one behind the other are one log") {
    for (const Way& way : ways) {
        CAPTURE(way.suffix);
        const ReadBack back = read_back(way.pack("one\n") + way.pack("") + way.pack("two\n"), "log");
        CHECK(back.fault.empty());
        CHECK(back.text == "one\ntwo\n");
    }
}

TEST_CASE("a packed log that was cut anywhere is an error that names the file, never a shorter log") {
    const std::string text = many_lines(30);
    for (const Way& way : ways) {
        const std::string packed = way.pack(text);
        const std::string name = std::string("events.jsonl.3") + way.suffix;
        for (std::size_t length = 0; length < packed.size(); ++length) {
            CAPTURE(way.suffix, length);
            const ReadBack back = read_back(packed.substr(0, length), name);
            CHECK_THAT(back.fault, Catch::StartsWith("the log " + name + " "));
        }
    }
}

TEST_CASE("a packed log that was changed anywhere is an error or still the same text") {
    const std::string text = many_lines(30);
    for (const Way& way : ways) {
        const std::string packed = way.pack(text);
        for (std::size_t at = 0; at < packed.size(); ++at) {
            for (const char flip : {'\x01', '\x80', '\xff'}) {
                CAPTURE(way.suffix, at);
                std::string changed = packed;
                changed[at] = static_cast<char>(changed[at] ^ flip);
                const ReadBack back = read_back(changed, std::string("log") + way.suffix);
                const bool whole = back.fault.empty() && back.text == text;  // a byte that says nothing, as gzip's OS
                CHECK((whole || !back.fault.empty()));
            }
        }
    }
}

TEST_CASE("what stands behind a packed log, and a name that lies, are errors that say so") {
    for (const Way& way : ways) {
        CAPTURE(way.suffix);
        const std::string name = std::string("log") + way.suffix;
        CHECK_THAT(read_back(way.pack("x\n") + many_lines(1), name).fault,
                   Catch::StartsWith("the log " + name + " is damaged"));
        CHECK(read_back("{\"time\":1}\n", name).fault ==
              "the log " + name + " does not begin as a " + way.suffix + " file does");
        CHECK_FALSE(read_back("", name).fault.empty());
    }
    CHECK_THAT(read_back(gzipped("x\n"), "log.xz").fault, Catch::Contains("does not begin as a .xz file does"));
}

TEST_CASE("packings that are not read are named, with those that are") {
    using namespace std::string_literals;
    struct Row {
        std::string bytes, name, says;
    };
    for (const Row& row : {Row{"BZh91AY&SY", "log.bz2", "bzip2"}, Row{"\x04\x22\x4d\x18 rest"s, "log.lz4", "lz4"},
                           Row{"\x1f\x9d\x90 rest"s, "log.Z", "compress"}, Row{"BZh91AY&SY", "-", "bzip2"}}) {
        CHECK(read_back(row.bytes, row.name).fault ==
              "the log " + row.name + " is packed by " + row.says +
                  ", which is not read here; expected plain text, gzip, zstd or xz");
    }
}

TEST_CASE("a packed log that asks for a lot of memory is refused, and a bomb is read with little") {
    constexpr char four_gigabytes = 40, sixty_four_megabytes = 28;
    const std::string too_much = "needs more than 128 MB of memory to be unpacked";
    CHECK_THAT(read_back(xzed_with_dictionary("x\n", four_gigabytes), "log.xz").fault, Catch::Contains(too_much));
    CHECK(read_back(xzed_with_dictionary("x\n", sixty_four_megabytes), "log.xz").text == "x\n");  // as xz -9 has it
    CHECK_THAT(read_back(zstd_frame(30), "log.zst").fault, Catch::Contains(too_much));
    CHECK(read_back(zstd_frame(27), "log.zst").text == "x\n");  // as zstd --long has it

    const auto peak_kb = [] {
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        return usage.ru_maxrss;
    };
    const std::string bomb_piece = gzipped(std::string(64u << 20, ' '));
    std::string bomb;
    for (int i = 0; i < 8; ++i) bomb += bomb_piece;
    const long before = peak_kb();
    std::istringstream in(bomb);
    LogReading reading;
    const auto read = read_log(
        in, "bomb.gz", [](const ReadEvent&) {}, reading);
    CHECK(read.has_value());
    CHECK(reading.broken == 1);  // one line of 512 MB
    CHECK(peak_kb() - before < 64 * 1024);
}

TEST_CASE("a packed log that breaks in the middle stops the reading, so that nothing is counted in part") {
    for (const Way& way : ways) {
        CAPTURE(way.suffix);
        const std::string packed = way.pack(many_lines(20000));
        std::istringstream in(packed.substr(0, packed.size() / 2));
        LogReading reading;
        const std::string name = std::string("events.jsonl.2") + way.suffix;
        const auto read = read_log(
            in, name, [](const ReadEvent&) {}, reading);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().fault() == Fault::protocol);
        CHECK(read.error().words() == "the log " + name + " ends in the middle: it was cut, or is just being written");
    }
}
