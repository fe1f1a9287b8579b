#include "relay/stats/log_reader.hpp"

#include <algorithm>
#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <cstring>

namespace mugaika {
namespace {

namespace json = boost::json;

// Cuts a stream into lines; what of a line exceeds the limit is dropped and the line marked.
class Lines {
public:
    explicit Lines(std::istream& in) : in_(in) {}

    bool next() {
        line_.clear();
        too_long_ = false;
        bool any = false;
        while (begin_ < end_ || fill()) {
            any = true;
            const char* from = chunk_.data() + begin_;
            const auto* newline = static_cast<const char*>(std::memchr(from, '\n', end_ - begin_));
            const std::size_t length = newline != nullptr ? static_cast<std::size_t>(newline - from) : end_ - begin_;
            append(from, length);
            begin_ += length + (newline != nullptr ? 1 : 0);
            if (newline != nullptr) break;
        }
        return any;
    }
    const std::string& line() const noexcept { return line_; }
    bool too_long() const noexcept { return too_long_; }

private:
    bool fill() {
        in_.read(chunk_.data(), static_cast<std::streamsize>(chunk_.size()));
        begin_ = 0;
        end_ = static_cast<std::size_t>(in_.gcount());
        return end_ > 0;
    }
    void append(const char* from, std::size_t length) {
        const std::size_t room = log_line_bytes_max - line_.size();
        too_long_ = too_long_ || length > room;
        line_.append(from, std::min(length, room));
    }

    std::istream& in_;
    std::array<char, 65536> chunk_{};
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::string line_;
    bool too_long_ = false;
};

bool take_line(const std::string& line, const std::function<void(const json::object&)>& take) {
    std::array<unsigned char, 16384> first_block{};  // most events need no heap
    json::monotonic_resource memory(first_block.data(), first_block.size());
    boost::system::error_code fault;
    const json::value value = json::parse(line, fault, &memory);
    if (fault || !value.is_object()) return false;
    const json::object& event = value.get_object();
    if (text_in(event, "time").empty() || text_in(event, "event").empty()) return false;
    take(event);
    return true;
}

}  // namespace

void read_log(std::istream& in, const std::string& name, const std::function<void(const json::object&)>& take,
              LogReading& reading) {
    Lines lines(in);
    for (std::uint64_t number = 1; lines.next(); ++number) {
        if (lines.line().empty()) continue;
        ++reading.lines;
        if (!lines.too_long() && take_line(lines.line(), take)) continue;
        ++reading.broken;
        if (reading.first_broken.empty()) reading.first_broken = name + ":" + std::to_string(number);
    }
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
