// What an event is written to, member by member in the order of its description: JSON, CSV, CEF …
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "relay/log/event_key.hpp"
#include "relay/log/events/quarantine_events.hpp"
#include "sanitizer/mail/ledger.hpp"

namespace mugaika {

class EventOut {
public:
    virtual void text(const Key&, std::string_view untrusted) = 0;
    virtual void number(const Key&, std::uint64_t) = 0;
    virtual void truth(const Key&, bool) = 0;
    virtual void texts(const Key&, const std::vector<std::string>& untrusted) = 0;
    virtual void stays(const Key&, const std::vector<StayingPart>& untrusted) = 0;
    virtual void ledger(const Ledger&) = 0;

protected:
    ~EventOut() = default;
};

}  // namespace mugaika
