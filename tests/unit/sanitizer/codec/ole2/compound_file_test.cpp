// The container as it stands in [MS-CFB], and what hostile hands make of it.
#include "sanitizer/codec/ole2/compound_file.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "sanitizer/codec/zip/refused.hpp"
#include "tests/support/made_locked_package.hpp"

using namespace mugaika;
using namespace mugaika::test;
using codec::ole2::CompoundFile;

namespace {

std::string of_size(std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; bytes.size() < size; ++i) bytes += std::to_string(i);
    bytes.resize(size);
    return bytes;
}

std::string read_from(const std::string& file, std::string_view name, FileLimits limits = {}) {
    FilePurse purse(limits);
    return CompoundFile(file).read(name, purse);
}

Reason why_not(const std::string& file, std::string_view name = "two", FileLimits limits = {}) {
    try {
        read_from(file, name, limits);
    } catch (const codec::zip::Refused& refused) {
        return refused.why;
    }
    return Reason::none;
}

const std::string one = of_size(100);
const std::string two = of_size(5000);

std::string two_streams() { return made_compound({{"One", one}, {"Two", two}}); }

}  // namespace

TEST_CASE("streams are read whole, small ones and others, in both versions, by a name whose case does not count") {
    const std::size_t sector = GENERATE(std::size_t{512}, std::size_t{4096});
    for (const auto size :
         std::to_array<std::size_t>({0, 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 8192, 70'000})) {
        INFO(size << " in " << sector);
        const std::string file = made_compound({{"First", one}, {"Second", of_size(size)}, {"Third", two}}, sector);
        CHECK(read_from(file, "sECOND") == of_size(size));
        CHECK(read_from(file, "first") == one);
        CHECK(read_from(file, "Third") == two);
        CHECK(CompoundFile(file).has("first"));
        CHECK_FALSE(CompoundFile(file).has("firs"));
        CHECK(why_not(file, "Fourth") == Reason::document_damaged);
    }
}

TEST_CASE("of a file so large that its table is named outside the header everything is read") {
    const std::string large = of_size(16 << 20);
    const std::string file = made_compound({{"One", one}, {"Two", large}});
    REQUIRE(number_in(file, 72) == 2);
    CHECK(read_from(file, "Two") == large);
    CHECK(read_from(file, "One") == one);
    std::string circle = file;  // the list of the table leads back to its beginning
    put_number(circle, offset_of_sector(file, number_in(file, 68)) + 508, number_in(file, 68));
    CHECK(why_not(circle, "One") == Reason::document_damaged);
}

TEST_CASE("the last sector may end where its stream does") {
    std::string file = two_streams();
    const std::string last = of_size(600);
    REQUIRE(read_from(file, "Two") == two);
    // The table is the last sector that is written; its rows behind the last one are not needed.
    file.resize(offset_of_table_row(file, static_cast<std::uint32_t>(file.size() / 512) - 1));
    CHECK(read_from(file, "Two") == two);
    CHECK(read_from(file, "One") == one);
}

TEST_CASE("AC-199 sizes and chains that lie are damage, and nothing is read for them") {
    const std::string good = two_streams();
    REQUIRE(read_from(good, "Two") == two);
    const std::uint32_t start = number_in(good, offset_of_directory_row(good, 2) + 116);
    struct Lie {
        std::string what;
        std::function<void(std::string&)> tell;
    };
    const auto row = [](std::uint32_t number) { return offset_of_directory_row(two_streams(), number); };
    const auto table = [](std::uint32_t number) { return offset_of_table_row(two_streams(), number); };
    const std::vector<Lie> lies{
        {"no header", [](std::string& f) { f.resize(511); }},
        {"another magic", [](std::string& f) { f[0] = 'P'; }},
        {"no version", [](std::string& f) { f[26] = 5; }},
        {"sectors of another size", [](std::string& f) { f[30] = 12; }},
        {"sectors of 2^31 bytes", [](std::string& f) { f[30] = 31; }},
        {"small sectors of another size", [](std::string& f) { f[32] = 9; }},
        {"another limit of small streams", [](std::string& f) { put_number(f, 56, 0); }},
        {"the directory lies behind the end", [](std::string& f) { put_number(f, 48, 0x7fffffff); }},
        {"the directory lies nowhere", [](std::string& f) { put_number(f, 48, 0xfffffffe); }},
        {"the directory turns in a circle",
         [&](std::string& f) { put_number(f, table(number_in(f, 48)), number_in(f, 48)); }},
        {"no table", [](std::string& f) { put_number(f, 76, 0xffffffff); }},
        {"the first is no root", [&](std::string& f) { f[row(0) + 66] = 2; }},
        {"a child behind the end", [&](std::string& f) { put_number(f, row(0) + 76, 1000); }},
        {"a child far behind the end", [&](std::string& f) { put_number(f, row(0) + 76, 0xfffffffa); }},
        {"siblings in a circle", [&](std::string& f) { put_number(f, row(2) + 72, 1); }},
        {"a sibling of itself", [&](std::string& f) { put_number(f, row(2) + 68, 2); }},
        {"two of one name", [&](std::string& f) { f.replace(row(1), 64, f.substr(row(2), 64)); }},
        {"larger than the file", [&](std::string& f) { put_number(f, row(2) + 120, 0xffffffff); }},
        {"larger than its chain", [&](std::string& f) { put_number(f, row(2) + 120, 5600); }},
        {"its chain begins behind the end", [&](std::string& f) { put_number(f, row(2) + 116, 900); }},
        {"its chain leads out", [&](std::string& f) { put_number(f, table(start), 0x00ffffff); }},
        {"its chain is a mark", [&](std::string& f) { put_number(f, table(start), 0xfffffffd); }},
        {"its chain turns in a circle", [&](std::string& f) { put_number(f, table(start), start); }},
        {"its chain goes back", [&](std::string& f) { put_number(f, table(start + 2), start); }},
        {"its chain ends early", [&](std::string& f) { put_number(f, table(start + 1), 0xfffffffe); }},
    };
    for (const Lie& lie : lies) {
        INFO(lie.what);
        std::string file = good;
        lie.tell(file);
        CHECK(why_not(file) == Reason::document_damaged);
    }
}

TEST_CASE("AC-199 a stream is read to the end of its chain by who knows how much of it is meant") {
    std::string file = two_streams();
    put_number(file, offset_of_directory_row(file, 2) + 120, 5600);  // its chain has 5120 bytes
    REQUIRE(why_not(file) == Reason::document_damaged);
    FilePurse purse{FileLimits()};
    CHECK(CompoundFile(file).read_to_its_end("two", purse).starts_with(two));
    CHECK(CompoundFile(file).read_to_its_end("two", purse).size() == 5120);
    put_number(file, offset_of_directory_row(file, 2) + 120, 0xffffff);
    CHECK_THROWS_AS(CompoundFile(file).read_to_its_end("two", purse), codec::zip::Refused);
}

TEST_CASE("AC-199 small sectors lie where the small stream has room for them") {
    const std::string good = two_streams();
    const std::size_t root = offset_of_directory_row(good, 0);
    const std::size_t first = offset_of_directory_row(good, 1);
    const std::size_t table = offset_of_sector(good, number_in(good, 60));
    const std::vector<std::pair<std::size_t, std::uint32_t>> lies{
        {first + 116, 2}, {first + 116, 64},   {first + 116, 0xfffffff0}, {table, 0},
        {table, 9},       {root + 116, 5'000}, {root + 120, 0},           {60, 0xfffffffe},
        {60, 0x7fffffff}, {first + 120, 200},  {first + 120, 4000},
    };
    for (const auto& [at, number] : lies) {
        INFO(at << " " << number);
        std::string file = good;
        put_number(file, at, number);
        CHECK(why_not(file, "One") == Reason::document_damaged);
    }
    std::string behind = good;  // a chain of one small sector, for which the small stream has no room
    put_number(behind, first + 116, 64);
    put_number(behind, table + 64 * 4, 0xfffffffe);
    CHECK(why_not(behind, "One") == Reason::document_damaged);
}

TEST_CASE("streams in storages have their names, and storages that lie too deep in each other are damage") {
    FilePurse purse{FileLimits()};
    const std::string made = made_compound({{"One", one}, {"Box/Two", two}, {"box/Inner/Three", one}, {"Box2", two}});
    const CompoundFile file(made);
    CHECK(file.names_below("") == std::vector<std::string_view>{"box/inner/three", "box/two", "box2", "one"});
    CHECK(file.names_below("box/") == std::vector<std::string_view>{"box/inner/three", "box/two"});
    CHECK(file.names_below("x").empty());
    CHECK(file.read("BOX/Two", purse) == two);
    CHECK_FALSE(file.has("two"));
    std::string path;
    for (int i = 0; i < 40; ++i) path += std::string(20, 'a') + "/";
    CHECK(why_not(made_compound({{path + "One", one}}), path + "One") == Reason::document_damaged);
}

TEST_CASE("version 3 leaves the upper half of a size to chance, version 4 means it") {
    for (const auto sector : std::to_array<std::size_t>({512, 4096})) {
        std::string file = made_compound({{"One", one}, {"Two", two}}, sector);
        put_number(file, offset_of_directory_row(file, 2) + 124, 1);
        CHECK(why_not(file) == (sector == 512 ? Reason::none : Reason::document_damaged));
    }
}

TEST_CASE("a stream is paid before it is copied") {
    FileLimits limits;
    limits.inner_bytes_max = two.size();
    CHECK(why_not(two_streams(), "Two", limits) == Reason::none);
    limits.inner_bytes_max = two.size() - 1;
    CHECK(why_not(two_streams(), "Two", limits) == Reason::inner_too_large);
}

TEST_CASE("cut at any place it is damaged or read as ever") {
    const std::string good = two_streams();
    for (std::size_t size = 0; size < good.size(); size += 97) {
        INFO(size);
        const std::string cut = good.substr(0, size);
        const Reason why = why_not(cut);
        CHECK((why == Reason::document_damaged || read_from(cut, "Two") == two));
    }
}
