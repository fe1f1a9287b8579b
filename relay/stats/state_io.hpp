// What counters know in the middle of a log, as bytes and back, for a summary (summaries.hpp). A class says once what
// it consists of, and both directions follow from that:
//
//   template <class Self, class Io> static void state(Self& self, Io& io) { io(self.count_, self.rows_); }
//
// Integers are written in pieces of seven bits; texts and lists begin with their lengths. What is read was kept on a
// disk: every length is checked against what is left, each class looks at what else must be so (Io::must), and after
// the first fault everything is nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "relay/log/timestamp.hpp"

namespace mugaika {

class StateOut {
public:
    static constexpr bool reads = false;

    template <class... Values>
    void operator()(const Values&... values) {
        (put(values), ...);
    }
    void must(bool) noexcept {}
    std::string take() && { return std::move(bytes_); }

private:
    void number(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(0x80 | (value & 0x7f));
        bytes_ += static_cast<char>(value);
    }
    template <class Value>
    void put(const Value& value) {
        if constexpr (std::is_integral_v<Value> || std::is_enum_v<Value>) {
            number(static_cast<std::uint64_t>(value));
        } else {
            Value::state(value, *this);
        }
    }
    void put(const std::string& text) {
        number(text.size());
        bytes_ += text;
    }
    void put(const Moment& moment) { number(static_cast<std::uint64_t>(moment.time_since_epoch().count())); }
    template <class Rep, class Period>
    void put(const std::chrono::duration<Rep, Period>& time) {
        number(static_cast<std::uint64_t>(time.count()));
    }
    template <class Value>
    void put(const std::optional<Value>& value) {
        put(value.has_value());
        if (value) put(*value);
    }
    template <class First, class Second>
    void put(const std::pair<First, Second>& pair) {
        put(pair.first);
        put(pair.second);
    }
    template <class Values>
    void put_all(const Values& values) {
        number(values.size());
        for (const auto& value : values) put(value);
    }
    template <class Value>
    void put(const std::vector<Value>& values) {
        put_all(values);
    }
    template <class Value>
    void put(const std::set<Value>& values) {
        put_all(values);
    }
    template <class Key, class Value>
    void put(const std::map<Key, Value>& values) {
        put_all(values);
    }
    template <class Key, class Value>
    void put(const std::unordered_map<Key, Value>& values) {
        put_all(values);
    }

    std::string bytes_;
};

class StateIn {
public:
    static constexpr bool reads = true;

    explicit StateIn(std::string_view untrusted_bytes) : rest_(untrusted_bytes) {}

    template <class... Values>
    void operator()(Values&... values) {
        (take(values), ...);
    }
    void must(bool is_so) noexcept { is_good_ = is_good_ && is_so; }
    bool is_good_end() const noexcept { return is_good_ && rest_.empty(); }

private:
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; is_good_; shift += 7) {
            must(!rest_.empty() && shift < 64);
            if (!is_good_) return 0;
            const auto byte = static_cast<unsigned char>(rest_.front());
            rest_.remove_prefix(1);
            value |= std::uint64_t{byte & 0x7fu} << shift;
            if (byte < 0x80) return value;
        }
        return 0;
    }
    // Everything has at least one byte.
    std::uint64_t size() {
        const std::uint64_t size = number();
        must(size <= rest_.size());
        return is_good_ ? size : 0;
    }

    template <class Value>
    void take(Value& value) {
        if constexpr (std::is_same_v<Value, bool>) {
            value = number() == 1;
        } else if constexpr (std::is_integral_v<Value> || std::is_enum_v<Value>) {
            value = static_cast<Value>(number());
        } else {
            Value::state(value, *this);
        }
    }
    void take(std::string& text) {
        text = rest_.substr(0, size());
        rest_.remove_prefix(text.size());
    }
    // As far as a log can say one.
    void take(Moment& moment) {
        constexpr Moment last = std::chrono::sys_days(std::chrono::year(2201) / 1 / 2);
        moment = Moment(Moment::duration(static_cast<Moment::rep>(number())));
        must(moment >= Moment() - std::chrono::days(2) && moment < last);
        if (!is_good_) moment = {};
    }
    template <class Rep, class Period>
    void take(std::chrono::duration<Rep, Period>& time) {
        time = std::chrono::duration<Rep, Period>(static_cast<Rep>(number()));
    }
    template <class Value>
    void take(std::optional<Value>& value) {
        bool has_value = false;
        take(has_value);
        value.reset();
        if (has_value) take(value.emplace());
    }
    template <class First, class Second>
    void take(std::pair<First, Second>& pair) {
        take(pair.first);
        take(pair.second);
    }
    template <class Value>
    void take(std::vector<Value>& values) {
        values.clear();
        for (std::uint64_t left = size(); left > 0 && is_good_; --left) take(values.emplace_back());
    }
    template <class Value>
    void take(std::set<Value>& values) {
        values.clear();
        for (std::uint64_t left = size(); left > 0 && is_good_; --left) {
            Value value{};
            take(value);
            values.insert(std::move(value));
        }
    }
    template <class Map>
    void take_map(Map& values) {
        values.clear();
        for (std::uint64_t left = size(); left > 0 && is_good_; --left) {
            typename Map::key_type key{};
            take(key);
            take(values[std::move(key)]);
        }
    }
    template <class Key, class Value>
    void take(std::map<Key, Value>& values) {
        take_map(values);
    }
    template <class Key, class Value>
    void take(std::unordered_map<Key, Value>& values) {
        take_map(values);
    }

    std::string_view rest_;
    bool is_good_ = true;
};

template <class Value>
std::string state_of(const Value& value) {
    StateOut out;
    out(value);
    return std::move(out).take();
}

// False: the bytes are none of such a value, and nothing of it means anything.
template <class Value>
bool take_state(std::string_view untrusted_bytes, Value& value) {
    StateIn in(untrusted_bytes);
    in(value);
    return in.is_good_end();
}

}  // namespace mugaika
