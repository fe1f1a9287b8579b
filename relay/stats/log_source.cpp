#include "relay/stats/log_source.hpp"

#include <algorithm>

#include "policy/shown_text.hpp"

namespace mugaika {

Error LogSource::fault(const std::string& words) const {
    return {Fault::protocol, "the log " + shown_text(name_) + " " + words};
}

// False at the end.
bool LogSource::fill() {
    in_.read(chunk_.data(), static_cast<std::streamsize>(chunk_.size()));
    rest_ = std::string_view(chunk_.data(), static_cast<std::size_t>(in_.gcount()));
    is_end_ = rest_.size() < chunk_.size();
    return !rest_.empty();
}

Result<void> LogSource::begin() {
    begun_ = true;
    fill();
    if (in_.bad()) return fault("cannot be read");
    const auto packing = packing_of_bytes(rest_);
    const auto named = packing_of_name(name_);
    if (named && named != packing) return fault("does not begin as a " + std::string(suffix(*named)) + " file does");
    if (!packing) return {};
    auto unpacker = make_unpacker(*packing);
    if (!unpacker) return Error(unpacker.error().fault(), fault(unpacker.error().words()).words());
    unpacker_ = std::move(*unpacker);
    return {};
}

Result<std::size_t> LogSource::read(std::span<char> room) {
    if (!begun_) {
        const auto begun = begin();
        if (!begun) return begun.error();
    }
    if (!unpacker_ && rest_.empty() && !is_end_) {
        in_.read(room.data(), static_cast<std::streamsize>(room.size()));
        is_end_ = static_cast<std::size_t>(in_.gcount()) < room.size();
        if (in_.bad()) return fault("cannot be read to its end");
        return static_cast<std::size_t>(in_.gcount());
    }
    for (;;) {
        if (rest_.empty() && !is_end_) fill();
        if (in_.bad()) return fault("cannot be read to its end");
        if (!unpacker_) {
            const std::size_t taken = std::min(room.size(), rest_.size());
            std::copy_n(rest_.begin(), taken, room.begin());
            rest_.remove_prefix(taken);
            return taken;
        }
        const std::size_t before = rest_.size();
        const auto made = unpacker_->unpack(rest_, is_end_, room);
        if (!made) return Error(made.error().fault(), fault(made.error().words()).words());
        if (*made > 0) return *made;
        const bool stands_still = rest_.size() == before;
        if (!stands_still || (rest_.empty() && !is_end_)) continue;
        if (!rest_.empty()) return fault("is damaged: something stands behind its end");
        if (unpacker_->may_end()) return std::size_t{0};
        return fault("ends in the middle: it was cut, or is just being written");
    }
}

}  // namespace mugaika
