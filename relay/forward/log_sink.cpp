#include "relay/forward/log_sink.hpp"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "policy/c_handle.hpp"
#include "relay/tls/blocking_stream.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {
namespace {

using Addresses = CHandle<addrinfo, freeaddrinfo>;

constexpr std::size_t stream_batch_bytes = 1u << 20;
constexpr std::size_t datagram_batch_bytes = 64u << 10;
constexpr int datagram_patience = 30000;  // milliseconds, of a reader that does not read

// A connection carries one batch, and its orderly end is the receipt (BlockingStream::finish): syslog has no other, and
// what was only written may have been lost with the server.
class StreamSink final : public LogSink {
public:
    StreamSink(const LogOutput& output, std::shared_ptr<const TlsClientContext> tls)
        : host_(output.host),
          port_(output.port),
          tls_(std::move(tls)),
          end_(output.receipt == LogReceipt::end ? BlockingStream::End::any : BlockingStream::End::close_notify) {}

    Result<void> deliver(const std::vector<std::string>& messages, int stop) override {
        BlockingStream::Waiting waiting;
        waiting.stop = stop;
        const auto stream = BlockingStream::connect(host_, port_, tls_.get(), waiting);
        if (!stream) return stream.error();
        std::string framed;  // RFC 6587 3.4.1, RFC 5425 4.3
        for (const std::string& message : messages) framed += std::to_string(message.size()) + ' ' + message;
        const auto written = (*stream)->write(framed);
        if (!written) return written;
        const auto finished = (*stream)->finish(end_);
        const bool may_lack_end = tls_ && end_ == BlockingStream::End::close_notify;
        if (finished || finished.error().fault() != Fault::protocol || !may_lack_end) return finished;
        return Error(
            Fault::protocol,
            finished.error().words() + "; for a server that never sends one (rsyslog with GnuTLS): receipt = \"end\"");
    }
    std::size_t batch_bytes() const noexcept override { return stream_batch_bytes; }

private:
    std::string host_;
    std::uint16_t port_;
    std::shared_ptr<const TlsClientContext> tls_;
    BlockingStream::End end_;
};

class DatagramSink : public LogSink {
public:
    Result<void> deliver(const std::vector<std::string>& messages, int stop) override {
        const auto socket = open();
        if (!socket) return socket.error();
        for (const std::string& message : messages) {
            const auto sent = send(socket->get(), message, stop);
            if (!sent) return sent;
        }
        return {};
    }
    std::size_t batch_bytes() const noexcept override { return datagram_batch_bytes; }

protected:
    explicit DatagramSink(std::string peer) : peer_(std::move(peer)) {}
    Error fault(int reason) const {
        return {Fault::unavailable, peer_ + ": " + std::generic_category().message(reason)};
    }

private:
    virtual Result<FileDescriptor> open() const = 0;

    Result<void> send(int socket, const std::string& message, int stop) const {
        for (;;) {
            if (::send(socket, message.data(), message.size(), MSG_NOSIGNAL) >= 0) return {};
            if (errno == EINTR) continue;
            if (errno != EAGAIN && errno != EWOULDBLOCK) return fault(errno);
            std::array<pollfd, 2> asked{pollfd{socket, POLLOUT, 0}, pollfd{stop, POLLIN, 0}};
            const int ready = ::poll(asked.data(), asked.size(), datagram_patience);
            if (ready == 0) return Error(Fault::timeout, peer_ + ": it reads nothing");
            if (ready > 0 && asked[1].revents != 0) return Error(Fault::busy, "it was told to end");
        }
    }

    std::string peer_;
};

class UdpSink final : public DatagramSink {
public:
    explicit UdpSink(const LogOutput& output)
        : DatagramSink(output.host + " port " + std::to_string(output.port)), host_(output.host), port_(output.port) {}

private:
    Result<FileDescriptor> open() const override {
        addrinfo wanted{};
        wanted.ai_family = AF_UNSPEC;
        wanted.ai_socktype = SOCK_DGRAM;
        wanted.ai_flags = AI_NUMERICSERV;
        addrinfo* found = nullptr;
        const int failure = ::getaddrinfo(host_.c_str(), std::to_string(port_).c_str(), &wanted, &found);
        const Addresses addresses(found);
        if (failure != 0) return Error(Fault::unavailable, host_ + ": the name is not found: " + gai_strerror(failure));
        FileDescriptor socket(::socket(found->ai_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        if (!socket.is_open() || ::connect(socket.get(), found->ai_addr, found->ai_addrlen) != 0) return fault(errno);
        return socket;
    }

    std::string host_;
    std::uint16_t port_;
};

// The reader's queue is in the kernel and full when the reader stands: what was sent is the reader's.
class LocalSink final : public DatagramSink {
public:
    explicit LocalSink(const LogOutput& output) : DatagramSink(output.socket), path_(output.socket) {}

private:
    Result<FileDescriptor> open() const override {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::copy_n(path_.begin(), std::min(path_.size(), sizeof address.sun_path - 1), address.sun_path);
        FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        if (!socket.is_open() ||
            ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            return fault(errno);
        }
        return socket;
    }

    std::string path_;
};

}  // namespace

Result<std::unique_ptr<LogSink>> make_log_sink(const LogOutput& output) {
    std::unique_ptr<LogSink> sink;
    if (output.transport == LogTransport::local) {
        sink = std::make_unique<LocalSink>(output);
    } else if (output.transport == LogTransport::udp) {
        sink = std::make_unique<UdpSink>(output);
    } else if (output.transport == LogTransport::tcp) {
        sink = std::make_unique<StreamSink>(output, nullptr);
    } else {
        auto context = TlsClientContext::load(output.tls, output.own);
        if (!context) return context.error();
        sink = std::make_unique<StreamSink>(output, std::move(*context));
    }
    return sink;
}

}  // namespace mugaika
