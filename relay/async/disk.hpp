// Work that blocks on the file system, away from the network thread: the coroutine waits, the network goes on.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
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

// Runs `work()` on the pool and resumes with its result. `work` must not throw.
template <class Work>
boost::asio::awaitable<std::invoke_result_t<Work>> on_disk(boost::asio::thread_pool& disk, Work work) {
    using Value = std::invoke_result_t<Work>;
    auto start = [&disk, work = std::move(work)](auto done) mutable {
        boost::asio::post(disk, [work = std::move(work), done = std::move(done)]() mutable { done(work()); });
    };
    Value value = co_await await_callback<Value>(std::move(start));
    co_return value;
}

}  // namespace mugaika
