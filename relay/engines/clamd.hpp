// ClamAV, asked through clamd's INSTREAM over its socket or TCP (clamd(8)). One connection a file.
#pragma once

#include <boost/asio/io_context.hpp>
#include <string>

#include "relay/engines/engine_stream.hpp"
#include "relay/engines/scanner.hpp"

namespace mugaika {

class Clamd : public Scanner {
public:
    Clamd(boost::asio::io_context& io, EngineAddress address)
        : io_(io), address_(std::move(address)), name_("clamd " + address_.text()) {}

    const std::string& name() const noexcept override { return name_; }
    boost::asio::awaitable<Result<ScanAnswer>> scan(const FileToScan&, Clock::time_point until) override;

private:
    boost::asio::awaitable<Result<void>> send(EngineStream&, std::string_view untrusted_bytes, Clock::time_point until);
    boost::asio::awaitable<Result<ScanAnswer>> receive(EngineStream&, Clock::time_point until);

    boost::asio::io_context& io_;
    const EngineAddress address_;
    const std::string name_;
};

}  // namespace mugaika
