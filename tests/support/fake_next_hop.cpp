#include "tests/support/fake_next_hop.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace mugaika::test {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto as_words = asio::as_tuple(asio::use_awaitable);

FakeAnswer usual_answer(const std::string& verb) {
    if (verb == "EHLO") return "250-fake\r\n250-PIPELINING\r\n250-SIZE 100000000\r\n250 SMTPUTF8\r\n";
    if (verb == "DATA") return "354 go\r\n";
    if (verb == "QUIT") return {"221 bye\r\n", FakeAnswer::Then::hang_up};
    if (verb == ".") return "250 2.0.0 queued as 77\r\n";
    return "250 ok\r\n";
}

}  // namespace

struct FakeNextHop::Visit {
    Visit(FakeNextHop* h, tcp::socket s, FakeScript sc) : hop(h), socket(std::move(s)), script(std::move(sc)) {}
    FakeNextHop* hop;
    tcp::socket socket;
    FakeScript script;
    std::map<std::string, std::size_t> heard;
    std::string unread;
    bool silent = false;

    FakeAnswer answer_to(const std::string& verb) {
        const auto found = script.answers.find(verb);
        if (found == script.answers.end()) return usual_answer(verb);
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
        const auto [error, bytes] = co_await visit.socket.async_read_some(space, as_words);
        if (error) co_return false;
        ++visit.hop->bursts;
        visit.unread.append(piece, 0, bytes);
        found = visit.unread.find(end);
    }
    into = visit.unread.substr(0, found + end.size());
    visit.unread.erase(0, found + end.size());
    co_return true;
}

// False when the conversation is over.
asio::awaitable<bool> FakeNextHop::answer(Visit& visit, FakeAnswer said) {
    visit.silent = visit.silent || (said.bytes.empty() && said.then == FakeAnswer::Then::go_on);
    if (visit.silent) co_return true;
    const std::size_t piece_bytes = visit.script.piece_bytes == 0 ? said.bytes.size() : visit.script.piece_bytes;
    for (std::size_t at = 0; at < said.bytes.size(); at += piece_bytes) {
        const auto piece = asio::buffer(said.bytes) + at;
        const auto part = asio::buffer(piece, piece_bytes);
        const auto [error, bytes] = co_await asio::async_write(visit.socket, part, as_words);
        if (error) co_return false;
        if (visit.script.piece_pause.count() == 0) continue;
        asio::steady_timer pause(visit.hop->io_, visit.script.piece_pause);
        co_await pause.async_wait(as_words);
    }
    boost::system::error_code ignored;
    if (said.then == FakeAnswer::Then::reset) visit.socket.set_option(asio::socket_base::linger(true, 0), ignored);
    if (said.then != FakeAnswer::Then::go_on) visit.socket.close(ignored);
    co_return said.then == FakeAnswer::Then::go_on;
}

}  // namespace mugaika::test
