// A loop for as long as the relay runs: an exception ends one round of it, never the loop. With `co_await` alone one
// fault would end it for good, and nobody would know.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <string>
#include <utility>

#include "relay/async/task_ledger.hpp"

namespace mugaika {

enum class Rounds : bool { end, go_on };

struct Rhythm {
    std::chrono::microseconds pause{0};                 // between rounds; 0: a round waits for its event itself
    std::chrono::milliseconds pause_after_fault{1000};  // a fault that stays shall not fill the CPU and the log
};

inline std::string words_of(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "something unknown was thrown";
    }
}

// `round()` gives an awaitable<Rounds>. It is kept here, so what it captures lives as long as the loop.
template <class Round>
boost::asio::awaitable<void> keep_running(TaskLedger::Task task, Rhythm rhythm, Round round) {
    constexpr auto no_throw = boost::asio::as_tuple(boost::asio::use_awaitable);
    auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::steady_timer timer(executor);
    Rounds rounds = Rounds::go_on;
    while (rounds == Rounds::go_on) {
        std::chrono::microseconds pause = rhythm.pause;
        try {
            const Rounds answered = co_await round();
            rounds = answered;
            task.round_ended();
        } catch (...) {
            pause = rhythm.pause_after_fault;
            task.round_failed(words_of(std::current_exception()));
        }
        if (rounds == Rounds::end || pause == std::chrono::microseconds(0)) continue;
        timer.expires_after(pause);
        co_await timer.async_wait(no_throw);
    }
    task.finished();
}

}  // namespace mugaika
