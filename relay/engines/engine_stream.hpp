// One connection to an engine, over TCP or a socket of this machine. Each call has a deadline; when it passes, the
// connection is closed and the call ends with Fault::timeout. Nothing but the owner's one call at a time may use it.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <string_view>

#include "policy/result.hpp"
#include "relay/async/deadline.hpp"
#include "relay/engines/scanner_settings.hpp"

namespace mugaika {

class EngineStream {
public:
    using Clock = std::chrono::steady_clock;

    explicit EngineStream(boost::asio::io_context&);

    boost::asio::awaitable<Result<void>> connect(const EngineAddress&, Clock::time_point until);
    // All of it; the view must live until it is done. Fault::disconnected when the other side takes no more: it may
    // have said why.
    boost::asio::awaitable<Result<void>> write(std::string_view, Clock::time_point until);
    // What came, in a buffer that the next read overwrites; "" when the other side has ended.
    boost::asio::awaitable<Result<std::string_view>> read_some(Clock::time_point until);

    // Nothing was asked, and nothing has come: it can be used once more. One system call, no wait.
    bool is_quiet() noexcept;

private:
    Error lost(const boost::system::error_code&, std::string_view what) const;
    void close() noexcept;

    boost::asio::generic::stream_protocol::socket socket_;
    std::array<char, 16384> buffer_{};
    Deadline deadline_;
};

}  // namespace mugaika
