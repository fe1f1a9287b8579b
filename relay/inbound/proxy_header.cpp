#include "relay/inbound/proxy_header.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

namespace mugaika {
namespace {

using State = ProxyHeader::State;
using namespace std::string_view_literals;

constexpr ProxyHeader incomplete{};
constexpr ProxyHeader malformed{State::malformed, 0, std::nullopt};

ProxyHeader complete(std::size_t bytes, std::optional<IpAddress> client) { return {State::complete, bytes, client}; }

// --- Version 1: "PROXY TCP4 192.0.2.1 192.0.2.2 49152 25\r\n"

constexpr std::string_view v1_start = "PROXY "sv;
constexpr std::size_t v1_bytes_max = 107;

// One word and the blank behind it, or the last word; words are divided by exactly one blank.
std::string_view take_word(std::string_view& line) noexcept {
    const std::size_t blank = line.find(' ');
    const std::string_view word = line.substr(0, blank);
    line.remove_prefix(blank == std::string_view::npos ? line.size() : blank + 1);
    return word;
}

// 0 to 65535 without leading zeros.
bool is_port(std::string_view text) noexcept {
    std::uint16_t port = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool whole = fault == std::errc() && !text.empty() && end == text.data() + text.size();
    return whole && (text.size() == 1 || text.front() != '0');
}

ProxyHeader read_v1_line(std::string_view line, std::size_t bytes) {
    const std::string_view family = take_word(line);
    if (family == "UNKNOWN") return complete(bytes, std::nullopt);  // the rest is to be ignored
    const bool v4 = family == "TCP4";
    if (!v4 && family != "TCP6") return malformed;
    const std::string_view client_text = take_word(line);
    const auto client = IpAddress::parse(client_text);
    const auto server = IpAddress::parse(take_word(line));
    const std::string_view client_port = take_word(line);
    const std::string_view server_port = line;
    if (!client || !server || !is_port(client_port) || !is_port(server_port)) return malformed;
    const bool written_as_v4 = client_text.find(':') == std::string_view::npos;
    return written_as_v4 == v4 ? complete(bytes, client) : malformed;
}

ProxyHeader read_v1(std::string_view bytes) {
    const std::size_t end = bytes.substr(0, v1_bytes_max).find("\r\n");
    if (end == std::string_view::npos) return bytes.size() < v1_bytes_max ? incomplete : malformed;
    return read_v1_line(bytes.substr(v1_start.size(), end - v1_start.size()), end + 2);
}

// --- Version 2: signature, version and command, family and protocol, length, addresses, more

constexpr std::string_view v2_start = "\r\n\r\n\0\r\nQUIT\n"sv;
constexpr std::size_t v2_fixed_bytes = 16;
constexpr std::size_t v2_bytes_max = 2048;
constexpr std::uint8_t v2_local = 0x20;
constexpr std::uint8_t v2_proxy = 0x21;
constexpr std::uint8_t v2_unspecified = 0x00;
constexpr std::uint8_t v2_tcp4 = 0x11;
constexpr std::uint8_t v2_tcp6 = 0x21;
constexpr std::size_t v2_tcp4_bytes = 12;  // two addresses, two ports
constexpr std::size_t v2_tcp6_bytes = 36;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) noexcept { return static_cast<std::uint8_t>(bytes[at]); }

template <class Bytes>
IpAddress address_from(std::string_view addresses) {
    Bytes bytes{};
    std::transform(addresses.begin(), addresses.begin() + bytes.size(), bytes.begin(),
                   [](char c) { return static_cast<std::uint8_t>(c); });
    return IpAddress(bytes);
}

ProxyHeader read_v2(std::string_view bytes) {
    if (bytes.size() < v2_fixed_bytes) return incomplete;
    const std::uint8_t command = byte_at(bytes, 12);
    const std::uint8_t family = byte_at(bytes, 13);
    const std::size_t length = (std::size_t{byte_at(bytes, 14)} << 8) + byte_at(bytes, 15);
    const std::size_t whole = v2_fixed_bytes + length;
    if ((command != v2_local && command != v2_proxy) || whole > v2_bytes_max) return malformed;
    if (bytes.size() < whole) return incomplete;
    if (command == v2_local || family == v2_unspecified) return complete(whole, std::nullopt);
    const std::string_view addresses = bytes.substr(v2_fixed_bytes, length);
    if (family == v2_tcp4 && length >= v2_tcp4_bytes) {
        return complete(whole, address_from<IpAddress::V4Bytes>(addresses));
    }
    if (family == v2_tcp6 && length >= v2_tcp6_bytes) {
        return complete(whole, address_from<IpAddress::V6Bytes>(addresses));
    }
    return malformed;  // datagrams and UNIX sockets carry no SMTP of the internet
}

bool may_begin(std::string_view bytes, std::string_view start) noexcept {
    return start.substr(0, bytes.size()) == bytes.substr(0, start.size());
}

}  // namespace

ProxyHeader read_proxy_header(std::string_view untrusted_bytes) {
    for (const auto& [start, read] : {std::pair(v1_start, &read_v1), std::pair(v2_start, &read_v2)}) {
        if (!may_begin(untrusted_bytes, start)) continue;
        return untrusted_bytes.size() < start.size() ? incomplete : read(untrusted_bytes);
    }
    return malformed;
}

}  // namespace mugaika
