// What clients have open and what they sent lately, by IpAddress::client_key(). Connections are counted for as long as
// somebody holds a Seat, so their table is no larger than the number of sessions; the others are RateTables.
// For one thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "policy/client_limits.hpp"
#include "policy/ip_address.hpp"
#include "relay/inbound/rate_table.hpp"

namespace mugaika {

class ClientLedger {
public:
    using Time = RateTable::Time;

    explicit ClientLedger(const ClientLimits&);
    void use(const ClientLimits&);  // from now on; what was counted stays counted

    // One open connection of a client; given back when it goes. Must not outlive the ledger.
    class Seat {
    public:
        Seat() = default;
        Seat(Seat&& other) noexcept : ledger_(std::exchange(other.ledger_, nullptr)), key_(other.key_) {}
        Seat& operator=(Seat&& other) noexcept;
        ~Seat() { leave(); }
        explicit operator bool() const noexcept { return ledger_ != nullptr; }

    private:
        friend class ClientLedger;
        Seat(ClientLedger& ledger, const IpAddress& key) : ledger_(&ledger), key_(key) {}
        void leave() noexcept;

        ClientLedger* ledger_ = nullptr;
        IpAddress key_{IpAddress::V4Bytes{}};
    };

    Seat connect(const IpAddress&);                       // empty: connections_per_address_max is reached
    bool may_connect(const IpAddress&, Time now);         // counts a connection, or false: too many of late
    bool may_mail(const IpAddress&, Time now);            // counts a mail, or false: too many of late
    bool may_receive(std::string_view domain, Time now);  // counts a recipient of this domain, likewise
    std::size_t clients() const noexcept { return connections_.size(); }

private:
    std::uint32_t connections_max_;
    std::unordered_map<IpAddress, std::uint32_t, IpAddressHash> connections_;
    RateTable arrivals_;
    RateTable mails_;
    RateTable recipients_;
};

}  // namespace mugaika
