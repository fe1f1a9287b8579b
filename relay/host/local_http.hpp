// A small HTTP server for the machine itself, and for whom it is told: health checks and metrics. It answers GET and
// HEAD without looking at headers or bodies, and gives every connection one answer. All is bounded: a few connections,
// small requests, short deadlines. Beast stays inside local_http.cpp (compile time).
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "policy/network.hpp"
#include "policy/result.hpp"
#include "relay/async/task_ledger.hpp"

namespace mugaika {

struct HttpAnswer {
    unsigned status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
};

// For the thread of its io_context only.
class LocalHttp {
public:
    // Makes the answer to a path without its query. Must not block. What it throws is answered 500 and noted.
    using Handler = std::function<HttpAnswer(const std::string& path)>;

    static constexpr std::size_t connections_max = 16;  // more are closed at once
    static constexpr std::size_t request_bytes_max = 8192;

    LocalHttp(boost::asio::io_context&, Handler, TaskLedger&);
    ~LocalHttp();  // closes the listener; running connections end by themselves

    // `allow`: who is answered when the address is no loopback address; others are closed at once. Fault::configuration
    // when it is none and nobody is, Fault::unavailable when it cannot be opened.
    Result<void> start(const std::string& address, std::uint16_t port, Networks allow);
    std::uint16_t port() const;  // as bound

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;  // shared with running connections
};

}  // namespace mugaika
