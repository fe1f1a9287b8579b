// The bytes of one log, whatever it is packed with. Nothing of a damaged log is taken for the whole: its end is either
// the real one or an Error that names the file.
#pragma once

#include <array>
#include <istream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "relay/stats/unpacker.hpp"

namespace mugaika {

// plain: from the middle of a log that is not packed, where any bytes may stand.
enum class LogPacking { as_it_begins, plain };

class LogSource {
public:
    // `name` stands in errors, and its suffix must not lie about the packing. `in` must outlive it.
    LogSource(std::istream& in, std::string name, LogPacking packing = LogPacking::as_it_begins)
        : in_(in), name_(std::move(name)), begun_(packing == LogPacking::plain) {}

    // Fills `room` from the front; 0 is the end. After an Error nothing more can be read.
    Result<std::size_t> read(std::span<char> room);

private:
    Result<void> begin();
    bool fill();
    Error fault(const std::string& words) const;

    std::istream& in_;
    std::string name_;
    bool begun_ = false;
    bool is_end_ = false;
    std::unique_ptr<Unpacker> unpacker_;  // none: plain
    std::array<char, 65536> chunk_{};
    std::string_view rest_;  // of the chunk
};

}  // namespace mugaika
