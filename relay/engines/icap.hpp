// A scanner or converter that speaks ICAP (RFC 3507): REQMOD or RESPMOD with a preview where the service wants one,
// 204, its options kept for as long as it says, connections used again.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "relay/engines/engine_stream.hpp"
#include "relay/engines/icap_reply.hpp"
#include "relay/engines/icap_request.hpp"
#include "relay/engines/scanner.hpp"

namespace mugaika {

class Icap : public Scanner {
public:
    // `changed_bytes_max`: of a file that it gives instead.
    Icap(boost::asio::io_context&, EngineAddress, IcapService, std::size_t changed_bytes_max);

    const std::string& name() const noexcept override { return name_; }
    boost::asio::awaitable<Result<ScanAnswer>> scan(const FileToScan&, Clock::time_point until) override;

private:
    // A connection with what was read of its next reply.
    struct Line {
        Line(boost::asio::io_context& io, std::size_t body_bytes_max) : stream(io), reader(body_bytes_max) {}
        EngineStream stream;
        IcapReplyReader reader;
        bool was_used = false;
        bool has_answered = false;  // since the last request
    };
    struct Options {
        std::optional<std::size_t> preview;
        Clock::time_point until;
    };

    boost::asio::awaitable<Result<std::unique_ptr<Line>>> open(Clock::time_point until);
    std::unique_ptr<Line> take_idle() noexcept;
    boost::asio::awaitable<Result<void>> learn_options(Line&, Clock::time_point until);
    boost::asio::awaitable<Result<IcapReply>> ask(Line&, const FileToScan&, Clock::time_point until);
    boost::asio::awaitable<Result<IcapReply>> ask_with_preview(Line&, const FileToScan&, std::size_t preview,
                                                               Clock::time_point until);
    boost::asio::awaitable<Result<void>> send_rest(Line&, std::string_view untrusted_rest, Clock::time_point until);
    boost::asio::awaitable<Result<IcapReply>> receive(Line&, Clock::time_point until);
    boost::asio::awaitable<Result<IcapReply>> receive_after(const Result<void>& sent, Line&, Clock::time_point until);

    boost::asio::io_context& io_;
    const EngineAddress address_;
    const IcapService service_;
    const std::size_t changed_bytes_max_;
    const std::string name_;
    std::optional<Options> options_;
    std::vector<std::unique_ptr<Line>> idle_;
};

}  // namespace mugaika
