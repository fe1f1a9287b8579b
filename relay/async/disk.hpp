// Work that blocks on the file system, away from the network thread: the coroutine waits, the network goes on.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace mugaika {

// `start(done)` begins something that calls done(Value) once, on any thread; the coroutine resumes on its own executor
// with the value. The handler is shared because std::function wants copyable callables; it is called exactly once.
template <class Value, class Start>
boost::asio::awaitable<Value> await_callback(Start start) {
    auto executor = co_await boost::asio::this_coro::executor;
    auto initiation = [executor, start = std::move(start)](auto handler) mutable {
        auto work = boost::asio::make_work_guard(executor);
        auto shared =
            std::make_shared<std::pair<decltype(handler), decltype(work)>>(std::move(handler), std::move(work));
        start([executor, shared](Value value) {
            boost::asio::post(executor, [shared, value = std::move(value)]() mutable {
                auto handler_now = std::move(shared->first);
                shared->second.reset();
                handler_now(std::move(value));
            });
        });
    };
    Value value = co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Value)>(
        std::move(initiation), boost::asio::use_awaitable);
    co_return value;
}

// What work on another thread came to: its value, or what it threw.
template <class Value>
struct WorkResult {
    std::optional<Value> value;
    std::exception_ptr thrown;
};

// Runs `work()` on the pool and resumes with its result, or throws what it threw: to leave it to the pool would end the
// process.
template <class Work>
boost::asio::awaitable<std::invoke_result_t<Work>> on_disk(boost::asio::thread_pool& disk, Work work) {
    using Value = std::invoke_result_t<Work>;
    auto start = [&disk, work = std::move(work)](auto done) mutable {
        boost::asio::post(disk, [work = std::move(work), done = std::move(done)]() mutable {
            WorkResult<Value> result;
            try {
                result.value.emplace(work());
            } catch (...) {
                result.thrown = std::current_exception();
            }
            done(std::move(result));
        });
    };
    WorkResult<Value> result = co_await await_callback<WorkResult<Value>>(std::move(start));
    if (result.thrown) std::rethrow_exception(std::exchange(result.thrown, nullptr));
    co_return std::move(*result.value);
}

}  // namespace mugaika
