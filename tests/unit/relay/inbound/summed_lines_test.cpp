#include "relay/inbound/summed_lines.hpp"

#include <catch2/catch.hpp>

namespace mugaika {
namespace {

using namespace std::chrono_literals;

const Outcome& too_often = outcome<Stage::connect, Failure::too_often>();

SummedLines::Name name(std::string_view client, std::string_view why = "limit") {
    return {IpAddress::parse(client).value(), &too_often, why};
}

}  // namespace

TEST_CASE("the first of a name is said at once, and what follows as one number after the pause") {
    SummedLines lines(60s, 10);
    const SummedLines::Time start{};
    CHECK(lines.add(name("192.0.2.1"), start) == 1);
    for (int i = 0; i < 500; ++i) CHECK(lines.add(name("192.0.2.1"), start + 59s) == 0);
    CHECK(lines.add(name("192.0.2.2"), start + 59s) == 1);           // another client has its own line
    CHECK(lines.add(name("192.0.2.1", "other"), start + 59s) == 1);  // and another reason too
    CHECK(lines.add(name("192.0.2.1"), start + 60s) == 501);
    CHECK(lines.add(name("192.0.2.1"), start + 61s) == 0);
}

TEST_CASE("what is due is said though nothing more comes, once, and then the name is forgotten") {
    SummedLines lines(60s, 10);
    const SummedLines::Time start{};
    for (int i = 0; i < 3; ++i) lines.add(name("192.0.2.1"), start);
    CHECK(lines.due(start + 59s).empty());
    const auto sums = lines.due(start + 60s);
    REQUIRE(sums.size() == 1);
    CHECK(sums[0].times == 2);
    CHECK(sums[0].name.client.text() == "192.0.2.1");
    CHECK(sums[0].name.why == "limit");
    CHECK(lines.due(start + 119s).empty());
    CHECK(lines.due(start + 120s).empty());
    CHECK(lines.add(name("192.0.2.1"), start + 120s) == 1);
}

TEST_CASE("nothing is lost: the sums are all that came, also with more names than have room and at the end") {
    SummedLines lines(60s, 2);
    const SummedLines::Time start{};
    std::uint64_t said = 0;
    for (int i = 0; i < 100; ++i) {
        for (const char* client : {"192.0.2.1", "192.0.2.2", "192.0.2.2", "192.0.2.3", "2001:db8::1"}) {
            said += lines.add(name(client), start + std::chrono::seconds(i));
        }
        for (const auto& sum : lines.due(start + std::chrono::seconds(i))) said += sum.times;
    }
    for (const auto& sum : lines.rest()) said += sum.times;
    CHECK(said == 500);
    CHECK(lines.rest().empty());
}

TEST_CASE("a client is one /64 of IPv6") {
    SummedLines lines(60s, 10);
    const SummedLines::Time start{};
    CHECK(lines.add(name("2001:db8::1"), start) == 1);
    CHECK(lines.add(name("2001:db8::2"), start) == 0);
    CHECK(lines.rest().at(0).name.client.text() == "2001:db8::");
}

}  // namespace mugaika
