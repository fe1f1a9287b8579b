// Work away from the network thread, because it blocks on the file system or takes its time: the coroutine waits, the
// network goes on.
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
#include <type_traits>
#include <utility>
#include <variant>

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
        start([executor, shared](Value given) {
            boost::asio::post(executor, [shared, value = std::move(given)]() mutable {
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

// Runs `work()` on the pool and resumes with its result; what it throws is thrown here, in the coroutine, as if it had
// been called here: on the pool's thread it would end the process.
template <class Work>
boost::asio::awaitable<std::invoke_result_t<Work>> on_pool(boost::asio::thread_pool& pool, Work work) {
    using Value = std::invoke_result_t<Work>;
    using Ended = std::variant<std::exception_ptr, Value>;
    auto start = [&pool, work = std::move(work)](auto done) mutable {
        boost::asio::post(pool, [work = std::move(work), done = std::move(done)]() mutable {
            Ended ended;
            try {
                ended.template emplace<1>(work());
            } catch (...) {
                ended.template emplace<0>(std::current_exception());
            }
            done(std::move(ended));
        });
    };
    Ended ended = co_await await_callback<Ended>(std::move(start));
    if (ended.index() == 0) std::rethrow_exception(std::get<0>(ended));
    co_return std::move(std::get<1>(ended));
}

// The same for what blocks on the file system.
template <class Work>
boost::asio::awaitable<std::invoke_result_t<Work>> on_disk(boost::asio::thread_pool& disk, Work work) {
    return on_pool(disk, std::move(work));
}

}  // namespace mugaika
