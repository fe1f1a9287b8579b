// An Inbound for the loopback with settings and a log that tests look into, and a client's few words.
#pragma once

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "tests/support/inbound_harness.hpp"

namespace mugaika::test {

class Logged {
public:
    Logged() : path_(std::filesystem::temp_directory_path() / ("clients-" + std::to_string(::getpid()) + ".jsonl")) {}
    ~Logged() { std::filesystem::remove(path_); }
    std::string path() const { return path_.string(); }
    std::string text() const {
        std::ifstream in(path_);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }

private:
    std::filesystem::path path_;
};

struct Setting {
    SmtpLimits limits = {};
    ClientLimits clients = without_delay();
    ClientAccess access = {};
    Dialogue script = {};
};

class Server : public InboundHarness {
public:
    explicit Server(const Setting& setting, const std::string& log = "/dev/null")
        : InboundHarness(setting.limits, ScriptedAnswers(setting.script), log,
                         std::filesystem::temp_directory_path().string(), nullptr, setting.clients, setting.access) {}
};

inline const std::string loopback = "127.0.0.1";

inline Networks networks(std::string_view text) { return {Network::parse(text).value()}; }

inline std::string line_of(SocketPeer& peer) { return peer.read_line().value_or("(closed)"); }

inline std::string say(SocketPeer& peer, const std::string& command) {
    peer.send(command + "\r\n");
    std::string line = line_of(peer);
    while (line.size() > 3 && line[3] == '-') line = line_of(peer);
    return line;
}

inline std::size_t count(const std::string& text, std::string_view words) {
    std::size_t found = 0;
    for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++found;
    return found;
}

inline bool is_closed(SocketPeer& peer) { return !peer.read_line() && peer.closed(); }

inline void hello(SocketPeer& peer) {
    CHECK(line_of(peer) == "220 mx.example.lg.jp ESMTP mugaika");
    CHECK_THAT(say(peer, "EHLO client.example"), Catch::StartsWith("250 "));
}

}  // namespace mugaika::test
