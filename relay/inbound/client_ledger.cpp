#include "relay/inbound/client_ledger.hpp"

namespace mugaika {

ClientLedger::ClientLedger(const ClientLimits& limits)
    : connections_max_(limits.connections_per_address_max),
      arrivals_(limits.connections_per_minute_per_address, limits.remembered_max),
      mails_(limits.mails_per_minute_per_address, limits.remembered_max),
      recipients_(limits.recipients_per_minute_per_domain, limits.remembered_max) {}

void ClientLedger::use(const ClientLimits& limits) {
    connections_max_ = limits.connections_per_address_max;
    arrivals_.use(limits.connections_per_minute_per_address, limits.remembered_max);
    mails_.use(limits.mails_per_minute_per_address, limits.remembered_max);
    recipients_.use(limits.recipients_per_minute_per_domain, limits.remembered_max);
}

ClientLedger::Seat ClientLedger::connect(const IpAddress& client) {
    const IpAddress key = client.client_key();
    std::uint32_t& open = connections_[key];
    if (connections_max_ != 0 && open >= connections_max_) return {};
    ++open;
    return {*this, key};
}

bool ClientLedger::may_connect(const IpAddress& client, Time now) {
    return arrivals_.take(client.client_key().text(), now);
}

bool ClientLedger::may_mail(const IpAddress& client, Time now) { return mails_.take(client.client_key().text(), now); }

bool ClientLedger::may_receive(std::string_view domain, Time now) { return recipients_.take(domain, now); }

ClientLedger::Seat& ClientLedger::Seat::operator=(Seat&& other) noexcept {
    if (this == &other) return *this;
    leave();
    ledger_ = std::exchange(other.ledger_, nullptr);
    key_ = other.key_;
    return *this;
}

void ClientLedger::Seat::leave() noexcept {
    if (ledger_ == nullptr) return;
    const auto client = ledger_->connections_.find(key_);
    if (--client->second == 0) ledger_->connections_.erase(client);
    ledger_ = nullptr;
}

}  // namespace mugaika
