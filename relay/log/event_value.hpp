// A value that stands in a line of a log, from which a member of an event is taken; nothing when it is of another kind.
//
// Lives as long as what read the line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "relay/log/events/quarantine_events.hpp"

namespace mugaika {

class EventValue {
public:
    virtual std::optional<std::string_view> text() const = 0;
    virtual std::optional<std::uint64_t> number() const = 0;
    virtual std::optional<bool> truth() const = 0;
    virtual std::optional<std::vector<std::string>> texts() const = 0;
    virtual std::optional<std::vector<StayingPart>> stays() const = 0;

protected:
    ~EventValue() = default;
};

}  // namespace mugaika
