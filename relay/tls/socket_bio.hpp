// How OpenSSL reads and writes a socket of Asio: through it, so that a closed one is an error and never another
// connection with the same number, and a peer that is gone is an error and not SIGPIPE.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "relay/tls/handles.hpp"

namespace mugaika {

// A read or write that did nothing because it would have had to wait; nothing is wrong.
bool must_wait(const boost::system::error_code&) noexcept;

// The socket must outlive it and be non-blocking.
BioHandle socket_bio(boost::asio::ip::tcp::socket&);

}  // namespace mugaika
