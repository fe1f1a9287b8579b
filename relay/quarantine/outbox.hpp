// Durable release orders: what the relay owes. An order is one small file, written whole, synced and renamed into
// place; the mail itself stays in the quarantine and is composed anew at each try, so there is no second road.
// The CLI writes orders and lists them; the relay takes them up. Safe for both at once.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/release_order.hpp"
#include "policy/result.hpp"

namespace mugaika {

struct OwedOrder {
    ReleaseOrder order;
    std::uint32_t attempts = 0;
    std::chrono::system_clock::time_point next_try;
    std::string last_words;  // of the last failure
    enum class State { waiting, failed } state = State::waiting;
};

class Outbox {
public:
    static Result<Outbox> open(const std::string& folder);

    Result<void> add(const ReleaseOrder&);           // durable when it returns; idempotent by order_id
    Result<std::vector<OwedOrder>> list() const;     // oldest first; unreadable files are moved aside and reported
    Result<void> update(const OwedOrder&);           // attempts, next_try, state; durable
    Result<void> done(const std::string& order_id);  // delivered: the file goes, directory synced

    // 1, 2, 4 … minutes, at most one hour.
    static std::chrono::seconds back_off(std::uint32_t attempts) noexcept;

private:
    explicit Outbox(std::string folder) : folder_(std::move(folder)) {}
    std::string folder_;
};

// 16 random characters.
std::string make_order_id();

}  // namespace mugaika
