#include "relay/inbound/client_ledger.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace mugaika {
namespace {

using std::chrono::seconds;

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

}  // namespace

TEST_CASE("a rate lets a minute's share pass at once and then fills evenly") {
    RateTable rates(6, 10);
    const RateTable::Time start{};
    for (int i = 0; i < 6; ++i) CHECK(rates.take("a", start));
    CHECK_FALSE(rates.take("a", start));
    CHECK(rates.take("b", start));  // another name has its own
    CHECK_FALSE(rates.take("a", start + seconds(9)));
    CHECK(rates.take("a", start + seconds(10)));
    CHECK_FALSE(rates.take("a", start + seconds(10)));
    for (int i = 0; i < 6; ++i) CHECK(rates.take("a", start + seconds(3600)));
    CHECK_FALSE(rates.take("a", start + seconds(3600)));  // an hour of rest is not saved up
}

TEST_CASE("asking again and again while nothing is left does not keep the bucket empty") {
    RateTable rates(60, 10);
    RateTable::Time now{};
    for (int i = 0; i < 60; ++i) rates.take("a", now);
    int taken = 0;
    for (int i = 0; i < 100; ++i) taken += rates.take("a", now += std::chrono::milliseconds(100)) ? 1 : 0;
    CHECK(taken == 10);
}

TEST_CASE("a full table forgets the name that was not used for longest, and no limit remembers nothing") {
    RateTable rates(1, 2);
    const RateTable::Time start{};
    CHECK(rates.take("a", start));
    CHECK(rates.take("b", start));
    CHECK_FALSE(rates.take("a", start));  // used again: now b is the oldest
    CHECK(rates.take("c", start));
    CHECK(rates.names() == 2);
    CHECK_FALSE(rates.take("a", start));
    CHECK(rates.take("b", start));  // was forgotten
    RateTable none(0, 2);
    for (int i = 0; i < 1000; ++i) CHECK(none.take("a", start));
    CHECK(none.names() == 0);
}

TEST_CASE("AC-249 connections are counted by client, IPv6 by /64, and nothing is left of a client that has gone") {
    ClientLimits limits;
    limits.connections_per_address_max = 2;
    ClientLedger ledger(limits);
    std::vector<ClientLedger::Seat> seats;
    seats.push_back(ledger.connect(ip("2001:db8::1")));
    seats.push_back(ledger.connect(ip("2001:db8::2")));
    CHECK(seats[0]);
    CHECK(seats[1]);
    CHECK_FALSE(ledger.connect(ip("2001:db8::3")));
    seats.push_back(ledger.connect(ip("192.0.2.1")));
    CHECK(seats[2]);
    seats.erase(seats.begin());
    CHECK(ledger.connect(ip("2001:db8::3")));  // given back at once
    seats.front() = ledger.connect(ip("192.0.2.1"));
    CHECK_FALSE(ledger.connect(ip("192.0.2.1")));
    seats.clear();
    CHECK(ledger.clients() == 0);
}

TEST_CASE("AC-249 connections of one client come at a rate, IPv6 by /64; 0 is no limit") {
    ClientLimits limits;
    limits.connections_per_minute_per_address = 60;
    ClientLedger ledger(limits);
    const ClientLedger::Time start{};
    for (int i = 0; i < 30; ++i) {
        CHECK(ledger.may_connect(ip("2001:db8::1"), start));
        CHECK(ledger.may_connect(ip("2001:db8::2"), start));
    }
    CHECK_FALSE(ledger.may_connect(ip("2001:db8::3"), start));
    CHECK(ledger.may_connect(ip("192.0.2.1"), start));
    CHECK(ledger.may_connect(ip("2001:db8::3"), start + seconds(1)));
    CHECK_FALSE(ledger.may_connect(ip("2001:db8::3"), start + seconds(1)));
    limits.connections_per_minute_per_address = 0;
    ledger.use(limits);
    for (int i = 0; i < 1000; ++i) CHECK(ledger.may_connect(ip("2001:db8::3"), start + seconds(1)));
}

TEST_CASE("a refused connection does not stay in the table of clients") {
    ClientLimits limits;
    limits.connections_per_address_max = 1;
    ClientLedger ledger(limits);
    {
        const auto seat = ledger.connect(ip("192.0.2.1"));
        CHECK_FALSE(ledger.connect(ip("192.0.2.1")));
    }
    CHECK(ledger.clients() == 0);
}

}  // namespace mugaika
