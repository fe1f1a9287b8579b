// The times of a log's lines, which hardly differ from one to the next: what is the same is read once.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "relay/log/timestamp.hpp"

namespace mugaika {

class MomentReader {
public:
    // As moment_from_rfc3339() does.
    std::optional<Moment> read(std::string_view untrusted_text);

private:
    bool is_of_same_minute(std::string_view) const noexcept;

    std::string minute_;  // the text of that minute's beginning
    Moment begin_{};
};

}  // namespace mugaika
