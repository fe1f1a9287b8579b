// A time limit on whatever its owner is doing: when the time has come and was not moved, the action runs (it closes or
// kills, so that the pending operation ends). Steady clock, so that a changed wall clock expires nothing (AC-251).
// For the thread of its io_context only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace mugaika {

class Deadline {
public:
    using Clock = std::chrono::steady_clock;

    Deadline(boost::asio::io_context& io, std::function<void()> action)
        : state_(std::make_shared<State>(io, std::move(action))) {}
    // The action will not run any more.
    ~Deadline() {
        state_->action = nullptr;
        state_->timer.cancel();
    }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    void set(Clock::time_point when) {
        state_->when = when;
        state_->passed = false;
        // Most deadlines are moved on before they come: a wait that ends too early only looks and waits again.
        if (!state_->waiting || when < state_->timer.expiry()) wait(state_);
    }
    // Until the next set() nothing is pending, so that an idle owner keeps no io_context running.
    void clear() {
        state_->waiting = false;
        state_->timer.cancel();
    }

    bool passed() const noexcept { return state_->passed; }

private:
    struct State {
        State(boost::asio::io_context& io, std::function<void()> a) : timer(io), action(std::move(a)) {}
        boost::asio::steady_timer timer;
        std::function<void()> action;
        Clock::time_point when;
        bool waiting = false;
        bool passed = false;
    };

    static void wait(const std::shared_ptr<State>& state) {
        state->waiting = true;
        state->timer.expires_at(state->when);  // ends an earlier wait with an error
        state->timer.async_wait([state](const boost::system::error_code& error) {
            if (error || !state->action || !state->waiting) return;
            if (Clock::now() < state->when) return wait(state);
            state->waiting = false;
            state->passed = true;
            state->action();
        });
    }

    std::shared_ptr<State> state_;  // shared with the pending wait, which may end after us
};

}  // namespace mugaika
