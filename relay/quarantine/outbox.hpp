// Durable orders: what the relay owes, a person's release or the rest of a delivery. An order is one small file,
// written whole, synced and renamed into place; the mail itself stays in the quarantine and is composed anew at each
// try, so there is no second road. Commands write, hold, hurry and delete orders while the relay carries them out: what
// changes an order that is there holds the outbox's lock from reading to writing, so that neither undoes the other's
// change.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/release_order.hpp"
#include "policy/result.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {

struct OwedOrder {
    ReleaseOrder order;
    std::uint32_t attempts = 0;
    std::chrono::system_clock::time_point next_try;
    std::string last_words;  // of the last failure
    enum class State {
        waiting,  // tried when next_try has come
        held,     // by a person, until released
        failed    // given up; stays to be seen
    } state = State::waiting;
};

std::string_view to_string(OwedOrder::State) noexcept;

class Outbox {
public:
    static Result<Outbox> open(const std::string& folder);
    void remove_left_overs() const;  // of writers that died: for the relay, when it starts

    Result<void> add(const ReleaseOrder&);  // durable when it returns; idempotent by order_id
    // The same for the rest of a delivery: one that is owed already stays as it is, but one that was given up waits
    // anew, because somebody counts on it again.
    enum class Owed { now, before };
    Result<Owed> owe(const ReleaseOrder&, std::chrono::system_clock::time_point first_try);
    // Oldest first. Files that hold no order are moved aside and reported; those that the disk does not give now stay.
    Result<std::vector<OwedOrder>> list() const;
    Result<OwedOrder> load(const std::string& order_id) const;  // Fault::not_found when it is gone
    // Reads the order, lets `change` at it and writes it; durable. Fault::not_found when it is gone: it stays gone.
    Result<OwedOrder> change(const std::string& order_id, const std::function<void(OwedOrder&)>& change);
    Result<OwedOrder> remove(const std::string& order_id);  // delivered or deleted; directory synced

    // How long to wait after so many attempts: 1, 5, 15, 60, 60 … times `first`, at most an hour or `first`.
    static std::chrono::seconds back_off(std::uint32_t attempts, std::chrono::seconds first) noexcept;

private:
    explicit Outbox(std::string folder) : folder_(std::move(folder)) {}
    Result<std::string> path_of(const std::string& order_id) const;
    Result<FileDescriptor> lock() const;  // until the descriptor is closed; waits

    std::string folder_;
};

// 26 random characters, 130 bits.
std::string make_order_id();

}  // namespace mugaika
