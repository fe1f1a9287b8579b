// A bounded number of places, first come first served, with patience. For the thread of its io_context only.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

namespace mugaika {

class WaitingLine {
public:
    WaitingLine(boost::asio::io_context& io, std::size_t places) : io_(io), free_(places) {}

    // A place in use; given on when it is destroyed. The line must outlive it.
    class Place {
    public:
        explicit Place(WaitingLine& line) noexcept : line_(&line) {}
        Place(Place&& other) noexcept : line_(std::exchange(other.line_, nullptr)) {}
        Place& operator=(Place&&) = delete;
        ~Place() { give_on(); }

        // Before its end. True when somebody had waited for it.
        bool give_on() noexcept { return line_ != nullptr && std::exchange(line_, nullptr)->leave(); }

    private:
        WaitingLine* line_;
    };

    std::size_t free_places() const noexcept { return free_; }

    // Nothing when no place was free until then.
    boost::asio::awaitable<std::optional<Place>> enter(std::chrono::steady_clock::time_point until) {
        if (free_ > 0) {
            --free_;
            co_return std::optional<Place>(std::in_place, *this);
        }
        while (!waiters_.empty() && waiters_.front().expired()) waiters_.pop_front();
        const auto waiter = std::make_shared<Waiter>(io_, until);
        waiters_.push_back(waiter);
        constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
        co_await waiter->timer.async_wait(token);
        co_return std::exchange(waiter->place, std::nullopt);
    }

private:
    // Owned by the waiting coroutine; where that was destroyed, a place given to it goes on to the next.
    struct Waiter {
        Waiter(boost::asio::io_context& io, std::chrono::steady_clock::time_point until) : timer(io, until) {}
        boost::asio::steady_timer timer;
        std::optional<Place> place;
    };

    bool leave() {
        ++free_;
        while (!waiters_.empty()) {
            const std::shared_ptr<Waiter> next = waiters_.front().lock();
            waiters_.pop_front();
            if (next == nullptr) continue;
            --free_;
            next->place.emplace(*this);
            next->timer.cancel();
            return true;
        }
        return false;
    }

    boost::asio::io_context& io_;
    std::size_t free_;
    std::deque<std::weak_ptr<Waiter>> waiters_;
};

}  // namespace mugaika
