#include "tests/support/fake_next_hop.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "relay/tls/wire.hpp"

namespace mugaika::test {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto as_words = asio::as_tuple(asio::use_awaitable);

FakeAnswer usual_answer(const std::string& verb, bool offers_tls) {
    const std::string tls = offers_tls ? "250-STARTTLS\r\n" : "";
    if (verb == "EHLO") return "250-fake\r\n250-PIPELINING\r\n250-SIZE 100000000\r\n" + tls + "250 SMTPUTF8\r\n";
    if (verb == "STARTTLS") return "220 go ahead\r\n";
    if (verb == "DATA") return "354 go\r\n";
    if (verb == "QUIT") return {"221 bye\r\n", FakeAnswer::Then::hang_up};
    if (verb == ".") return "250 2.0.0 queued as 77\r\n";
    return "250 ok\r\n";
}

}  // namespace

struct FakeNextHop::Visit {
    Visit(FakeNextHop* h, tcp::socket s, FakeScript sc) : hop(h), wire(std::move(s)), script(std::move(sc)) {
        boost::system::error_code ignored;
        wire.socket().non_blocking(true, ignored);
    }
    FakeNextHop* hop;
    Wire wire;
    FakeScript script;
    std::map<std::string, std::size_t> heard;
    std::string unread;
    bool silent = false;

    std::size_t recipients = 0;  // of the mail under way

    FakeAnswer answer_to(const std::string& verb) {
        if (verb == "MAIL") recipients = 0;
        if (verb == "RCPT" && script.recipients_max != 0 && ++recipients > script.recipients_max) {
            return script.too_many;
        }
        const auto found = script.answers.find(verb);
        if (found == script.answers.end()) return usual_answer(verb, script.tls && !wire.is_secured());
        return found->second[std::min(heard[verb]++, found->second.size() - 1)];
    }
};

FakeNextHop::FakeNextHop(asio::io_context& io)
    : io_(io),
      acceptor_(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      port_(acceptor_.local_endpoint().port()) {
    asio::co_spawn(io_, listen(this), asio::detached);
}

void FakeNextHop::close() { acceptor_.close(); }

std::size_t FakeNextHop::count(const std::string& verb) const {
    const auto is_it = [&](const std::string& command) { return command.starts_with(verb); };
    return static_cast<std::size_t>(std::count_if(commands.begin(), commands.end(), is_it));
}

asio::awaitable<void> FakeNextHop::listen(FakeNextHop* hop) {
    for (;;) {
        auto [error, socket] = co_await hop->acceptor_.async_accept(as_words);
        if (error) co_return;
        socket.set_option(tcp::no_delay(true), error);
        ++hop->connections;
        const tcp::endpoint peer = socket.remote_endpoint(error);
        hop->peers.push_back(error ? std::string("?") : peer.address().to_string());
        auto visit = std::make_unique<Visit>(hop, std::move(socket), hop->scripts.front());
        if (hop->scripts.size() > 1) hop->scripts.pop_front();
        asio::co_spawn(hop->io_, talk(hop, std::move(visit)), asio::detached);
    }
}

asio::awaitable<void> FakeNextHop::talk(FakeNextHop* hop, std::unique_ptr<Visit> visit) {
    FakeAnswer greeting = visit->script.greeting;
    bool going = co_await answer(*visit, greeting);
    while (going) {
        std::string line;
        const bool heard = co_await read_to(*visit, "\r\n", line);
        if (!heard) break;
        line.resize(line.size() - 2);
        hop->commands.push_back(line);
        const std::string verb = line.substr(0, line.find(' '));
        FakeAnswer said = visit->answer_to(verb);
        const bool stays = co_await answer(*visit, said);
        going = stays;
        if (going && verb == "STARTTLS" && said.bytes.starts_with("220") && visit->script.tls) {
            const bool secured = co_await secure(*visit);
            going = secured;
        }
        if (!going || verb != "DATA" || !said.bytes.starts_with("354")) continue;
        std::string mail;
        const bool whole = co_await read_to(*visit, "\r\n.\r\n", mail);
        if (!whole) break;
        hop->mails.push_back(mail);
        FakeAnswer last = visit->answer_to(".");
        const bool stays_on = co_await answer(*visit, last);
        going = stays_on;
    }
}

// Up to and with `end`; false when the client went away first.
asio::awaitable<bool> FakeNextHop::read_to(Visit& visit, std::string end, std::string& into) {
    std::string piece(65536, '\0');
    const auto space = asio::buffer(piece);
    std::size_t found = visit.unread.find(end);
    while (found == std::string::npos) {
        boost::system::error_code error;
        const std::size_t bytes = visit.wire.read_some(space, error);
        if (must_wait(error)) {
            const boost::system::error_code interrupted = co_await visit.wire.wait_readable();
            if (!interrupted) continue;
        }
        if (error) co_return false;
        ++visit.hop->bursts;
        visit.unread.append(piece, 0, bytes);
        found = visit.unread.find(end);
    }
    into = visit.unread.substr(0, found + end.size());
    visit.unread.erase(0, found + end.size());
    co_return true;
}

asio::awaitable<bool> FakeNextHop::secure(Visit& visit) {
    SslHandle handshake = visit.script.tls->new_session();
    const boost::system::error_code error = co_await visit.wire.secure(std::move(handshake));
    if (!error) ++visit.hop->secured;
    co_return !error;
}

// False when the conversation is over.
asio::awaitable<bool> FakeNextHop::answer(Visit& visit, FakeAnswer said) {
    visit.silent = visit.silent || (said.bytes.empty() && said.then == FakeAnswer::Then::go_on);
    if (visit.silent) co_return true;
    const std::size_t piece_bytes = visit.script.piece_bytes == 0 ? said.bytes.size() : visit.script.piece_bytes;
    for (std::size_t at = 0; at < said.bytes.size(); at += piece_bytes) {
        const std::array<std::string_view, 2> part = {std::string_view(said.bytes).substr(at, piece_bytes), {}};
        const boost::system::error_code error = co_await visit.wire.write(part);
        if (error) co_return false;
        if (visit.script.piece_pause.count() == 0) continue;
        asio::steady_timer pause(visit.hop->io_, visit.script.piece_pause);
        co_await pause.async_wait(as_words);
    }
    boost::system::error_code ignored;
    if (said.then == FakeAnswer::Then::reset)
        visit.wire.socket().set_option(asio::socket_base::linger(true, 0), ignored);
    if (said.then != FakeAnswer::Then::go_on) visit.wire.socket().close(ignored);
    co_return said.then == FakeAnswer::Then::go_on;
}

}  // namespace mugaika::test
