#include "relay/stats/log_reader.hpp"

#include <algorithm>
#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <cstring>

#include "relay/stats/log_source.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

// Cuts a log into lines; what of a line exceeds the limit is dropped and the line marked.
class Lines {
public:
    Lines(std::istream& in, const std::string& name) : source_(in, name) {}

    // False at the end.
    Result<bool> next() {
        line_.clear();
        too_long_ = false;
        bool any = false;
        for (bool ended = false; !ended;) {
            if (begin_ == end_) {
                const auto filled = fill();
                if (!filled) return filled.error();
                if (end_ == 0) break;
            }
            any = true;
            ended = take_up_to_newline();
        }
        return any;
    }
    const std::string& line() const noexcept { return line_; }
    bool too_long() const noexcept { return too_long_; }

private:
    Result<void> fill() {
        begin_ = end_ = 0;
        const auto made = source_.read(chunk_);
        if (!made) return made.error();
        end_ = *made;
        return {};
    }
    bool take_up_to_newline() {
        const char* from = chunk_.data() + begin_;
        const auto* newline = static_cast<const char*>(std::memchr(from, '\n', end_ - begin_));
        const std::size_t length = newline != nullptr ? static_cast<std::size_t>(newline - from) : end_ - begin_;
        append(from, length);
        begin_ += length + (newline != nullptr ? 1 : 0);
        return newline != nullptr;
    }
    void append(const char* from, std::size_t length) {
        const std::size_t room = log_line_bytes_max - line_.size();
        too_long_ = too_long_ || length > room;
        line_.append(from, std::min(length, room));
    }

    LogSource source_;
    std::array<char, 65536> chunk_{};
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::string line_;
    bool too_long_ = false;
};

using Take = std::function<void(const json::object&)>;

bool take_line(const Lines& lines, const Take& take) {
    if (lines.too_long()) return false;
    std::array<unsigned char, 16384> first_block{};  // most events need no heap
    json::monotonic_resource memory(first_block.data(), first_block.size());
    boost::system::error_code fault;
    const json::value value = json::parse(lines.line(), fault, &memory);
    if (fault || !value.is_object()) return false;
    const json::object& event = value.get_object();
    if (text_in(event, "time").empty() || text_in(event, "event").empty()) return false;
    take(event);
    return true;
}

}  // namespace

Result<void> read_log(std::istream& in, const std::string& name, const Take& take, LogReading& reading) {
    Lines lines(in, name);
    const Take take_and_note = [&](const json::object& event) {
        const std::string_view time = text_in(event, "time");
        if (reading.first_time.empty()) reading.first_time = time;
        reading.last_time = time;
        take(event);
    };
    auto more = lines.next();
    for (std::uint64_t number = 1; more && *more; ++number, more = lines.next()) {
        if (lines.line().empty()) continue;
        ++reading.lines;
        if (take_line(lines, take_and_note)) continue;
        ++reading.broken;
        if (reading.first_broken.empty()) reading.first_broken = name + ":" + std::to_string(number);
    }
    if (!more) return more.error();
    return {};
}

Result<std::optional<Moment>> first_event_time(std::istream& in, const std::string& name) {
    Lines lines(in, name);
    std::optional<Moment> first;
    const Take note = [&first](const json::object& event) { first = moment_from_rfc3339(text_in(event, "time")); };
    auto more = lines.next();
    for (; more && *more && !first; more = lines.next()) take_line(lines, note);
    if (!more) return more.error();
    return first;
}

std::string_view text_in(const json::object& object, std::string_view key) noexcept {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

std::uint64_t number_in(const json::object& object, std::string_view key) noexcept {
    const json::value* value = object.if_contains(key);
    if (value == nullptr) return 0;
    if (value->is_uint64()) return value->get_uint64();
    return value->is_int64() && value->get_int64() > 0 ? static_cast<std::uint64_t>(value->get_int64()) : 0;
}

}  // namespace mugaika
