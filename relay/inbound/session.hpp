// The client connections of one Inbound. Each is a coroutine that moves bytes between its socket and a ServerSession,
// keeps the deadlines and collects the mail; it never looks at what the bytes mean.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "relay/inbound/inbound.hpp"

namespace mugaika {

class Session;

// For the thread of its io_context only. Taker and log must outlive it and every session.
class Sessions : public std::enable_shared_from_this<Sessions> {
public:
    Sessions(boost::asio::io_context&, Inbound::Settings, MailTaker&, EventLog&);

    void serve(boost::asio::ip::tcp::socket);  // a new connection; past SmtpLimits::sessions_max it is refused
    void use(Inbound::Settings);               // for sessions from now on
    void stop();                               // idle sessions end now, the others after their mail
    void cut_off();                            // every session ends now
    std::size_t count() const noexcept { return sessions_.size(); }

private:
    friend class Session;
    static boost::asio::awaitable<void> run(std::shared_ptr<Sessions>, boost::asio::ip::tcp::socket,
                                            std::string client);
    void refuse(boost::asio::ip::tcp::socket, std::string_view client);
    std::string next_id();

    boost::asio::io_context& io_;
    std::shared_ptr<const Inbound::Settings> settings_;  // shared with the sessions that began under it
    MailTaker& taker_;
    EventLog& events_;
    const std::uint32_t id_prefix_;  // random, so that ids differ from one run of the relay to the next
    std::uint32_t ids_ = 0;
    bool stopping_ = false;
    std::unordered_set<Session*> sessions_;  // each is in it from its constructor to its destructor
    // One for all: nobody else runs between a read and ServerSession::receive(), which copies.
    std::array<char, 64u << 10> read_buffer_;
};

}  // namespace mugaika
